"""Asking the server: one request under the shared budget."""

from datetime import UTC, datetime
from typing import Final

from imail_tui.api.errors import BadResponse
from imail_tui.api.exchange import Exchange
from imail_tui.api.failing import error_of_failure
from imail_tui.api.limiter import NoBudget
from imail_tui.api.outcomes import cool_down, ending_of, exchange_of
from imail_tui.api.probe import ask_once
from imail_tui.api.reading import error_of
from imail_tui.api.wire import Answer, Request, Result
from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders, read_rate_headers
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import mode_of_key
from imail_tui.services.doctor.answer import Asked, judge_answer
from imail_tui.services.doctor.finding import Finding, error, warning
from imail_tui.services.request_log import RequestLog
from imail_tui.services.shared_budget import open_limiter
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

WAIT_SECONDS: Final = 2.0
"""How long to wait for a token of the shared budget."""
ANSWER_SECONDS: Final = 5.0
NO_KEY: Final = Secret("none")
"""Sent where there is no key: the answer 401 costs nothing and shows that the API is there."""
_WORKSPACE: Final = Request("GET", "/workspace")
_ANY_LIST: Final = Request("GET", "/inboxes", (("limit", "1"),))


async def check_server(paths: Paths, profile: Profile, secret: Secret | None) -> list[Finding]:
    """Ask whose workspace it is. Costs one token, two on a server that does not tell, none without a key."""
    result = await _ask(paths, profile, secret, _WORKSPACE)
    if result is None:
        remedy = "Other imail-tui processes use it; look again in a minute."
        return [warning("server", "The shared request budget is used up, so nothing was asked.", remedy)]
    if not isinstance(result, Answer):
        what = error_of_failure(result).problem.what
        return [error("server", what, "Begin with what is wrong above: key, dns, connection or tls.")]
    asked = Asked(result, secret, profile.api_version, datetime.now(UTC))
    if result.status == 404 and not isinstance(error_of(result), BadResponse):
        other = await _ask(paths, profile, secret, _ANY_LIST)
        if isinstance(other, Answer):
            asked = Asked(other, secret, profile.api_version, datetime.now(UTC))
    return judge_answer(asked)


async def _ask(paths: Paths, profile: Profile, secret: Secret | None, request: Request) -> Result | None:
    """What came of a request under the budget that is shared with all processes; None = no token was free."""
    if secret is None:
        return await ask_once(NO_KEY, profile.base_url, request, ANSWER_SECONDS)
    limiter = open_limiter(paths, secret, profile.base_url)
    try:
        ticket = await limiter.acquire(Priority.INTERACTIVE, limiter.clock() + WAIT_SECONDS)
        result = await ask_once(
            secret, profile.base_url, request, ANSWER_SECONDS, version=profile.api_version
        )
        headers = RateHeaders()
        if isinstance(result, Answer):
            headers = read_rate_headers(result.headers, datetime.now(UTC))
            if result.status == 429:
                limiter.throttled(ticket, cool_down(headers))
            else:
                limiter.observe(ticket, headers)
        limiter.finished(ticket, ending_of(result))
        await _log(
            paths, profile, secret, exchange_of(request, Priority.INTERACTIVE, 1, result, headers.remaining)
        )
    except NoBudget:
        return None
    finally:
        limiter.close()
    return result


async def _log(paths: Paths, profile: Profile, secret: Secret, exchange: Exchange) -> None:
    log = RequestLog(paths, profile.name, mode_of_key(secret.reveal()))
    log.record(exchange)
    await log.close()
