"""One attempt, told raw: for finding out what is wrong. No retries and no budget; the caller sees to both."""

from imail_tui.api.transport import Transport
from imail_tui.api.wire import Request, Result
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret


async def ask_once(
    secret: Secret, base_url: str, request: Request, seconds: float, *, version: str | None = None
) -> Result:
    """What came of the request within `seconds`. Never raises."""
    transport = Transport(secret, base_url, version=version)
    try:
        await transport.prepare()
        return await transport.start(request, Priority.INTERACTIVE, seconds, lambda _: None)
    finally:
        await transport.close()
