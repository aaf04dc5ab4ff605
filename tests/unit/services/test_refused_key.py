"""A key that is refused while a session works: who waits, who fails, and how it goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, BadResponse, Unauthorized
from imail_tui.domain.budget import Priority
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.model.workspace import Workspace
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.services.key_guard import OtherWorkspace, check_fits
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey, KeyFailed, keep_key
from tests.fakes.moments import START
from tests.fakes.raw_server import raw_server, says
from tests.fakes.rotating_sandbox import FIRST_KEY, RotatingSandbox, rotating_sandbox
from tests.patience import PATIENCE

SECOND_KEY = "imk_test_SECONDSECONDSECOND0002"


@pytest.fixture(scope="module")
def world() -> Iterator[RotatingSandbox]:
    with rotating_sandbox(
        SandboxOptions(start=START, frozen=True, per_minute=60_000, burst=60_000)
    ) as running:
        yield running


@pytest.fixture
def server(world: RotatingSandbox) -> RotatingSandbox:
    world.rotate(FIRST_KEY)
    return world


class Opened:
    """A connected session that guards its key, and what it told about it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.wanted: list[Problem] = []
        self.replaced: list[str] = []
        self._asked: asyncio.Queue[Problem] = asyncio.Queue()
        session.key_guard.wanted.subscribe(self.wanted.append)
        session.key_guard.wanted.subscribe(self._asked.put_nowait)
        session.key_guard.replaced.subscribe(self.replaced.append)

    async def ask(self, priority: Priority) -> str:
        """The workspace's name."""

        async def question(client: ImailClient) -> str:
            return (await client.workspace.get()).name

        return await self.session._bench.ask(question, priority)

    async def until_wanted(self) -> None:
        """Until a person is asked, once more than before."""
        async with asyncio.timeout(PATIENCE):
            await self._asked.get()


def opened(server: RotatingSandbox, paths: Paths, source: str = "environment") -> Opened:
    found = FoundKey(Secret(FIRST_KEY), source)
    return Opened(open_session(paths, Profile("work", server.url), found, feed_seconds=None))


@pytest.fixture
async def guarded(server: RotatingSandbox, paths: Paths) -> AsyncIterator[Opened]:
    each = opened(server, paths)
    await each.session.connect()
    each.session.key_guard.start()
    yield each
    await each.session.close()


async def test_jobs_and_background_wait_and_a_person_is_told_at_once(
    guarded: Opened, server: RotatingSandbox
) -> None:
    server.rotate(SECOND_KEY)
    waiting = [asyncio.create_task(guarded.ask(each)) for each in (Priority.JOB, Priority.BACKGROUND)]
    await guarded.until_wanted()
    refused = server.refused
    with pytest.raises(Unauthorized) as caught:
        await guarded.ask(Priority.INTERACTIVE)
    assert caught.value.problem == guarded.wanted[0]
    more = asyncio.create_task(guarded.ask(Priority.JOB))
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in (*waiting, more))
    assert server.refused == refused, "nothing is sent meanwhile"
    await guarded.session.use_key(Secret(SECOND_KEY))
    name = guarded.session.status.workspace
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*waiting, more) == [name] * 3
    assert len(guarded.wanted) == 1


async def test_each_refusal_asks_once(guarded: Opened, server: RotatingSandbox) -> None:
    for number, key in enumerate((SECOND_KEY, FIRST_KEY), start=1):
        server.rotate(key)
        with pytest.raises(Unauthorized):
            await guarded.ask(Priority.INTERACTIVE)
        await guarded.until_wanted()
        await asyncio.sleep(0.1)
        assert len(guarded.wanted) == number
        await guarded.session.use_key(Secret(key))


async def test_a_key_that_does_not_fit_changes_nothing(guarded: Opened, server: RotatingSandbox) -> None:
    with pytest.raises(OtherWorkspace, match="LIVE"):
        await guarded.session.use_key(server.live_key)
    with pytest.raises(Unauthorized):
        await guarded.session.use_key(Secret("imk_test_UNKNOWNUNKNOWNUNKNOWN0"))
    assert guarded.session.status.link is Link.ONLINE
    assert guarded.session.key_shown.endswith("ST01")
    await guarded.ask(Priority.INTERACTIVE)


async def test_what_is_under_way_with_the_old_key_ends_by_itself(
    guarded: Opened, server: RotatingSandbox
) -> None:
    half = asyncio.Event()
    on = asyncio.Event()

    async def two_calls(client: ImailClient) -> str:
        await client.workspace.get()
        half.set()
        await on.wait()
        return (await client.workspace.get()).name

    job = asyncio.create_task(guarded.session._bench.ask(two_calls, Priority.JOB))
    await half.wait()
    old = guarded.session.client
    await guarded.session.use_key(server.accept_too(SECOND_KEY))
    assert guarded.session.client is not old
    on.set()
    assert await job == guarded.session.status.workspace


