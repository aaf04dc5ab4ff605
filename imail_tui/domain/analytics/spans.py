"""Ranges of whole UTC days, and which of their days have to be fetched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

RANGES: Final = (7, 14, 30, 90)
"""Days a range has at a key press."""
LONGEST: Final = 731
"""Days a range may have: two years with a leap day."""
UNSETTLED: Final = 2
"""Today and yesterday may still change: they are fetched again each time."""

_DAY: Final = timedelta(days=1)


class SpanRefused(ValueError):
    """Two dates that make no range; the text says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse an end before the start with a ValueError."""
        if self.end < self.start:
            raise SpanRefused(f"{self.start} is later than {self.end}")

    def __str__(self) -> str:
        return f"{self.start} – {self.end}" if self.start != self.end else str(self.start)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def before(self) -> "Span":
        """The period of the same length that ends the day before; cut short by the first day there is."""
        end = max(self.start, date.min + _DAY) - _DAY
        return Span(end - min(timedelta(days=self.days - 1), end - date.min), end)

    def until(self, last: date) -> "Span | None":
        """The part that is not later than a day."""
        return None if self.start > last else Span(self.start, min(self.end, last))

    def each(self) -> Iterator[date]:
        """Its days in order."""
        return (self.start + timedelta(days=number) for number in range(self.days))


def last_days(days: int, today: date) -> Span:
    """The last `days` up to and with today."""
    return Span(today - timedelta(days=days - 1), today)


def last_week(today: date) -> Span:
    """The last Monday to Sunday that is over."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Span(monday, monday + timedelta(days=6))


def span_of(start: str, end: str, today: date) -> Span:
    """A range from two dates people typed as YYYY-MM-DD; no end = today. Raises SpanRefused."""
    first = _day(start)
    last = _day(end) if end.strip() else today
    if first > last:
        raise SpanRefused("the first day is later than the last")
    if (last - first).days >= LONGEST:
        raise SpanRefused(f"a range has at most {LONGEST} days")
    return Span(first, last)


def missing(wanted: Span, fetched: Mapping[date, date], today: date) -> list[Span]:
    """The ranges to fetch so that every wanted day up to today is known as it now is.

    `fetched`: day → the day it was when that was last fetched. A day is settled once it was fetched when it
    was neither the current day nor the one before.
    """
    needed = wanted.until(today)
    if needed is None:
        return []
    recent = today - timedelta(days=UNSETTLED - 1)
    spans: list[Span] = []
    for day in needed.each():
        if day < recent and is_settled(day, fetched.get(day)):
            continue
        if spans and spans[-1].end + _DAY == day:
            spans[-1] = Span(spans[-1].start, day)
        else:
            spans.append(Span(day, day))
    return spans


def is_settled(day: date, fetched_on: date | None) -> bool:
    """Whether what was fetched of a day on a day is final."""
    return fetched_on is not None and (fetched_on - day).days >= UNSETTLED


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise SpanRefused(f"{text.strip() or 'nothing'} is no date; write it as 2026-03-31") from None
