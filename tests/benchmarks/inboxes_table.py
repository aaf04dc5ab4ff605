"""The Inboxes screen with 24 and with 5,000 inboxes in the cache, beside a plain DataTable of as many rows.

    uv run python -m tests.benchmarks.inboxes_table

Each number is the best of a few runs in one process: start to the first rows on screen, choosing another
order to its lines, and what Python holds more once the rows are on screen.
"""

import asyncio
import gc
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Final

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import DataTable

from imail_tui.domain.listing import Sort
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.ui.screens.inboxes.screen import InboxesScreen
from tests.benchmarks.waiting import milliseconds_until
from tests.journeys.workspace import app_on, session_on, shown

SIZE: Final = (160, 50)
RUNS: Final = 5
FEW: Final = 24
MANY: Final = 5_000
NOWHERE: Final = "http://127.0.0.1:9/v1"
KEY: Final = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")


def inbox(number: int) -> Json:
    """One made-up inbox."""
    return {
        "id": f"inb_{number:05}",
        "email": f"person{number:05}@mail{number % 97}.example",
        "provider": ("google", "microsoft", "smtp")[number % 3],
        "status": "disconnected" if number % 40 == 0 else "connected",
        "daily_limit": 50,
        "sent_today": number % 50,
        "warmup": {"enabled": True, "status": "warming", "day": number % 30, "score": 80.0},
        "health": {"score": float(40 + number * 7 % 60), "bounce_rate_7d": number % 9 / 100},
    }


async def ours(rows: int, traced: bool) -> tuple[float, float, float]:
    """Seconds to the first rows, seconds from a sort to its lines, MiB held."""
    home = Path(tempfile.mkdtemp())
    session = session_on(NOWHERE, KEY, home)
    session.cache.put("inboxes", [inbox(number) for number in range(rows)], time.time(), complete=True)
    gc.collect()
    if traced:
        tracemalloc.start()
    started = time.perf_counter()
    async with app_on(session, SIZE) as pilot:
        await milliseconds_until(lambda: "person00000@" in shown(pilot))
        first = time.perf_counter() - started
        held = tracemalloc.get_traced_memory()[0] / 2**20
        tracemalloc.stop()
        screen = pilot.app.screen
        assert isinstance(screen, InboxesScreen)
        sorts = []
        for field in ("health", "sent", "bounce", "domain"):
            before = time.perf_counter()
            screen._sort_by(Sort(field, descending=True))
            screen.table.render_lines(Region(0, 0, *screen.table.size))
            sorts.append(time.perf_counter() - before)
        return first, max(sorts), held


class Peer(App[None]):
    """A DataTable filled at start, as an app without windows would."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.count = rows

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable[str]()

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        for name in ("email", "provider", "status", "limit", "sent"):
            table.add_column(name, key=name)
        for number in range(self.count):
            row = inbox(number)
            table.add_row(
                *(str(row[key]) for key in ("email", "provider", "status", "daily_limit", "sent_today"))
            )


async def peer(rows: int, traced: bool) -> tuple[float, float, float]:
    """The same of the DataTable."""
    gc.collect()
    if traced:
        tracemalloc.start()
    started = time.perf_counter()
    app = Peer(rows)
    async with app.run_test(size=SIZE):
        table = app.query_one(DataTable)
        table.render_lines(Region(0, 0, *table.size))
        first = time.perf_counter() - started
        held = tracemalloc.get_traced_memory()[0] / 2**20
        tracemalloc.stop()
        before = time.perf_counter()
        table.sort("sent", reverse=True)
        table.render_lines(Region(0, 0, *table.size))
        return first, time.perf_counter() - before, held


async def main() -> None:
    """Measure and print."""
    print(f"{'':22}{'first rows':>12}{'sort':>10}{'held':>12}")
    for name, measure in (("imail-tui", ours), ("DataTable", peer)):
        for rows in (FEW, MANY):
            runs = [await measure(rows, False) for _ in range(RUNS)]
            first, sort, _ = (min(values) for values in zip(*runs, strict=True))
            # Tracing slows everything down, so memory has a run of its own.
            *_, held = await measure(rows, True)
            print(f"{name:10}{rows:6,} rows {1000 * first:9.0f} ms{1000 * sort:7.1f} ms{held:8.1f} MiB")


if __name__ == "__main__":
    asyncio.run(main())
