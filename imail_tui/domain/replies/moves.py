"""What a label sets in motion, by the settings: shown before it happens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from imail_tui.domain.shown import plural
from imail_tui.model.conversations import Conversation

COUNTDOWN = 20
"""Seconds an answer waits in the outbox, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class MoveRule:
    """What one label sets in motion: the lead pauses in the campaign it answered, and joins another."""

    pause_lead: bool = False
    add_to_campaign: str | None = None


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """What the settings say of replies: moves by label, and the outbox's countdown in seconds."""

    moves: Mapping[str, MoveRule] = field(default_factory=lambda: MappingProxyType({}))
    countdown: int = COUNTDOWN


NO_MOVES = ReplySettings()
"""What holds without settings."""


@dataclass(frozen=True, slots=True)
class Move:
    """One lead's move. `joins`: it is added to the campaign; else it pauses there."""

    conversation_id: str
    lead_id: str
    address: str
    campaign_id: str
    joins: bool


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What would happen, and in words: a line each. Words hold foreign text."""

    label: str
    moves: tuple[Move, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moves)


def plan_moves(
    label: str | None, rule: MoveRule, conversations: Iterable[Conversation], names: Mapping[str, str]
) -> MovePlan:
    """The moves a label causes. `names` of campaigns by id; conversations without a lead move nobody."""
    moves: list[Move] = []
    for each in conversations:
        lead = each.head.lead
        if lead is None or lead.id is None:
            continue
        here = (each.id, lead.id, lead.email)
        if rule.pause_lead and each.head.campaign_id is not None:
            moves.append(Move(*here, each.head.campaign_id, joins=False))
        if rule.add_to_campaign is not None and rule.add_to_campaign != each.head.campaign_id:
            moves.append(Move(*here, rule.add_to_campaign, joins=True))
    return MovePlan(label or "", tuple(moves), tuple(_words(moves, names)))


def _words(moves: Iterable[Move], names: Mapping[str, str]) -> Iterable[str]:
    grouped: dict[tuple[str, bool], list[Move]] = {}
    for move in moves:
        grouped.setdefault((move.campaign_id, move.joins), []).append(move)
    for (campaign_id, joins), group in grouped.items():
        who = group[0].address if len(group) == 1 else plural(len(group), "lead")
        campaign = names.get(campaign_id, campaign_id)
        many = len(group) > 1
        act = f"{'join' if many else 'joins'}" if joins else f"{'pause' if many else 'pauses'} in"
        yield f"{who} {act} {campaign}"
