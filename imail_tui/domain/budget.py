"""The request budget: a token bucket that follows the server's without ever promising more.

Pure transitions `(State, input, now) -> State` or `(State, result)`; times are seconds of one monotonic
clock. A request is charged when it is sent, and the server charges it later, so with the same start and
rate the level here plus the requests under way is never above the server's, whatever the latency or
order. Headers then move the level down always, and up only to a bound that holds even if every request
not known to be charged is charged still.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from imail_tui.domain.rate_headers import RateHeaders

MARGIN = 1.5
"""Tokens never used: room for clock rates and rounding (measured: enough for no 429 in 540 requests)."""
RESERVE = 2.0
"""Tokens above the margin that only a person's own requests may use."""
BACKGROUND_SHARE = 0.25
"""Part of the burst that background requests leave untouched."""
CAUTIOUS_SHARE = 0.25
"""Part of the burst assumed when the server says nothing about its budget."""
LAST_RESERVE = 1.0
"""What even a job that waited long leaves: the next key press never waits for a refill."""
JOB_AGE = 10.0
BACKGROUND_AGE = 20.0
"""Seconds of waiting after which a request counts as one class higher."""
TURN = 0.25
"""Owed to the others by each interactive request while they wait: one turn in five, a cap of 80 %."""
LOST_FOR = 60.0
"""Seconds an unanswered request may still be charged."""
SURGE_RATE = 100 / 60
SURGE_BURST = 240.0
"""The smallest tier with API access (documented by imail): assumed until the server says more."""


