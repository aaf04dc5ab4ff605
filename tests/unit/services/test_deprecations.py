"""What a server is going to end is told once, over restarts too."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from imail_tui.api.exchange import Exchange
from imail_tui.domain.budget import Priority
from imail_tui.domain.deprecation import Deprecation
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.services.deprecations import Deprecations
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.raw_server import RawServer, raw_server, says
from tests.patience import PATIENCE

WORKSPACE = b'{"id": "wsp_1", "name": "Acme", "tier": "surge", "mode": "test"}'
DECEMBER = Deprecation(sunset=datetime(2026, 12, 31, tzinfo=UTC), link="https://imail.now/old")
KEY = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")


@dataclass
class Memory:
    """A profile's memory, and what was told."""

    kept: dict[str, str] = field(default_factory=dict)
    told: list[Problem] = field(default_factory=list)

    def recall(self, name: str) -> str | None:
        return self.kept.get(name)

    def remember(self, name: str, value: str) -> None:
        self.kept[name] = value

    def deprecations(self, pinned: str | None = None) -> Deprecations:
        return Deprecations(self, self.told.append, pinned, gather_seconds=0)


def exchange(path: str, deprecation: Deprecation | None = DECEMBER, method: str = "GET") -> Exchange:
    return Exchange(method, path, 200, "", 5.0, None, None, 1, Priority.BACKGROUND, deprecation)


async def gathered() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_an_operation_is_told_once_whatever_its_ids() -> None:
    memory = Memory()
    notices = memory.deprecations()
    for path in ("/inboxes/inb_1", "/inboxes/inb_2"):
        notices.look(exchange(path))
        await gathered()
    (problem,) = memory.told
    assert "GET /inboxes/{id}" in problem.what
    assert "2026-12-31" in problem.what
    assert "https://imail.now/old" in problem.remedy
    memory.deprecations().look(exchange("/inboxes/inb_3"))
    await gathered()
    assert len(memory.told) == 1


async def test_an_end_that_is_moved_is_told_again() -> None:
    memory = Memory()
    for year in (2026, 2026, 2027):
        memory.deprecations().look(exchange("/leads", Deprecation(sunset=datetime(year, 12, 31, tzinfo=UTC))))
        await gathered()
    assert ["2026" in problem.what for problem in memory.told] == [True, False]


async def test_a_version_that_ends_as_a_whole_is_one_notice() -> None:
    memory = Memory()
    notices = memory.deprecations(pinned="2025-01-01")
    for path in ("/inboxes", "/campaigns", "/leads", "/replies", "/events"):
        notices.look(exchange(path))
    await gathered()
    (problem,) = memory.told
    assert "GET /inboxes, GET /campaigns, GET /leads and 2 more operations" in problem.what
    assert "2025-01-01" in problem.remedy


async def test_nothing_is_told_of_what_stays_or_after_the_end() -> None:
    memory = Memory()
    notices = memory.deprecations()
    notices.look(exchange("/inboxes", None))
    await gathered()
    assert memory.told == []
    notices.look(exchange("/inboxes"))
    notices.close()
    await gathered()
    assert (memory.told, memory.kept) == ([], {})


def opened(paths: Paths, server: RawServer) -> Session:
    return open_session(paths, Profile("work", server.url), FoundKey(KEY, "test"), feed_seconds=None)


async def test_a_session_tells_it_in_its_first_run_only(paths: Paths) -> None:
    answer = says(
        200,
        WORKSPACE,
        ("Content-Type", "application/json"),
        ("Deprecation", "@1688169599"),
        ("Sunset", "Thu, 31 Dec 2026 23:59:59 GMT"),
        ("Link", '<https://imail.now/old>; rel="deprecation"'),
    )
    told: list[Problem] = []
    async with raw_server(answer) as server:
        first = opened(paths, server)
        heard = asyncio.Event()
        first.noticed.subscribe(told.append)
        first.noticed.subscribe(lambda _: heard.set())
        await first.connect()
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
        await first.close()
        assert "GET /workspace" in told[0].what
        second = opened(paths, server)
        second.noticed.subscribe(told.append)
        await second.connect()
        assert second._deprecations._found == {}
        await second.close()
    assert [problem.code for problem in told].count("deprecated") == 1
