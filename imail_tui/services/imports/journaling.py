"""The journal on a thread of its own: a write that is safe on the disk takes milliseconds, or far longer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from imail_tui.model.problem import Problem
from imail_tui.services.imports.errors import ImportRefused
from imail_tui.store.import_journal import ImportJournal

_T = TypeVar("_T")


class Journaling:
    """The journal of one workspace, opened when it is first needed. Its work is done one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imports")
        self._opened: ImportJournal | None = None
        self._closed = False

    @property
    def exists(self) -> bool:
        """Whether there ever was an import."""
        return self._path.exists()

    async def do(self, work: Callable[[ImportJournal], _T]) -> _T:
        """What some work on the journal gives. Raises ImportRefused where the disk gives out."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._done, work)

    async def close(self) -> None:
        """Close the file behind all work. Closing twice does no harm."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    def _done(self, work: Callable[[ImportJournal], _T]) -> _T:
        try:
            return work(self._journal())
        except OSError as error:
            raise ImportRefused(self._unwritable(error)) from error

    def _journal(self) -> ImportJournal:
        if self._opened is None:
            journal = ImportJournal.open(self._path)
            if journal.path != self._path:
                # Without a journal that stays, what was sent could not be told from what was not.
                journal.close()
                raise OSError(journal.problem.remedy if journal.problem else "no journal")
            self._opened = journal
        return self._opened

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _unwritable(self, error: Exception) -> Problem:
        what = f"The journal of imports cannot be written, so nothing is sent: {error}."
        remedy = "Make room, or make the folder writable, and take the import up again."
        return Problem(what, remedy, str(self._path.parent), code="journal_unwritable")
