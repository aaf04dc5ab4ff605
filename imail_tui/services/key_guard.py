"""A refused key, and how its place is taken: by one that was kept meanwhile, or by one a person gives."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from imail_tui.api.errors import ApiError
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.model.workspace import Workspace, mode_of_key
from imail_tui.services.line import Line
from imail_tui.services.signals import Signal

LOOK_SECONDS: Final = 3.0
"""Between two looks for another key, while the one in use is refused."""
SLOW_LOOK_SECONDS: Final = 30.0
"""The same where looking may ask a person for a password each time: it runs a command, or it failed."""


class OtherWorkspace(Exception):
    """The key opens another workspace or ledger than the open one; `problem` says what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


class KeyGuard:
    """Waits for a 401 once started, and ends it as soon as another key is found where the first one was."""

    def __init__(
        self,
        line: Line,
        look: Callable[[], Awaitable[Secret]],
        take: Callable[[Secret], Awaitable[None]],
        *,
        costly: bool,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        """`look` gives the key that is kept now. `take` tries a key and goes on with it if it is good.

        Both raise `ApiError`, `take` also OtherWorkspace. `costly`: looking runs a command.
        """
        self._line = line
        self._look = look
        self._take = take
        self._costly = costly
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.wanted: Signal[Problem] = Signal()
        """Told once for each refusal, when no other key was found: only a person can help."""
        self.replaced: Signal[str] = Signal()
        """Told with a few words when another key was found and taken."""

    def start(self) -> None:
        """Let jobs and background calls wait for a good key from now on, and look for one when needed."""
        self._line.key_awaited = True
        self._unsubscribe = self._line.changed.subscribe(self._on_link)
        self._on_link(self._line.link)

    async def stop(self) -> None:
        """End it; a look under way too."""
        self._unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _on_link(self, link: Link) -> None:
        running = self._task is not None and not self._task.done()
        if link is Link.UNAUTHORIZED and not running:
            self._task = asyncio.create_task(self._find_another())

    async def _find_another(self) -> None:
        refused = {self._line.secret}
        asked = False
        while self._line.link is Link.UNAUTHORIZED:
            found = await self._kept()
            if found is not None and found not in refused and await self._taken(found, refused):
                return
            if not asked and self._line.problem is not None:
                asked = True
                self.wanted.emit(self._line.problem)
            await self._pause(SLOW_LOOK_SECONDS if found is None or self._costly else self._seconds)

    async def _kept(self) -> Secret | None:
        try:
            return await self._look()
        except ApiError:
            return None

    async def _taken(self, found: Secret, refused: set[Secret | None]) -> bool:
        try:
            await self._take(found)
        except (OtherWorkspace, ApiError) as error:
            if not (isinstance(error, ApiError) and error.retryable):
                refused.add(found)
            return False
        self.replaced.emit("The key was replaced where it is kept; going on with the new one.")
        return True

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the key is refused."""
        good = asyncio.ensure_future(self._line.key_is_good())
        try:
            await asyncio.wait({good}, timeout=seconds)
        finally:
            good.cancel()


def check_fits(secret: Secret, mode: str, known: Workspace | None, found: Workspace | None) -> None:
    """See that a key opens the ledger and the workspace that are open. Raises OtherWorkspace.

    `known` is the open workspace, `found` the key's; None = the server has not told.
    """
    told = found.mode if found is not None else None
    ledger = told if told in ("live", "test") else mode_of_key(secret.reveal())
    if ledger != mode:
        what = f"This is a {ledger.upper()} key; the workspace goes with a {mode.upper()} one."
        raise OtherWorkspace(Problem(what, f"Give a {mode} key.", code="other_ledger"))
    if known is not None and found is not None and known.id != found.id:
        what = f"This key opens another workspace: {found.name or found.id}."
        remedy = "Add it as a workspace of its own."
        raise OtherWorkspace(Problem(what, remedy, code="other_workspace"))
