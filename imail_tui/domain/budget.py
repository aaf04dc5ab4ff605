"""The request budget: a token bucket that follows the server's without ever promising more.

Pure transitions `(State, input, now) -> State`; times are seconds of one clock. A request is charged when it
is sent, and the server charges it later, so with the same start and rate the level here plus the requests
under way is never above the server's, whatever the latency or order. Headers then move the level down always,
and up only to a bound that holds even if every request not known to be charged is charged still. All of it
holds for one process as for many that share the state. Tokens that vanish without us are other machines:
they make us slower and more careful. `domain.turns` says who may send next.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum

from imail_tui.domain.rate_headers import RateHeaders

CAUTIOUS_SHARE = 0.25
"""Part of the burst assumed when the server says nothing about its budget."""
LOST_FOR = 60.0
"""Seconds an unanswered request may still be charged."""
FORGOTTEN_AFTER = 900.0
"""Seconds after which a request without an end is taken for lost; no attempt lasts as long."""
SURGE_RATE = 100 / 60
SURGE_BURST = 240.0
"""The smallest tier with API access (documented by imail): assumed until the server says more."""
OUTSIDE_FOR = 60.0
"""Seconds after which about two thirds of what other machines took is forgotten."""
OUTSIDE_FROM = 0.05
"""Part of the refill from which other machines count: less may be rounding."""
WARY_FOR = 10
"""Answers after which a level found by a probe is trusted: another machine may have seen the same tokens."""
SMALLEST_REFILL = 0.1
"""Part of the refill that is counted on however much others take."""
_ROUNDING = 0.5


class Priority(IntEnum):
    """Class of a request; a smaller number goes first."""

    INTERACTIVE = 0
    JOB = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """A charged request of the process `owner`. From `done` on the server can no longer charge it.

    `done` None = under way.
    """

    number: int
    at: float
    done: float | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A process that shares the bucket: when it last looked, and how many of each class wait in it."""

    owner: str
    seen: float
    waiting: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class State:
    """The bucket: `rate` in tokens/s, `burst` in tokens, `level` at the time `at` (None = unknown).

    `full` is what the level would be if nobody else spent; `outside` the tokens that others took lately, as
    of `outside_at`. So many more answers are needed as `wary` says until a probed level is trusted. `newest`
    is the latest request whose answer was taken in, `raised_at` when an answer last showed more than we knew.
    `guess` is the level taken when the probe of an unknown bucket is answered without headers,
    `closed_until` the end of a cool-down after the 429 at `throttled_at`, `owed` the turns that the waiting
    lower classes have earned, `share` the part of the burst that is ours to use, `attended_at` when a person
    last did something. Numbers of requests mean something within one `era` only.
    """

    era: str = ""
    rate: float = SURGE_RATE
    burst: float = SURGE_BURST
    level: float | None = None
    full: float = 0.0
    at: float = 0.0
    guess: float = SURGE_BURST * CAUTIOUS_SHARE
    share: float = 1.0
    closed_until: float = 0.0
    throttled_at: float | None = None
    outside: float = 0.0
    outside_at: float = 0.0
    wary: int = 0
    newest: int = 0
    raised_at: float = 0.0
    owed: float = 0.0
    attended_at: float | None = None
    issued: int = 0
    sent: tuple[Sent, ...] = ()
    parties: tuple[Party, ...] = ()


def level_at(state: State, now: float) -> float | None:
    """Tokens at `now`, None when unknown. Requests under way keep their place below the burst."""
    if state.level is None:
        return None
    refill = state.rate * max(0.0, now - state.at)
    if others_spend(state, state.at):
        # What others are believed to take fades: the integral of `outside_rate` since the level was settled.
        taken = OUTSIDE_FOR * (outside_rate(state, state.at) - outside_rate(state, now))
        refill = max(SMALLEST_REFILL * refill, refill - taken)
    return min(state.level + refill, ceiling(state, now))


def outside_rate(state: State, now: float) -> float:
    """Tokens/s that other machines seem to spend: what vanished, exponentially forgotten."""
    return state.outside * math.exp(-max(0.0, now - state.outside_at) / OUTSIDE_FOR) / OUTSIDE_FOR


def others_spend(state: State, now: float) -> bool:
    """Whether other machines take enough to matter."""
    return outside_rate(state, now) > OUTSIDE_FROM * state.rate


def must_brake(state: State, now: float) -> bool:
    """Whether few requests shall be under way at once: others are there, or may be."""
    return state.wary > 0 or state.share < 1 or others_spend(state, now)


def allowance(state: State) -> float:
    """The part of the burst that is ours to use: at least one token."""
    return max(1.0, state.burst * state.share)


def ceiling(state: State, now: float) -> float:
    """The most the level can be while requests are under way."""
    return allowance(state) - under_way(state, now)


def under_way(state: State, now: float) -> int:
    """Requests that the server may still charge."""
    return sum(1 for one in state.sent if one.done is None or one.done > now)


def charge(state: State, owner: str, now: float) -> State:
    """A request of `owner` is sent now; its number is the new `issued`."""
    settled = settle(state, now)
    number = state.issued + 1
    return replace(
        settled,
        issued=number,
        sent=(*_still_relevant(state.sent, now), Sent(number, now, owner=owner)),
        level=None if settled.level is None else settled.level - 1,
        full=settled.full - 1,
    )


