"""One workspace from the first start to a lost server and a rotated key."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from imail_tui.api.errors import Forbidden, Interrupted, Unauthorized, Unreachable
from imail_tui.api.exchange import Exchange
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.spans import last_days
from imail_tui.domain.filters import parse_filter
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link, Status
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, running_sandbox, sandbox_in_thread
from imail_tui.services.key_guard import OtherWorkspace
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey, keep_key
from tests.patience import PATIENCE
from tests.unit.services.conftest import OpenSession

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def log_of(session: Session) -> list[Exchange]:
    exchanges: list[Exchange] = []
    session.exchanged.subscribe(exchanges.append)
    return exchanges


def lists(session: Session) -> list[int]:
    return [
        each.window().total for each in (session.inboxes, session.campaigns, session.leads, session.replies)
    ]


def link(session: Session) -> Link:
    return session.status.link


async def online(session: Session) -> None:
    """Wait until the server is found."""
    found = asyncio.Event()
    session.status_changed.subscribe(lambda status: found.set() if status.link is Link.ONLINE else None)
    async with asyncio.timeout(PATIENCE):
        await found.wait()


async def test_the_second_start_shows_everything_before_it_asks(opened: OpenSession) -> None:
    first = opened()
    await first.connect()
    for collection in (first.inboxes, first.campaigns, first.leads, first.replies):
        await collection.refresh()
    asked = Question(last_days(30, first.analytics.today()))
    await first.analytics.refresh(asked)
    counted = await first.analytics.report(asked)
    shown = first.status
    totals = lists(first)
    await first.close()

    second = opened()
    log = log_of(second)
    assert lists(second) == totals
    assert totals[0] == 24
    assert counted.total.sent
    assert second.analytics.read_now(asked) == counted
    status = second.status
    assert (status.workspace, status.tier, status.mode) == (shown.workspace, "surge", "test")
    assert (status.unread, status.disconnected) == (shown.unread, shown.disconnected)
    assert (status.link, status.problem) == (Link.UNKNOWN, None)
    assert status.data_age is not None
    assert second.inboxes.complete
    assert not second.leads.complete
    await asyncio.sleep(0)
    assert log == []


async def test_the_status_is_told_when_it_differs(session: Session) -> None:
    told: list[Status] = []
    session.status_changed.subscribe(told.append)
    await session.inboxes.refresh()
    assert told[-1].disconnected == session.cache.count("inboxes", parse_filter("status:disconnected")) == 1
    assert told[-1].link is Link.ONLINE
    pictures = [(s.link, s.problem, s.budget, s.unread, s.disconnected) for s in told]
    assert all(one != next_ for one, next_ in pairwise(pictures))


async def test_a_cache_of_another_workspace_is_emptied(opened: OpenSession) -> None:
    first = opened()
    await first.inboxes.refresh()
    first.cache.keep("workspace", "", {"id": "wsp_other", "name": "Somebody else"}, 0.0)
    await first.close()
    second = opened()
    assert second.inboxes.window().total == 24
    await second.connect()
    assert second.inboxes.window().total == 0
    assert not second.inboxes.complete
    assert second.status.workspace != "Somebody else"
    await second.inboxes.refresh()
    assert second.inboxes.window().total == 24


async def test_a_wrong_key_stops_the_background_until_there_is_a_good_one(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    session = opened(key="imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA")
    log = log_of(session)
    with pytest.raises(Unauthorized):
        await session.connect()
    assert link(session) is Link.UNAUTHORIZED
    assert session.status.problem is not None
    sent = len(log)
    for collection in (session.inboxes, session.replies):
        with pytest.raises(Unauthorized):
            await collection.refresh()
    assert len(log) == sent
    await session.use_key(Secret(sandbox.api_key))
    assert link(session) is Link.ONLINE
    await session.inboxes.refresh()
    assert session.inboxes.window().total == 24


async def test_a_key_of_the_other_ledger_is_not_taken(session: Session, sandbox: ThreadSandbox) -> None:
    with pytest.raises(OtherWorkspace, match="LIVE"):
        await session.use_key(Secret(sandbox.live_key))
    await session.connect()
    assert link(session) is Link.ONLINE


async def test_ledgers_do_not_share_a_cache(
    session: Session, opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    live = opened(key=sandbox.live_key)
    await live.connect()
    assert live.status.mode == "live"
    assert live.cache.path != session.cache.path


@pytest.fixture
def below() -> Iterator[ThreadSandbox]:
    """A sandbox of a tier without the API."""
    with sandbox_in_thread(SandboxOptions(start=START, frozen=True, tier="none")) as running:
        yield running


async def test_a_tier_without_the_api_is_told(opened: OpenSession, below: ThreadSandbox) -> None:
    session = opened(url=below.url, key=below.api_key)
    with pytest.raises(Forbidden):
        await session.connect()
    assert link(session) is Link.FORBIDDEN


async def test_a_server_that_ends_and_comes_back_is_found_again(opened: OpenSession) -> None:
    with running_sandbox(SandboxOptions(frozen=True, start=START)) as server:
        session = opened(url=server.url, key=server.api_key)
        await session.connect()
        await session.inboxes.refresh()
    with pytest.raises((Unreachable, Interrupted)):
        await session.inboxes.refresh(urgent=True)
    assert link(session) is Link.OFFLINE
    assert session.inboxes.window().total == 24
    log = log_of(session)
    with pytest.raises((Unreachable, Interrupted)):
        await session.inboxes.refresh()
    assert log == []
    port = urlsplit(server.url).port
    assert port is not None
    with running_sandbox(SandboxOptions(frozen=True, start=START, port=port)):
        await online(session)
        await session.inboxes.refresh()


async def test_a_kept_key_is_fetched_when_it_is_needed(paths: Paths, sandbox: ThreadSandbox) -> None:
    profile = Profile("work", sandbox.url)
    keep_key(paths, profile, Secret(sandbox.api_key), in_file=True)
    session = open_session(paths, profile, FoundKey(None, "file", "test"), feed_seconds=None)
    with pytest.raises(RuntimeError):
        _ = session.client
    await asyncio.gather(session.connect(), session.inboxes.refresh(urgent=True))
    assert link(session) is Link.ONLINE
    assert session.inboxes.window().total == 24
    assert sandbox.api_key not in session.key_shown
    await session.close()


async def test_a_kept_key_that_is_gone_asks_for_one(paths: Paths, sandbox: ThreadSandbox) -> None:
    session = open_session(
        paths, Profile("work", sandbox.url), FoundKey(None, "file", "test"), feed_seconds=None
    )
    with pytest.raises(Unauthorized):
        await session.connect()
    assert link(session) is Link.UNAUTHORIZED
    await session.use_key(Secret(sandbox.api_key))
    assert link(session) is Link.ONLINE
    await session.close()


async def test_a_damaged_cache_is_said_once(opened: OpenSession) -> None:
    first = opened()
    path = first.cache.path
    await first.close()
    path.write_bytes(b"broken" * 1000)
    second = opened()
    notices: list[Problem] = []
    second.noticed.subscribe(notices.append)
    await second.connect()
    await second.connect()
    assert [notice.code for notice in notices] == ["cache_damaged"]


async def test_the_key_shows_nowhere(session: Session, sandbox: ThreadSandbox) -> None:
    secret = sandbox.api_key.removeprefix("imk_test_")[:-4]
    assert secret not in repr(session) + repr(vars(session)) + repr(session.status) + session.key_shown


async def test_the_way_to_the_first_rows_loads_neither_network_nor_keyring(
    opened: OpenSession, paths: Paths, sandbox: ThreadSandbox
) -> None:
    session = opened()
    await session.inboxes.refresh()
    await session.close()
    code = f"""
import sys
from pathlib import Path
from imail_tui.services.session import open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
paths = Paths.find({{"IMAIL_TUI_HOME": {str(paths.config.parent)!r}}})
session = open_session(paths, Profile("work", {sandbox.url!r}), FoundKey(None, "keyring", "test"))
print(len(session.inboxes.window().rows(0, 40)))
print([name for name in ("httpx", "keyring", "platformdirs", "imail_tui.sandbox") if name in sys.modules])
"""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    output, _ = await child.communicate()
    assert output == b"24\n[]\n"
