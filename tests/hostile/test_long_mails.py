"""Mails of megabytes on the screen: they open without a pause, scroll, and stay within bounds."""

import asyncio
import resource
import time
from functools import partial
from pathlib import Path
from typing import Final

from imail_tui.domain.text import BODY_LIMIT
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.session import Session
from imail_tui.ui.widgets.detail_pane import DetailPane
from tests.hostile.mails import BOMBS
from tests.journeys.workspace import app_on, session_on, until, until_shown

NOWHERE: Final = "http://127.0.0.1:9/v1"
KEY: Final = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")
OPENED: Final = ("five megabytes", "deep quotes", "deep lists")
LONGEST_PAUSE: Final = 1.0
"""Seconds of work, not of waiting: what a busy machine takes away is no pause of ours."""
MOST_MEMORY: Final = 150_000_000
"""Bytes that all of them may cost; the first has five million characters twice."""


async def test_megabytes_open_without_a_pause_and_scroll(tmp_path: Path) -> None:
    session = session_on(NOWHERE, KEY, tmp_path)
    keep(session)
    turns = Turns()
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, *OPENED)
        before, watching = resident(), asyncio.create_task(turns.watch())
        for number, name in enumerate(OPENED):
            await pilot.press("n" if number else "enter")
            page = pilot.app.screen.query_one("#detail", DetailPane)
            await until(pilot, partial(reads, page, name), "page of it")
            await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "rest")
            await pilot.press("G", "space", "k", "o", "g")
            assert 0 < len(page.text) < 3 * BODY_LIMIT
        watching.cancel()
        assert resident() - before < MOST_MEMORY
        assert turns.longest < LONGEST_PAUSE


def reads(page: DetailPane, name: str) -> bool:
    return page.text.startswith(name)


def keep(session: Session) -> None:
    """Each as text of a reply and as HTML of its thread."""
    rows: list[Json] = []
    for number, name in enumerate(OPENED):
        at = f"2026-03-02T10:0{9 - number}:00Z"
        row: Json = {"id": f"rpl_{number}", "thread_id": f"thr_{number}", "from": "ada@client.example"}
        rows.append({**row, "subject": name, "text": BOMBS[name], "received_at": at, "updated_at": at})
        mail: Json = {"id": f"msg_{number}", "direction": "in", "from": "ada@client.example"}
        thread: Json = {"id": f"thr_{number}", "messages": [{**mail, "html": BOMBS[name], "at": at}]}
        session.cache.keep("threads", f"thr_{number}", thread, 0.0)
    session.cache.put("replies", rows, 0.0, complete=True)


class Turns:
    """Turns of the event loop. `longest`: seconds this thread worked between two of them."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.thread_time() - begun)


def resident() -> int:
    """Bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