def observe(state: State, number: int, headers: RateHeaders, now: float) -> State:
    """Take in the headers of the answer to request `number`, which must not be `finish`ed yet."""
    request = next((one for one in state.sent if one.number == number), None)
    if request is None:
        return state
    if headers.remaining is None:
        # The guess is about what the server has: what it may still charge comes off.
        others = under_way(state, now) - 1
        return state if state.level is not None else _with_level(state, state.guess - others, now)
    remaining = headers.remaining
    state = replace(state, burst=max(headers.limit or state.burst, remaining + 1.0))
    later = state.issued - number
    earlier = sum(
        1 for one in state.sent if one.number < number and (one.done is None or one.done > request.at)
    )
    # A request that ended at the very instant this one was sent was charged before it: callers settle what
    # ended before they send.
    low = float(remaining - later - earlier)
    high = remaining + 1 + state.rate * (now - request.at)
    state = settle(state, now)
    if state.level is None:
        return _with_level(replace(state, wary=WARY_FOR), low, now)
    if number < state.newest:
        # Older news: it may show the level down, but others may have spent since what it shows up.
        low = -math.inf
    if request.at >= state.raised_at:
        # Else the server may simply refill faster than we know.
        state = _vanished(state, state.full - high, now)
    if low > state.full + 1 + state.rate * (now - request.at):
        state = replace(state, raised_at=now)
    state = replace(state, newest=max(number, state.newest))
    full = max(low, min(state.full, high))
    level = max(low, min(state.level or 0.0, high))
    return _capped(replace(state, level=level, full=full, wary=max(0, state.wary - 1)), now)


def throttle(state: State, number: int, wait: float, now: float) -> State:
    """A 429 to request `number`: nothing is sent for `wait` seconds, then one probe finds the level again.

    Tokens that the level promised and the server did not have were taken by others.
    """
    if state.level is not None:
        state = _vanished(settle(state, now), max(0.0, state.full) + 1, now)
    closed_until = max(state.closed_until, now + wait)
    # Not charged: the server counts no token for a refusal, and nothing can be charged for it later.
    state = replace(state, level=None, full=0.0, at=now, guess=0.0, owed=0.0, throttled_at=now)
    return _ended(replace(state, closed_until=closed_until), number, now, now)


def finish(state: State, number: int, now: float) -> State:
    """Request `number` was answered."""
    return _ended(state, number, now, now)


def lose(state: State, number: int, now: float) -> State:
    """Request `number` was sent and has no answer: it may be charged for a while yet."""
    return _ended(state, number, now + LOST_FOR, now)


def refund(state: State, number: int, now: float) -> State:
    """Request `number` never left: its token comes back."""
    state = settle(state, now)
    kept = tuple(one for one in state.sent if one.number != number)
    returned = len(kept) < len(state.sent)
    state = replace(state, sent=kept)
    if not returned or state.level is None:
        return state
    return _capped(replace(state, level=state.level + 1, full=state.full + 1), now)


def configure(state: State, rate: float, burst: float, now: float) -> State:
    """The plan is known: `rate` tokens/s and `burst` tokens, both above 0."""
    state = settle(state, now)
    state = replace(state, rate=rate, burst=burst, guess=min(state.guess, burst * CAUTIOUS_SHARE))
    return _capped(state, now)


def bury(state: State, owner: str, now: float) -> State:
    """The process `owner` is gone: what it had under way is lost, and it waits no more."""
    for one in state.sent:
        if one.owner == owner and one.done is None:
            state = lose(state, one.number, now)
    return replace(state, parties=tuple(party for party in state.parties if party.owner != owner))


def attend(state: State, now: float) -> State:
    """A person is there, and may ask for something at any moment."""
    return replace(state, attended_at=now)


def settle(state: State, now: float) -> State:
    """The same bucket, its level as of `now`."""
    if state.level is None:
        return state if now <= state.at else replace(state, at=now)
    full = max(state.full, state.level) + state.rate * max(0.0, now - state.at)
    level = level_at(state, now)
    return replace(state, level=level, full=min(full, ceiling(state, now)), at=max(now, state.at))


def _vanished(state: State, tokens: float, now: float) -> State:
    """Count `tokens` that others took."""
    if tokens <= _ROUNDING:
        return state
    kept = outside_rate(state, now) * OUTSIDE_FOR
    return replace(state, outside=kept + tokens, outside_at=now)


def _ended(state: State, number: int, done: float, now: float) -> State:
    # Settle the level first: an ended request frees its place below the burst only from now on.
    state = settle(state, now)
    sent = tuple(replace(one, done=done) if one.number == number else one for one in state.sent)
    return replace(state, sent=_still_relevant(sent, now))


def _still_relevant(sent: tuple[Sent, ...], now: float) -> tuple[Sent, ...]:
    """Without requests that ended before the oldest one under way was sent: no bound counts them."""
    sent = tuple(one for one in sent if one.done is not None or now - one.at < FORGOTTEN_AFTER)
    oldest = min((one.at for one in sent if one.done is None), default=now)
    return tuple(one for one in sent if one.done is None or one.done > oldest)


def _with_level(state: State, level: float, now: float) -> State:
    return _capped(replace(state, level=level, full=level, at=now), now)


def _capped(state: State, now: float) -> State:
    if state.level is None:
        return state
    most = ceiling(state, now)
    return replace(state, level=min(state.level, most), full=min(state.full, most))
