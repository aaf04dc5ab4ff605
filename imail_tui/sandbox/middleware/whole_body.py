"""Request bodies, read whole and never larger than the cap."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imail_tui.sandbox.errors import ApiFault

BODY_CAP = 10 * 1024 * 1024
"""Bytes, from the API contract."""

_READ_ON = 4 * BODY_CAP
"""How much of a too large body is read and dropped, so that the sender hears the answer."""


class WholeBody:
    """Hands the inner application its body in one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 413."""
        headers = Headers(scope=scope)
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, whole, send)


async def _read(receive: Receive) -> bytes | None:
    """The body; None when the sender went away."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_CAP:
            chunks.append(chunk)
        over = not message.get("more_body", False)
        if size > BODY_CAP and (over or size > _READ_ON):
            raise ApiFault(413, "body_too_large", "The body is larger than 10 MiB. Send it in parts.")
        if over:
            return b"".join(chunks)
