"""Pausing every campaign of a workspace, and letting exactly those go on again."""

import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import NotFound
from imail_tui.model.campaigns import Campaign
from imail_tui.model.problem import Problem
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.several import for_each
from imail_tui.services.workbench import Workbench
from imail_tui.store.event_store import EventsNotKept

_NOTE: Final = "campaigns.paused_together"


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of many campaigns: as they are now, and why some are not (by id)."""

    done: tuple[Campaign, ...]
    refused: dict[str, Problem]


class Pausing:
    """The campaigns that were paused together are noted on this machine, for one undo by any process."""

    def __init__(self, bench: Workbench, campaigns: Campaigns) -> None:
        self._bench = bench
        self._campaigns = campaigns

    async def active(self) -> list[Campaign]:
        """Every active campaign, as the server has it. Raises `ApiError`."""
        return await self._bench.ask(_active)

    async def pause(self, campaigns: Sequence[Campaign]) -> Turned:
        """Pause these. Noted before the first is asked for: what a crash leaves paused can be resumed.

        A note that cannot be written keeps nobody from pausing.
        """
        await self._note(lambda ids: [*ids, *(row.id for row in campaigns if row.id not in ids)])
        turned = await self._each([row.id for row in campaigns], self._campaigns.pause)
        await self._note(lambda ids: [each for each in ids if each not in turned.refused])
        return turned

    async def resume(self) -> Turned:
        """Launch those that were paused together; what was launched, archived or deleted since is left.

        What the server refuses now stays noted.
        """
        ids, gone = self.paused, set[str]()
        waiting: list[str] = []
        for campaign_id in ids:
            try:
                row = await self._campaigns.fetch(campaign_id)
            except NotFound:
                gone.add(campaign_id)
                continue
            (waiting.append if row.status == "paused" else gone.add)(campaign_id)
        turned = await self._each(waiting, self._campaigns.launch)
        over = gone | {row.id for row in turned.done}
        await self._note(lambda kept: [each for each in kept if each not in over])
        return turned

    @property
    def paused(self) -> tuple[str, ...]:
        """Ids of those that were paused together and not resumed yet."""
        return tuple(_ids(self._bench.events.recall(_NOTE)))

    async def _each(self, ids: Sequence[str], act: Callable[[str], Awaitable[Campaign]]) -> Turned:
        done: dict[str, Campaign] = {}

        async def one(campaign_id: str) -> None:
            done[campaign_id] = await act(campaign_id)

        refused = await for_each(ids, str, one)
        return Turned(tuple(done[each] for each in ids if each in done), refused)

    async def _note(self, change: Callable[[list[str]], list[str]]) -> None:
        with contextlib.suppress(EventsNotKept):
            await self._bench.on_events(
                lambda: self._bench.events.change(_NOTE, lambda text: json.dumps(change(_ids(text))))
            )


async def _active(client: ImailClient) -> list[Campaign]:
    return [row async for row in client.campaigns.list(status="active") if row.status == "active"]


def _ids(text: str | None) -> list[str]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
