"""What answers, and their absence, say about the line."""

from typing import NoReturn

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, Interrupted, ServerError
from imail_tui.api.failing import host_is_failing
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.services.line import Line
from tests.faults.conftest import roomy_limiter


async def _never() -> NoReturn:
    raise AssertionError("the key is given")


async def _after(*errors: ApiError) -> Link:
    """The link after questions that ended so."""
    key = Secret("imk_test_0123456789abcdef")
    client = ImailClient(key, "http://127.0.0.1:9/v1", limiter=roomy_limiter())
    line = Line(lambda _: client, key, _never, retry_seconds=(600.0,))
    for error in errors:

        async def fail(_: ImailClient, error: ApiError = error) -> NoReturn:
            raise error

        with pytest.raises(type(error)):
            await line.ask(fail)
    await line.close()
    return line.link


async def test_a_host_that_is_left_alone_is_no_news_of_a_server_that_was_lost() -> None:
    broken = Interrupted(Problem("The connection broke.", "Try again."), retryable=True)
    assert await _after(broken, host_is_failing(silent=False)) is Link.OFFLINE
    answered = ServerError(Problem("Broken.", "Try again.", status=503), retryable=True)
    assert await _after(broken, answered) is Link.ONLINE
    assert await _after(answered, host_is_failing(silent=False)) is Link.ONLINE
