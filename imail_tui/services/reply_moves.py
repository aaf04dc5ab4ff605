"""Moves that a label sets in motion: planned from what is here, shown, then carried out and taken back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from imail_tui.api.errors import ApiError, NotFound
from imail_tui.domain.replies.moves import Move, MovePlan, MoveRule, ReplySettings, plan_moves
from imail_tui.domain.shown import plural
from imail_tui.model.problem import Problem
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.conversations import Conversations
from imail_tui.services.undo import Act, UndoList
from imail_tui.services.workbench import Workbench

_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a plan: moves that were made, and why others were not (by conversation)."""

    done: tuple[Move, ...] = ()
    refused: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def problem(self) -> Problem | None:
        """The first refusal."""
        return next(iter(self.refused.values()), None)


class ReplyMoves:
    """Moves by the settings. Never raises `ApiError`."""

    def __init__(
        self,
        bench: Workbench,
        conversations: Conversations,
        campaigns: Campaigns,
        undo: UndoList,
        settings: ReplySettings,
    ) -> None:
        self._bench = bench
        self._conversations = conversations
        self._campaigns = campaigns
        self._undo = undo
        self._settings = settings

    def plan(self, label: str | None, ids: Iterable[str]) -> MovePlan:
        """What labelling conversations would set in motion; sends nothing."""
        rule = self._settings.moves.get(label or "", MoveRule())
        found = [each for id_ in ids if (each := self._conversations.get(id_)) is not None]
        names = {campaign.id: campaign.name for campaign in self._campaigns.all()}
        return plan_moves(label, rule, found, names)

    async def carry_out(self, plan: MovePlan) -> Moved:
        """Make the moves of a plan; they can be taken back."""
        pauses = [move for move in plan.moves if not move.joins]
        moved, refused = await self._each(pauses, lambda move: self._pause(move, paused=True))
        for campaign_id in dict.fromkeys(move.campaign_id for move in plan.moves if move.joins):
            joining = [move for move in plan.moves if move.joins and move.campaign_id == campaign_id]
            try:
                moved += await self._join(campaign_id, joining)
            except ApiError as error:
                refused |= {move.conversation_id: error.problem for move in joining}
        if moved:
            title = f"Move {plural(len(moved), 'lead')} by label"
            self._undo.add(Act(title, lambda: self._take_back(title, moved)))
        return Moved(tuple(moved), refused)

    async def _join(self, campaign_id: str, joining: Sequence[Move]) -> list[Move]:
        """Enroll who is not in the campaign; gives them. Raises `ApiError`."""
        inside: set[str] = set()
        try:
            known = await self._bench.ask(
                lambda client: client.leads.lookup([move.address for move in joining])
            )
            inside = {match.id for match in known if match.id and campaign_id in match.campaign_ids}
        except NotFound:
            # Without a lookup, undo may take out somebody who was in the campaign before.
            pass
        new = [move for move in joining if move.lead_id not in inside]
        if new:
            ids = [move.lead_id for move in new]
            await self._bench.ask(lambda client: client.campaigns.enroll(campaign_id, ids))
        return new

    async def _take_back(self, title: str, moved: Sequence[Move]) -> str:
        def back(move: Move) -> Awaitable[None]:
            return self._leave(move) if move.joins else self._pause(move, paused=False)

        _, refused = await self._each(moved, back)
        if refused:
            return f"Not all of it could be undone: {next(iter(refused.values())).sentence()}"
        return f"Undone: {title}."

    async def _each(
        self, moves: Sequence[Move], act: Callable[[Move], Awaitable[None]]
    ) -> tuple[list[Move], dict[str, Problem]]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(move: Move) -> Problem | None:
            async with places:
                try:
                    await act(move)
                except ApiError as error:
                    return error.problem
            return None

        problems = await asyncio.gather(*map(one, moves))
        pairs = list(zip(moves, problems, strict=True))
        done = [move for move, problem in pairs if problem is None]
        return done, {move.conversation_id: problem for move, problem in pairs if problem is not None}

    async def _pause(self, move: Move, *, paused: bool) -> None:
        await self._bench.ask(
            lambda client: client.campaigns.pause_lead(move.campaign_id, move.lead_id, paused=paused)
        )

    async def _leave(self, move: Move) -> None:
        await self._bench.ask(lambda client: client.campaigns.remove_lead(move.campaign_id, move.lead_id))