class Priority(IntEnum):
    """Class of a request; a smaller number goes first."""

    INTERACTIVE = 0
    JOB = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """A charged request. From `done` on the server can no longer charge it; None = under way."""

    number: int
    at: float
    done: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The bucket: `rate` in tokens/s, `burst` in tokens, `level` at the time `at` (None = unknown).

    `guess` is the level taken when the probe of an unknown bucket is answered without headers,
    `closed_until` the end of a cool-down, `owed` the turns the waiting lower classes have earned.
    """

    rate: float = SURGE_RATE
    burst: float = SURGE_BURST
    level: float | None = None
    at: float = 0.0
    guess: float = SURGE_BURST * CAUTIOUS_SHARE
    closed_until: float = -math.inf
    issued: int = 0
    sent: tuple[Sent, ...] = ()
    owed: float = 0.0


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


def level_at(state: State, now: float) -> float | None:
    """Tokens at `now`, None when unknown. Requests under way keep their place below the burst."""
    if state.level is None:
        return None
    refilled = state.level + state.rate * max(0.0, now - state.at)
    return min(refilled, state.burst - _under_way(state, now))


def take(state: State, asks: Sequence[Ask], now: float) -> tuple[State, Grant | Wait]:
    """Decide who of the waiting `asks` (at least one) sends next, and charge it."""
    if now < state.closed_until:
        return state, Wait(state.closed_until - now)
    index = _next_up(state, asks, now)
    level = level_at(state, now)
    if level is None:
        # One probe at a time until an answer shows where the bucket stands.
        if any(request.done is None for request in state.sent):
            return state, Wait(None)
        return _charged(state, asks, index, None, now)
    wanted = 1 + _floor(state, asks[index], now)
    if level < wanted:
        return state, Wait(_seconds_until(state, wanted, level, now))
    return _charged(state, asks, index, level - 1, now)


def observe(state: State, number: int, headers: RateHeaders, now: float) -> State:
    """Take in the headers of the answer to request `number`, which must not be `finish`ed yet."""
    request = next((one for one in state.sent if one.number == number), None)
    if request is None:
        return state
    if headers.remaining is None:
        return state if state.level is not None else _with_level(state, state.guess, now)
    remaining = headers.remaining
    burst = max(headers.limit or state.burst, remaining + 1.0)
    state = replace(state, burst=burst)
    later = state.issued - number
    earlier = sum(
        1 for one in state.sent if one.number < number and (one.done is None or one.done > request.at)
    )
    low = float(remaining - later - earlier)
    high = remaining + 1 + state.rate * (now - request.at)
    level = level_at(state, now)
    return _with_level(state, low if level is None else max(low, min(level, high)), now)


def throttle(state: State, wait: float, now: float) -> State:
    """A 429: nothing is sent for `wait` seconds, then one probe finds the level again."""
    return replace(
        state, level=None, at=now, guess=0.0, closed_until=max(state.closed_until, now + wait), owed=0.0
    )


def finish(state: State, number: int, now: float) -> State:
    """Request `number` was answered."""
    return _ended(state, number, now, now)


def lose(state: State, number: int, now: float) -> State:
    """Request `number` was sent and has no answer: it may be charged for a while yet."""
    return _ended(state, number, now + LOST_FOR, now)


def refund(state: State, number: int, now: float) -> State:
    """Request `number` never left: its token comes back."""
    level = level_at(state, now)
    kept = tuple(one for one in state.sent if one.number != number)
    returned = level is not None and len(kept) < len(state.sent)
    state = replace(state, sent=kept)
    return _with_level(state, level + 1, now) if returned and level is not None else state


def configure(state: State, rate: float, burst: float, now: float) -> State:
    """The plan is known: `rate` tokens/s and `burst` tokens, both above 0."""
    level = level_at(state, now)
    state = replace(state, rate=rate, burst=burst, guess=min(state.guess, burst * CAUTIOUS_SHARE))
    return state if level is None else _with_level(state, level, now)


def _charged(
    state: State, asks: Sequence[Ask], index: int, level: float | None, now: float
) -> tuple[State, Grant]:
    number = state.issued + 1
    others = any(ask.priority is not Priority.INTERACTIVE for ask in asks)
    if asks[index].priority is not Priority.INTERACTIVE:
        owed = max(0.0, state.owed - 1)
    else:
        owed = state.owed + TURN if others else 0.0
    sent = (*_still_relevant(state.sent, now), Sent(number, now))
    state = replace(state, issued=number, sent=sent, owed=owed, level=level, at=now)
    return state, Grant(index, number)


def _next_up(state: State, asks: Sequence[Ask], now: float) -> int:
    owed = state.owed >= 1 and any(ask.priority is not Priority.INTERACTIVE for ask in asks)
    candidates = [
        index for index, ask in enumerate(asks) if not owed or ask.priority is not Priority.INTERACTIVE
    ]
    # An aged request ranks with the class above, but a person's own still goes before it.
    return min(
        candidates,
        key=lambda i: (_aged(asks[i], now), asks[i].priority, asks[i].since, i),
    )


def _aged(ask: Ask, now: float) -> Priority:
    waited = now - ask.since
    if ask.priority is Priority.BACKGROUND and waited > BACKGROUND_AGE:
        return Priority.JOB
    if ask.priority is Priority.JOB and waited > JOB_AGE:
        return Priority.INTERACTIVE
    return ask.priority


def _floor(state: State, ask: Ask, now: float) -> float:
    """The level this ask must leave behind."""
    aged = _aged(ask, now)
    if state.owed >= 1 or ask.priority is Priority.INTERACTIVE:
        floor = MARGIN
    elif aged is Priority.INTERACTIVE:
        floor = MARGIN + LAST_RESERVE
    elif aged is Priority.JOB:
        floor = MARGIN + RESERVE
    else:
        floor = max(MARGIN + RESERVE, BACKGROUND_SHARE * state.burst)
    # A burst of one or two tokens must still let everybody through.
    return min(floor, state.burst - 1)


def _seconds_until(state: State, wanted: float, level: float, now: float) -> float | None:
    if wanted <= state.burst - _under_way(state, now):
        return (wanted - level) / state.rate
    ends = [one.done - now for one in state.sent if one.done is not None and one.done > now]
    return min(ends, default=None)


def _under_way(state: State, now: float) -> int:
    return sum(1 for one in state.sent if one.done is None or one.done > now)


def _ended(state: State, number: int, done: float, now: float) -> State:
    # Settle the level first: an ended request frees its place below the burst only from now on.
    level = level_at(state, now)
    sent = tuple(replace(one, done=done) if one.number == number else one for one in state.sent)
    return replace(state, sent=_still_relevant(sent, now), level=level, at=now)


def _still_relevant(sent: tuple[Sent, ...], now: float) -> tuple[Sent, ...]:
    """Without requests that ended before the oldest one under way was sent: no bound counts them."""
    oldest = min((one.at for one in sent if one.done is None), default=now)
    return tuple(one for one in sent if one.done is None or one.done > oldest)


def _with_level(state: State, level: float, now: float) -> State:
    return replace(state, level=min(level, state.burst - _under_way(state, now)), at=now)
