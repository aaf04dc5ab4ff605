"""The request budget in words: one fact a line, for the page in the app."""

import math
from typing import Final, NamedTuple

from imail_tui.domain.marks import Tone
from imail_tui.domain.shown import UNKNOWN, plural
from imail_tui.model.status import BudgetDetail

BAR_CELLS: Final = 30
_FULL, _EMPTY = "█", "░"
_LOW: Final = 0.2
_NOTABLE_OUTSIDE: Final = 0.5 / 60
"""Tokens a second: less than one request in two minutes is the error of the estimate."""


class BudgetFact(NamedTuple):
    """A line: what it is about, what is so, and how that is meant. `text` may hold a foreign path."""

    name: str
    text: str
    tone: Tone = ""


def budget_facts(detail: BudgetDetail) -> list[BudgetFact]:
    """Everything worth knowing about the budget at one moment."""
    return [
        _level(detail),
        BudgetFact("", bar(detail)),
        _refill(detail),
        _waiting(detail),
        BudgetFact("under way", plural(detail.under_way, "request")),
        _pause(detail),
        _last_429(detail),
        _processes(detail),
        _outside(detail),
        *_place(detail),
    ]


def bar(detail: BudgetDetail) -> str:
    """The level as a bar of BAR_CELLS cells; empty where it is unknown."""
    full = round(BAR_CELLS * _share(detail))
    return _FULL * full + _EMPTY * (BAR_CELLS - full)


def seconds_until_full(detail: BudgetDetail) -> float | None:
    """Seconds until the burst is whole if nobody asks anything; None while that is unknown or never."""
    if detail.left is None or detail.refill <= 0:
        return None
    seconds = detail.paused + max(0.0, detail.burst - detail.left) / detail.refill
    return seconds if math.isfinite(seconds) else None


def span(seconds: float) -> str:
    """A length of time in one or two units: `8 s`, `1 m 20 s`, `2 h 5 m`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} m {whole % 60} s" if whole % 60 else f"{whole // 60} m"
    return f"{whole // 3_600} h {whole % 3_600 // 60} m"


def _share(detail: BudgetDetail) -> float:
    if detail.left is None or detail.burst <= 0:
        return 0.0
    return max(0.0, min(1.0, detail.left / detail.burst))


def _level(detail: BudgetDetail) -> BudgetFact:
    if detail.left is None:
        return BudgetFact("left", f"{UNKNOWN}  known with the server's first answer", "muted")
    text = f"{max(0, int(detail.left)):,} of {plural(int(detail.burst), 'request')} at once"
    return BudgetFact("left", text, "watch" if _share(detail) <= _LOW else "strong")


def _refill(detail: BudgetDetail) -> BudgetFact:
    text = f"{60 * detail.refill:,.0f} a minute"
    until = seconds_until_full(detail)
    if until is None:
        return BudgetFact("refill", text)
    return BudgetFact("refill", f"{text}, {'full' if until < 1 else f'full in {span(until)}'}")


def _waiting(detail: BudgetDetail) -> BudgetFact:
    you, jobs, background = detail.waiting
    text = f"you {you:,} · jobs {jobs:,} · background {background:,}"
    return BudgetFact("waiting", text, "watch" if you else "")


def _pause(detail: BudgetDetail) -> BudgetFact:
    if detail.paused <= 0:
        return BudgetFact("pause", "none")
    return BudgetFact("pause", f"nothing is sent for {span(detail.paused)}", "stop")


def _last_429(detail: BudgetDetail) -> BudgetFact:
    if detail.last_429 is None:
        return BudgetFact("last 429", "never: the server has not said no", "good")
    return BudgetFact("last 429", f"{span(detail.last_429)} ago", "watch")


def _processes(detail: BudgetDetail) -> BudgetFact:
    others = detail.processes - 1
    text = f"shared with {plural(others, 'other process')}" if others > 0 else "only this process"
    return BudgetFact("this machine", text)


def _outside(detail: BudgetDetail) -> BudgetFact:
    if detail.outside < _NOTABLE_OUTSIDE:
        return BudgetFact("elsewhere", "nobody seems to spend this key's budget")
    text = f"about {60 * detail.outside:,.0f} a minute are spent on other machines"
    return BudgetFact("elsewhere", text, "watch")


def _place(detail: BudgetDetail) -> list[BudgetFact]:
    if not detail.why_alone:
        return [BudgetFact("kept in", detail.place or "this process")]
    return [
        BudgetFact("alone", detail.why_alone, "watch"),
        BudgetFact("", "Only a part of the burst is used: other processes cannot be seen.", "muted"),
    ]