async def test_a_key_kept_elsewhere_meanwhile_is_taken_without_a_question(
    server: RotatingSandbox, paths: Paths
) -> None:
    profile = Profile("work", server.url)
    source = keep_key(paths, profile, Secret(FIRST_KEY), in_file=True)
    each = opened(server, paths, source)
    await each.session.connect()
    each.session.key_guard.start()
    keep_key(paths, profile, Secret(SECOND_KEY), in_file=True)
    server.rotate(SECOND_KEY)
    async with asyncio.timeout(PATIENCE):
        assert await each.ask(Priority.BACKGROUND) == each.session.status.workspace
    assert (each.wanted, len(each.replaced)) == ([], 1)
    assert each.session.key_keeping is Keeping.FILE
    await each.session.close()


async def test_a_key_kept_for_another_workspace_is_not_taken(server: RotatingSandbox, paths: Paths) -> None:
    profile = Profile("work", server.url)
    each = opened(server, paths, keep_key(paths, profile, Secret(FIRST_KEY), in_file=True))
    await each.session.connect()
    each.session.key_guard.start()
    keep_key(paths, profile, server.live_key, in_file=True)
    server.rotate(SECOND_KEY)
    job = asyncio.create_task(each.ask(Priority.JOB))
    await each.until_wanted()
    await asyncio.sleep(0.1)
    assert not job.done()
    assert each.session.status.mode == "test"
    job.cancel()
    await each.session.close()


async def test_the_key_in_use_can_be_kept(guarded: Opened, paths: Paths) -> None:
    before = guarded.session.key_keeping
    where = await guarded.session.keep_key(in_file=True)
    assert where == guarded.session.key_source
    assert (before, guarded.session.key_keeping) == (Keeping.NOT, Keeping.FILE)
    with pytest.raises(KeyFailed):
        await guarded.session.keep_key(in_file=False)


async def test_without_a_guard_nobody_waits(server: RotatingSandbox, paths: Paths) -> None:
    each = opened(server, paths)
    await each.session.connect()
    server.rotate(SECOND_KEY)
    for priority in Priority:
        with pytest.raises(Unauthorized):
            await each.ask(priority)
    await each.session.close()


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b'{"detail": "no"}'])
async def test_a_401_of_any_shape_is_a_refused_key(paths: Paths, body: bytes) -> None:
    async with raw_server(says(401, body, ("X-Request-Id", "req_PROXY"))) as server:
        session = open_session(
            paths, Profile("work", server.url), FoundKey(Secret(FIRST_KEY), "environment"), feed_seconds=None
        )
        with pytest.raises((Unauthorized, BadResponse)):
            await session.connect()
        assert session.status.link is Link.UNAUTHORIZED
        assert session.status.problem is not None
        assert session.status.problem.request_id == "req_PROXY"
        await session.close()


async def test_a_key_file_given_for_this_run_is_read_again(
    server: RotatingSandbox, paths: Paths, tmp_path: Path
) -> None:
    file = tmp_path / "given"
    file.touch(0o600)
    file.write_text(SECOND_KEY)
    each = opened(server, paths, f"file {file}")
    await each.session.connect()
    each.session.key_guard.start()
    server.rotate(SECOND_KEY)
    async with asyncio.timeout(PATIENCE):
        await each.ask(Priority.JOB)
    assert each.wanted == []
    await each.session.close()


ACME = Workspace(id="wsp_1", name="Acme", mode="test")
OTHER = Workspace(id="wsp_2", name="Other", mode="test")


@pytest.mark.parametrize(
    ("key", "known", "found", "code"),
    [
        ("imk_test_1", ACME, ACME, ""),
        ("imk_test_1", None, OTHER, ""),
        ("imk_test_1", ACME, None, ""),
        ("imk_live_1", ACME, None, "other_ledger"),
        ("imk_live_1", ACME, ACME, ""),
        ("imk_test_1", ACME, OTHER, "other_workspace"),
        ("imk_test_1", ACME, Workspace(id="wsp_1", mode="live"), "other_ledger"),
    ],
)
def test_a_key_fits_the_ledger_and_the_workspace(
    key: str, known: Workspace | None, found: Workspace | None, code: str
) -> None:
    if not code:
        check_fits(Secret(key), "test", known, found)
        return
    with pytest.raises(OtherWorkspace) as caught:
        check_fits(Secret(key), "test", known, found)
    assert caught.value.problem.code == code
    assert not isinstance(caught.value, ApiError)
