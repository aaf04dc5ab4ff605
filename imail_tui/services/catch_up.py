"""Reading the server's list of events into the store, from where the last reading ended.

The first one begins at the ledger's end, not at its beginning: what happened before a workspace was first
opened here is history, of which a little is shown.
"""

from collections.abc import Callable

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import Gone, NotFound
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.ledger_end import find_ledger_end
from imail_tui.services.workbench import Workbench
from imail_tui.store.raw import write_row

_AFTER = "after"
"""The note that says how far the ledger was read: an event's id."""
_PAGES_A_LOOK = 5


class CatchUp:
    """How far the ledger was read, and reading on. `lost` is told when the server has forgotten the place."""

    def __init__(self, bench: Workbench, lost: Callable[[Problem], None]) -> None:
        self._bench = bench
        self._lost = lost

    def has_begun(self) -> bool:
        """Whether the ledger was ever read."""
        return self._bench.events.recall(_AFTER) is not None

    async def read_on(self, client: ImailClient) -> bool:
        """Keep what is behind the last known event; returns whether that is all there is.

        Raises `ApiError`; `NotFound` on a server without events.
        """
        after = self._bench.events.recall(_AFTER)
        if after is None:
            await self._begin_at_end(client)
            return True
        pages = 0
        try:
            async for page in client.events.list(after=after).pages():
                if page.items:
                    await self._keep(
                        page.raw, next((each.id for each in reversed(page.items) if each.id), after)
                    )
                pages += 1
                if pages == _PAGES_A_LOOK:
                    return not page.has_more
        except (Gone, NotFound) as error:
            if isinstance(error, NotFound) and error.problem.where != _AFTER:
                raise
            what = "The server no longer keeps the events since the last look; the feed goes on from now."
            self._lost(Problem(what, "Refresh the lists to see what changed.", code="event_expired"))
            await self._begin_at_end(client)
        return True

    async def _begin_at_end(self, client: ImailClient) -> None:
        end = await find_ledger_end(client)
        if end.after is not None:
            await self._keep(end.recent, end.after)

    async def _keep(self, rows: list[Json], after: str) -> None:
        bodies, at = [write_row(row) for row in rows], self._bench.wall()

        def keep() -> None:
            self._bench.events.add(bodies, at)
            self._bench.events.remember(_AFTER, after)

        await self._bench.on_events(keep)
