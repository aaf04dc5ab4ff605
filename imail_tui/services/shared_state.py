"""A pure state that changes by transitions: kept in this process, or shared by processes of a machine."""

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from imail_tui.model.problem import Problem
from imail_tui.store.shared_rows import RowsBusy, RowsUnusable, SharedRows

S = TypeVar("S")
R = TypeVar("R")

PATIENCE = 2.0
"""Seconds for which the shared file may be locked: a process stopped in the middle of a change holds it."""


class StateBusy(Exception):
    """Another process is at it: try again in a moment."""


class KeptState(Protocol[S]):
    """A state that is changed by pure transitions, one at a time."""

    def change(self, transition: Callable[[S], tuple[S, R]]) -> R:
        """Replace the state. Raises StateBusy, and then nothing changed."""
        ...

    def look(self) -> S:
        """The state now, or the last that was seen."""
        ...

    @property
    def place(self) -> str:
        """The shared file; "" when the state is this process's own."""
        ...

    @property
    def trouble(self) -> Problem | None:
        """Why the state could not be shared."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class OwnState(Generic[S]):
    """A state of this process alone."""

    place: Final = ""

    def __init__(self, state: S, trouble: Problem | None = None) -> None:
        self._state = state
        self.trouble = trouble

    def change(self, transition: Callable[[S], tuple[S, R]]) -> R:
        """Replace the state."""
        self._state, result = transition(self._state)
        return result

    def look(self) -> S:
        """The state."""
        return self._state

    def close(self) -> None:
        """Nothing is held."""


class SharedState(Generic[S]):
    """A state in a shared row. When the file cannot be used, or stays locked, the process goes on alone.

    `read` gives None for a row it cannot use, `begin` the first state of all, given the last one that this
    process saw (None at its start), `alone` the state to go on with when sharing failed. `clock` in seconds.
    """

    def __init__(
        self,
        rows: SharedRows,
        row_id: str,
        *,
        read: Callable[[bytes], S | None],
        write: Callable[[S], bytes],
        begin: Callable[[S | None], S],
        alone: Callable[[S | None], S],
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._row_id = row_id
        self._read_row = read
        self._write = write
        self._begin = begin
        self._go_alone = alone
        self._clock = clock
        self._seen: S | None = None
        self._busy_since: float | None = None
        self._busy_at = 0.0
        self._own: OwnState[S] | None = None

    @property
    def place(self) -> str:
        """The shared file, "" once this process goes on alone."""
        return "" if self._own else str(self._rows.file)

    @property
    def trouble(self) -> Problem | None:
        """Why the state could not be shared."""
        return self._own.trouble if self._own else None

    def change(self, transition: Callable[[S], tuple[S, R]]) -> R:
        """Replace the state. Raises StateBusy, and then nothing changed."""
        if self._own is not None:
            return self._own.change(transition)

        def apply(kept: bytes | None) -> tuple[bytes | None, tuple[S, R]]:
            before = self._read(kept)
            after, result = transition(before)
            unchanged = kept is not None and after is before
            return None if unchanged else self._write(after), (after, result)

        try:
            self._seen, result = self._rows.change(self._row_id, apply)
        except RowsBusy:
            own = self._after_waiting()
            if own is None:
                raise StateBusy from None
            return own.change(transition)
        except RowsUnusable as error:
            return self._alone(error.problem).change(transition)
        self._busy_since = None
        return result

    def look(self) -> S:
        """The state now, or the last that was seen."""
        if self._own is not None:
            return self._own.look()
        try:
            kept = self._rows.look(self._row_id)
        except RowsBusy:
            kept = None
        except RowsUnusable as error:
            return self._alone(error.problem).look()
        state = None if kept is None else self._read_row(kept)
        if state is not None:
            self._seen = state
        return self._begin(None) if self._seen is None else self._seen

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def _read(self, kept: bytes | None) -> S:
        state = None if kept is None else self._read_row(kept)
        return self._begin(self._seen) if state is None else state

    def _after_waiting(self) -> OwnState[S] | None:
        """The state to go on with alone, None while it is too early to give up."""
        now = self._clock()
        if self._busy_since is None or now - self._busy_at > PATIENCE:
            # Two collisions far apart are no lock.
            self._busy_since = now
        self._busy_at = now
        if now - self._busy_since < PATIENCE:
            return None
        return self._alone(
            Problem(
                "The shared request budget is locked by another process.",
                "End imail-tui processes that are stopped (ctrl+z), then start this one again.",
                where=str(self._rows.file),
                code="runtime_dir",
            )
        )

    def _alone(self, trouble: Problem) -> OwnState[S]:
        self._own = OwnState(self._go_alone(self._seen), trouble)
        self._rows.close()
        return self._own
