"""The Leads area on a server with a million leads, beside the bare requests it comes to.

    uv run python -m tests.benchmarks.leads_list
    uv run python -m tests.benchmarks.leads_list --small

Each line: requests to `/leads` until the rows were on the screen, how long that took, and how long the same
requests took a bare client on the same server. At the end, what the process holds after so many rows.
"""

import argparse
import asyncio
import gc
import resource
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from imail_tui.api.exchange import Exchange
from imail_tui.api.pages import Pages
from imail_tui.model.leads import Lead
from imail_tui.services.sandbox_process import running_sandbox
from imail_tui.services.session import Session
from tests.benchmarks.waiting import milliseconds_until
from tests.journeys.workspace import WORLD, app_on, at_once, session_on, shown

SIZE: Final = (160, 50)
MAKING: Final = 1800.0
"""Seconds that the world may take where others use the machine too."""
ROUNDS: Final = 4
PAGES: Final = 40


@dataclass
class Asked:
    """Pages of leads that were asked for."""

    paths: list[str] = field(default_factory=list)

    def note(self, exchange: Exchange) -> None:
        """One more page, if it is one."""
        if exchange.path == "/leads":
            self.paths.append(exchange.path)

    def take(self) -> int:
        """How many since the last time."""
        count = len(self.paths)
        self.paths.clear()
        return count


async def bare(pages: Pages[Lead]) -> float:
    """A page with nothing around it."""
    began = time.perf_counter()
    await pages.page()
    return time.perf_counter() - began


def memory() -> float:
    """MiB this process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def told(what: str, requests: int, ours: float, theirs: float) -> None:
    """One line."""
    print(f"{what:28}{requests:3} requests{1000 * ours:9.0f} ms   bare{1000 * theirs:8.0f} ms", flush=True)


async def measure(session: Session, asked: Asked) -> None:
    """First rows, the end, a search, another order, many pages."""
    page = session.client.leads.list
    newest = (await page(sort="-created_at").page()).items[0]
    oldest = (await page(sort="created_at").page()).items[0]
    wanted = (await page(sort="email").page()).items[50]
    asked.take()
    async with app_on(session, SIZE) as pilot:
        began = time.perf_counter()
        at_once(pilot, "3")
        await milliseconds_until(lambda: newest.email[:20] in shown(pilot))
        first = time.perf_counter() - began
        requests = asked.take()
        told("first rows", requests, first, await bare(page(sort="-created_at")))
        await milliseconds_until(lambda: "300+" in shown(pilot))
        print(shown(pilot).splitlines()[0].strip())
        asked.take()
        began = time.perf_counter()
        at_once(pilot, "G")
        await milliseconds_until(lambda: oldest.email[:20] in shown(pilot))
        end = time.perf_counter() - began
        told("jump to the end (G)", asked.take(), end, await bare(page(sort="created_at")))
        at_once(pilot, "/", *wanted.email)
        await milliseconds_until(lambda: wanted.email in shown(pilot).splitlines()[0])
        asked.take()
        began = time.perf_counter()
        at_once(pilot, "enter")
        await milliseconds_until(lambda: "1 matching " in shown(pilot))
        found = time.perf_counter() - began
        told("search for one", asked.take(), found, await bare(page(q=wanted.email)))
        await pilot.press("escape")
        for _ in range(ROUNDS):
            began, worked = time.perf_counter(), time.process_time()
            for _ in range(PAGES):
                await session.leads.read_on("-created_at")
            per_page = 1000 * (time.perf_counter() - began) / PAGES
            own = 1000 * (time.process_time() - worked) / PAGES
            rows = session.leads.window().total
            held = f"{memory():.0f} MiB held"
            print(
                f"{rows:,} rows loaded at {per_page:.1f} ms a page ({own:.1f} ms of CPU), {held}", flush=True
            )


def main() -> None:
    """Make the world, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="20,000 leads")
    size = () if parser.parse_args().small else ("--size", "large")
    with tempfile.TemporaryDirectory() as folder:
        world = (*WORLD, *size, "--db", str(Path(folder) / "world.db"))
        with running_sandbox(world, MAKING) as address:
            asked = Asked()
            session = session_on(address.url, address.test_key, Path(folder) / "home")
            session.exchanged.subscribe(asked.note)
            asyncio.run(measure(session, asked))


if __name__ == "__main__":
    main()
