"""Whether a failed attempt is repeated, and when: one pure table.

Source: what is provably not applied is repeated for every verb; what may have been applied only where a
second arrival does no harm (reads, merge patches, deletions, POSTs under an Idempotency-Key).
"""

from collections.abc import Callable
from dataclasses import dataclass

from imail_tui.api.reading import is_passing
from imail_tui.api.wire import SENT, Fault, Repeat

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
"""Seconds: the pause doubles from the first to the longest."""
SAME_KEY_RUNNING = "idempotency_in_progress"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt failed: by a `fault`, or by an answer.

    A 2xx outcome is one whose body is not the promised object. `replayed`: the server repeated a stored
    answer. `retry_after` in seconds.
    """

    fault: Fault | None = None
    status: int = 0
    code: str = ""
    retry_after: float | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`again` after `pause` seconds, or give up. `applied` True: the server may have carried it out.

    `counts` False: the attempt does not use up patience (it was throttled, not failed).
    """

    again: bool
    pause: float = 0.0
    applied: bool = False
    counts: bool = True


def classify(repeat: Repeat, outcome: Outcome, tries: int, random: Callable[[], float]) -> Decision:
    """What to do after attempt number `tries` (from 1) ended in `outcome`. `random` gives [0, 1)."""
    pause = backoff(tries, random)
    harmless = repeat is not Repeat.ONCE
    if outcome.fault is not None:
        return _after_fault(outcome.fault, pause, harmless=harmless)
    if outcome.status == 429:
        # The limiter holds everybody back; a throttled attempt is no failure.
        return Decision(again=True, pause=0.0, counts=False)
    if 200 <= outcome.status < 300:
        # Read again once. A write has been carried out; only its answer is lost.
        return Decision(again=repeat is Repeat.SAFE and tries == 1, pause=pause, applied=True)
    if outcome.status == 409 and outcome.code == SAME_KEY_RUNNING and repeat is Repeat.KEYED:
        return Decision(again=True, pause=max(pause, outcome.retry_after or 0.0), applied=True)
    if not is_passing(outcome.status):
        return Decision(again=False)
    asked = outcome.retry_after
    if outcome.status == 503 and asked is not None:
        # The server turned it away at the door and said when to come back.
        return Decision(again=True, pause=max(pause, asked))
    if outcome.replayed:
        # The same key would bring the same stored answer for ever.
        return Decision(again=False, applied=True)
    return Decision(again=harmless, pause=max(pause, asked or 0.0), applied=True)


def backoff(tries: int, random: Callable[[], float]) -> float:
    """Seconds before the next attempt: doubling, with jitter that only shortens, by half at most."""
    longest = min(FIRST_PAUSE * 2.0 ** min(tries - 1, 16), LONGEST_PAUSE)
    return longest * (1 - random() / 2)


def _after_fault(fault: Fault, pause: float, *, harmless: bool) -> Decision:
    if fault is Fault.NOT_SENT:
        return Decision(again=True, pause=pause)
    if fault is Fault.DROPPED:
        # Another's attempt ran out of time in our own queue; nothing has been tried.
        return Decision(again=True, counts=False)
    if fault in (Fault.CUT, Fault.TIMED_OUT):
        return Decision(again=harmless, pause=pause, applied=True)
    # A certificate, an address or a size does not get better by asking again.
    return Decision(again=False, applied=fault in SENT)
