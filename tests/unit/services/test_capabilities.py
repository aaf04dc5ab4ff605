"""What a server offers, found out from a real sandbox and from servers that lack something."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio

from imail_tui.api import retry
from imail_tui.api.client import ImailClient
from imail_tui.api.errors import Interrupted, NotOffered, Unauthorized
from imail_tui.domain.capabilities import Capabilities, is_lacking
from imail_tui.domain.operations import BULK_LEADS, GET_THREAD, GET_WORKSPACE, LIST_REPLIES, Area
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.capabilities import look_at_server
from imail_tui.services.session import Session
from tests.fakes.documents import document
from tests.fakes.lacking_server import lacking, lacking_server
from tests.fakes.raw_server import Reply, raw_server, says
from tests.patience import PATIENCE
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of

REPLIES = ("/replies", "/replies/*", "/threads/*")


@pytest_asyncio.fixture
async def clients() -> AsyncIterator["list[ImailClient]"]:
    """Clients to close."""
    opened: list[ImailClient] = []
    yield opened
    for client in opened:
        await client.close()


def client_of(url: str, opened: list[ImailClient]) -> ImailClient:
    opened.append(ImailClient(Secret(""), url, limiter=BudgetLimiter()))
    return opened[-1]


async def known(session: Session) -> Capabilities:
    """What the session knows once the reading that `connect` began has ended."""
    await session.offers_settled()
    return session.capabilities


async def test_the_sandbox_has_everything_the_client_uses(sandbox: ThreadSandbox, session: Session) -> None:
    found = await known(session)
    assert found.known
    assert found.differences() == []
    assert found.missing == found.unkeyed == ()
    assert GET_WORKSPACE in found.assumed
    assert BULK_LEADS not in found.assumed


async def test_it_is_asked_without_key_and_token_behind_everything_else(opened: OpenSession) -> None:
    session = opened()
    log = log_of(session)
    await session.connect()
    await known(session)
    assert [(each.path, each.status, each.tokens_left is None) for each in log] == [
        ("/workspace", 200, False),
        ("/openapi.json", 200, True),
    ]


async def test_the_second_start_knows_it_before_it_asks(opened: OpenSession) -> None:
    first = opened()
    await first.connect()
    told = await known(first)
    await first.close()
    second = opened()
    assert second.capabilities == told
    log = log_of(second)
    changes: list[Capabilities] = []
    second.capabilities_changed.subscribe(changes.append)
    await second.connect()
    await known(second)
    assert log[-1].status == 304
    assert changes == []


async def test_a_pinned_version_has_its_own_document(opened: OpenSession) -> None:
    session = opened(api_version="2026-03-10")
    await session.connect()
    assert (await known(session)).missing == (BULK_LEADS,)
    newest = opened()
    assert not newest.capabilities.known


async def test_what_a_server_lacks_is_told_and_not_asked_again(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking_server(sandbox.url, *REPLIES, "/workspace") as server:
        session = opened(url=server.url)
        changes: list[Capabilities] = []
        session.capabilities_changed.subscribe(changes.append)
        await session.connect()
        found = await known(session)
        assert changes == [found]
        assert is_lacking(found, Area.REPLIES)
        assert {LIST_REPLIES, GET_THREAD, GET_WORKSPACE} < set(found.missing)
        server.asked.clear()
        await session.connect()
        await session.inboxes.refresh()
        assert "GET /workspace" not in server.asked
        assert "GET /inboxes" in server.asked


async def test_a_server_that_gets_a_document_later_is_known_then(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking(sandbox.url, "/events") as url:
        session = opened(url=url)
        await session.connect()
        found = await known(session)
        assert not found.known
        assert "no OpenAPI document" in found.differences()[0].what


async def test_a_server_that_does_not_tell_whose_the_key_is_still_judges_it(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking_server(sandbox.url, "/workspace") as server:
        first = opened(url=server.url)
        await first.connect()
        await known(first)
        second = opened(url=server.url, key="imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA")
        server.asked.clear()
        with pytest.raises(Unauthorized):
            await second.connect()
        assert second.status.link is Link.UNAUTHORIZED
        assert server.asked == ["GET /inboxes"]


async def test_nothing_is_judged_by_what_was_not_sent(opened: OpenSession, sandbox: ThreadSandbox) -> None:
    with lacking_server(sandbox.url, "/replies") as server:
        first = opened(url=server.url)
        await first.connect()
        await known(first)
        second = opened(url=server.url)
        with pytest.raises(NotOffered):
            await second.replies.refresh()
        assert second.status.link is Link.UNKNOWN


async def test_a_lost_server_without_workspace_is_found_again(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking_server(sandbox.url, "/workspace") as server:
        session = opened(url=server.url)
        await session.connect()
        await known(session)
        server.gone.add("*")
        with pytest.raises(Interrupted):
            await session.inboxes.refresh(urgent=True)
        assert session.status.link is Link.OFFLINE
        back = asyncio.Event()
        session.status_changed.subscribe(lambda status: back.set() if status.link is Link.ONLINE else None)
        server.gone.discard("*")
        async with asyncio.timeout(PATIENCE):
            await back.wait()


JSON = ("Content-Type", "application/json")


def page(body: bytes, status: int = 200) -> Reply:
    return says(status, body, JSON, ("ETag", "an odd one"))


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ((page(b"", 404),), "no OpenAPI document"),
        ((page(b"<html>"),), "cannot be read"),
        ((page(b"[" * 100_000),), "cannot be read"),
        ((page(b'{"paths":{"/pets":{"get":{}}}}'),), "cannot be read"),
        ((page(b'{"paths":' + b" " * (9 << 20) + b"{}}"),), "cannot be read"),
        ((page(b"no", 401), page(b"no", 403)), "no OpenAPI document"),
    ],
    ids=["none", "page", "deep", "another API", "huge", "refused"],
)
async def test_what_cannot_be_used_is_unknown_and_says_why(
    replies: tuple[Reply, ...], why: str, clients: list[ImailClient]
) -> None:
    async with raw_server(*replies) as server:
        looked = await look_at_server(client_of(server.url, clients), server.url)
        assert looked.kept is None
        assert not looked.passing
        assert not looked.capabilities.known
        assert why in looked.why
        assert [each.target for each in server.requests] == ["/openapi.json", "/v1/openapi.json"]


async def test_the_place_under_the_base_url_will_do_and_is_remembered(clients: list[ImailClient]) -> None:
    whole = says(200, orjson.dumps(document()), JSON, ("ETag", 'W/"1"'))
    async with raw_server(page(b"<html>"), whole, says(304)) as server:
        client = client_of(server.url, clients)
        first = await look_at_server(client, server.url)
        assert first.kept is not None
        assert (first.kept.at_root, first.kept.etag) == (False, 'W/"1"')
        again = await look_at_server(client, server.url, first.kept)
        assert again.kept is first.kept
        assert server.requests[-1].target == "/v1/openapi.json"
        assert server.requests[-1].headers["if-none-match"] == 'W/"1"'


async def test_a_server_that_is_away_changes_nothing(
    clients: list[ImailClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    looked = await look_at_server(client_of("http://127.0.0.1:9/v1", clients), "http://127.0.0.1:9/v1")
    assert looked.passing
    assert not looked.capabilities.known
