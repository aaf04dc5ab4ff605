"""Who may send next: priorities over the bucket of `domain.budget`, across all processes that share it.

Interactive goes before jobs, jobs before background. Each class leaves more tokens behind than the one
before it, so a key press finds one even while a job takes all it can get; waiting long raises a class, and
interactive requests yield one turn in five while others wait, so nobody starves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imail_tui.domain.budget import (
    Party,
    Priority,
    State,
    allowance,
    attend,
    ceiling,
    charge,
    level_at,
    must_brake,
    under_way,
)

MARGIN = 1.5
"""Tokens never used: room for clock rates and rounding (measured: enough for no 429 in 540 requests)."""
RESERVE = 3.0
"""Tokens above the margin that only a person's own requests may use, while somebody is there.

Simulated: three key presses in a row find one each at once, at 99.9 % use of the budget by a job.
"""
ATTENDED_FOR = 60.0
"""Seconds after a key press for which somebody is believed to be there."""
BACKGROUND_SHARE = 0.25
"""Part of the burst that background requests leave untouched."""
BACKGROUND_AGE = 20.0
"""Seconds of waiting after which a background request counts as a job."""
TURN = 0.25
"""Owed to the others by each interactive request while they wait: one turn in five, a cap of 80 %."""
MOST_OWED = 2.0
PROBED_FOR = 5.0
"""Seconds for which the answer to a probe is awaited before another goes: its process may be stopped."""
PARTY_FOR = 2.0
"""Seconds for which a process is believed to wait still; it says so again long before."""
OUTSIDE_MARGIN = 6.0
"""Tokens more that are left alone while other machines spend."""
OUTSIDE_BRAKE = 8.0
"""Tokens for each request under way while other machines spend: not all shall meet at an empty bucket."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody waiting for a token since `since`."""

    priority: Priority
    since: float


@dataclass(frozen=True, slots=True)
class Grant:
    """The ask at `index` may send; its request is number `number`."""

    index: int
    number: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody may send. Ask again after `seconds`, None = when a request under way has ended."""

    seconds: float | None


def take(state: State, asks: Sequence[Ask], now: float, owner: str = "") -> tuple[State, Grant | Wait]:
    """Decide who of the waiting `asks` (at least one) of the process `owner` sends next, and charge it."""
    if any(ask.priority is Priority.INTERACTIVE for ask in asks):
        state = attend(state, now)
    if now < state.closed_until:
        return state, Wait(state.closed_until - now)
    index = _next_up(state, asks, now)
    level = level_at(state, now)
    if level is None:
        # One probe at a time until an answer shows where the bucket stands.
        if any(one.done is None and now - one.at < PROBED_FOR for one in state.sent):
            return state, Wait(None)
        return _granted(state, asks, index, now, owner)
    if must_brake(state, now) and under_way(state, now) >= max(1.0, level / OUTSIDE_BRAKE):
        return state, Wait(None)
    wanted = 1 + _floor(state, asks, index, now, owner)
    if level < wanted:
        return state, Wait(_seconds_until(state, wanted, level, now))
    return _granted(state, asks, index, now, owner)


def join(state: State, owner: str, waiting: tuple[int, int, int], now: float) -> State:
    """The process `owner` looks: it shares the bucket, and so many of each class wait in it."""
    others = tuple(party for party in state.parties if party.owner != owner)
    return replace(state, parties=(*others, Party(owner, now, waiting)))


def leave(state: State, owner: str) -> State:
    """The process `owner` shares the bucket no more."""
    return replace(state, parties=tuple(party for party in state.parties if party.owner != owner))


def _granted(state: State, asks: Sequence[Ask], index: int, now: float, owner: str) -> tuple[State, Grant]:
    if asks[index].priority is not Priority.INTERACTIVE:
        owed = max(0.0, state.owed - 1)
    elif _lower_waits(state, asks, now, owner):
        owed = min(state.owed + TURN, MOST_OWED)
    else:
        owed = 0.0
    state = replace(charge(state, owner, now), owed=owed)
    return state, Grant(index, state.issued)


def _next_up(state: State, asks: Sequence[Ask], now: float) -> int:
    owed = state.owed >= 1 and _has_lower(asks)
    candidates = [
        index for index, ask in enumerate(asks) if not owed or ask.priority is not Priority.INTERACTIVE
    ]
    return min(candidates, key=lambda i: (_aged(asks[i], now), asks[i].since, i))


def _has_lower(asks: Sequence[Ask]) -> bool:
    return any(ask.priority is not Priority.INTERACTIVE for ask in asks)


def _lower_waits(state: State, asks: Sequence[Ask], now: float, owner: str) -> bool:
    """Whether a job or background request waits, here or in another process."""
    return _has_lower(asks) or any(
        sum(party.waiting[1:]) > 0
        for party in state.parties
        if party.owner != owner and now - party.seen < PARTY_FOR
    )


def _job_waits_elsewhere(state: State, now: float, owner: str) -> bool:
    return any(
        party.waiting[Priority.JOB] > 0
        for party in state.parties
        if party.owner != owner and now - party.seen < PARTY_FOR
    )


def _aged(ask: Ask, now: float) -> Priority:
    if ask.priority is Priority.BACKGROUND and now - ask.since > BACKGROUND_AGE:
        return Priority.JOB
    return ask.priority


def _floor(state: State, asks: Sequence[Ask], index: int, now: float, owner: str) -> float:
    """The level that the ask at `index` must leave behind."""
    ask = asks[index]
    margin = MARGIN + (OUTSIDE_MARGIN if must_brake(state, now) else 0.0)
    reserve = RESERVE if _attended(state, now) else 0.0
    if ask.priority is Priority.INTERACTIVE:
        floor = margin
        if state.owed >= 1 and _lower_waits(state, asks, now, owner):
            # The turn is another process's: leave it the token it needs.
            floor += 1
    elif state.owed >= 1 and (ask.priority is Priority.JOB or not _job_waits_elsewhere(state, now, owner)):
        floor = margin
    elif _aged(ask, now) is Priority.JOB:
        floor = margin + reserve
    else:
        floor = max(margin + reserve, BACKGROUND_SHARE * allowance(state))
    # A burst of one or two tokens must still let everybody through.
    return min(floor, allowance(state) - 1)


def _attended(state: State, now: float) -> bool:
    return state.attended_at is not None and now - state.attended_at < ATTENDED_FOR


def _seconds_until(state: State, wanted: float, level: float, now: float) -> float | None:
    if wanted <= ceiling(state, now):
        return (wanted - level) / state.rate
    ends = [one.done - now for one in state.sent if one.done is not None and one.done > now]
    return min(ends, default=None)
