"""The program that is killed: takes up the open import of its home or begins one, and kills itself.

Run as `python -m tests.faults.killed_importer URL KEY FILE POLICY ROWS POINT`. POINT is `before:n` or
`after:n`, the n-th write of the journal; `later:n`, milliseconds behind it; or `-`.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from imail_tui.model.imports import ImportState
from imail_tui.model.secret import Secret
from imail_tui.services.imports import journaling
from imail_tui.services.imports.journaling import Journaling
from imail_tui.services.session import open_session
from imail_tui.store.import_journal import ImportJournal
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey

_T = TypeVar("_T")
_SOON = 0.004


class DyingJournaling(Journaling):
    """Kills the process at a piece of work of the journal."""

    kind, left = "-", -1

    async def do(self, work: Callable[[ImportJournal], _T]) -> _T:
        cls = type(self)
        cls.left -= 1
        now = cls.left == 0
        if now and cls.kind == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await super().do(work)
        if now and cls.kind == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        if now and cls.kind == "later":
            threading.Timer(_SOON, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return result


async def main(url: str, key: str, file: str, policy: str, rows: str, point: str) -> None:
    """Import until the end or the point."""
    session = open_session(
        Paths.find(os.environ),
        Profile("work", url),
        FoundKey(Secret(key), "test"),
        retry_seconds=(0.02,),
        feed_seconds=None,
        import_pauses=(0.01,),
    )
    await session.connect()
    await session.offers_settled()
    with patch.object(journaling, "Journaling", DyingJournaling):
        imports = session.imports
    known = await imports.all()
    if known and known[0].record.state is ImportState.DONE:
        # It was killed behind the end.
        await session.close()
        return
    if known:
        run = await imports.take_up(known[0].record.id)
    else:
        table = await imports.look(Path(file))
        run = await imports.begin(table, table.layout(), on_duplicate=policy, rows=int(rows))
    kind, _, number = point.partition(":")
    DyingJournaling.kind, DyingJournaling.left = kind, int(number or -1)
    report = await imports.start(run)
    assert report.record.state is ImportState.DONE, report.record.problem
    await session.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
