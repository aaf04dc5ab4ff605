"""What becomes of a mail: deliveries, opens, clicks, answers, bounces, with their delays.

Rates are those of a healthy cold-mail workspace: about 1 % hard and 0.6 % soft bounces, 45 % of mails
opened, 4.3 % answered by a person, 2.5 % by a machine.
"""

import random
from typing import NamedTuple

from imail_tui.sandbox.clock import DAY, HOUR

MINUTE = 60_000
SECOND = 1_000

HUMAN_LABELS = {
    "interested": 16,
    "meeting_request": 10,
    "question": 16,
    "referral": 6,
    "not_now": 14,
    "objection": 9,
    "wrong_person": 5,
    "not_interested": 18,
    "unsubscribe": 6,
}
"""Relative frequency of the labels of human answers."""

SOFT_CATEGORIES = ("mailbox_full", "greylisted", "temporary_failure", "content_rejected")
LONGEST = 6 * DAY
"""Nothing happens to a mail later than this."""

_UNCLASSIFIED = 0.12


class Outcome(NamedTuple):
    """One thing that happens `delay` milliseconds after the mail left.

    `detail` is the label of an answer or the category of a soft bounce. An answer is classified
    `classify_after` milliseconds later, never when that is None.
    """

    delay: int
    kind: str
    detail: str = ""
    classify_after: int | None = None
    confidence: float = 0.0


def plan(
    rng: random.Random, *, track_opens: bool = True, track_clicks: bool = True, talkative: float = 1.0
) -> tuple[Outcome, ...]:
    """Everything that will happen to one mail, in order; `talkative` multiplies human answers."""
    fate = rng.random()
    if fate < 0.009:
        return (Outcome(rng.randint(1 * SECOND, 40 * SECOND), "bounced_hard", "mailbox_not_found"),)
    if fate < 0.015:
        return (Outcome(rng.randint(1, 25) * MINUTE, "bounced_soft", rng.choice(SOFT_CATEGORIES)),)
    outcomes = [Outcome(rng.randint(1 * SECOND, 9 * SECOND), "delivered")]
    if fate < 0.040:
        outcomes.append(_answer(rng, rng.randint(20 * SECOND, 4 * MINUTE), automatic=True))
    if rng.random() < 0.455:
        outcomes += _opener(rng, track_opens, track_clicks, talkative)
    elif rng.random() < 0.012 * talkative:
        outcomes.append(_answer(rng, _first_look(rng), automatic=False))
    return tuple(sorted(outcomes))


def _opener(rng: random.Random, track_opens: bool, track_clicks: bool, talkative: float) -> list[Outcome]:
    first = _first_look(rng)
    later = [first + _again(rng) for _ in range(min(int(rng.expovariate(0.3)), 9))]
    outcomes = [Outcome(delay, "opened") for delay in (first, *later) if track_opens and delay <= LONGEST]
    if track_clicks and rng.random() < 0.11:
        outcomes.append(Outcome(min(first + rng.randint(4, 90) * SECOND, LONGEST), "clicked"))
    if rng.random() < 0.085 * talkative:
        thinking = int(rng.lognormvariate(2.1, 1.7) * HOUR) + 3 * MINUTE
        outcomes.append(_answer(rng, min(first + thinking, LONGEST - HOUR), automatic=False))
    elif rng.random() < 0.006:
        outcomes.append(Outcome(first + rng.randint(10, 60) * SECOND, "unsubscribed"))
    return outcomes


def _first_look(rng: random.Random) -> int:
    """Half of the first opens within the hour and a half, the rest over three days."""
    if rng.random() < 0.5:
        return int(rng.expovariate(1 / (40 * MINUTE))) % (3 * HOUR) + 30 * SECOND
    return int(rng.random() ** 2 * 3 * DAY) + 10 * MINUTE


def _again(rng: random.Random) -> int:
    """Later opens: some the same day, most whenever the thread comes up again."""
    if rng.random() < 0.3:
        return rng.randint(2 * MINUTE, 8 * HOUR)
    return rng.randint(8 * HOUR, 5 * DAY)


def _answer(rng: random.Random, delay: int, *, automatic: bool) -> Outcome:
    if automatic:
        label = "out_of_office" if rng.random() < 0.8 else "auto_reply"
    else:
        label = rng.choices(list(HUMAN_LABELS), list(HUMAN_LABELS.values()))[0]
    classify_after = None if rng.random() < _UNCLASSIFIED else rng.randint(40 * SECOND, 6 * MINUTE)
    confidence = round(min(0.995, 0.62 + rng.betavariate(4, 1.4) * 0.38), 3)
    kind = "auto_replied" if automatic else "replied"
    return Outcome(delay, kind, label, classify_after, confidence)
