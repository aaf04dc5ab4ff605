"""The piles of the replies, and what people type to make their own.

label:interested campaign:q4 inbox:anna since:2d "two words" -word
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from imail_tui.domain.filters import Filter, Term, parse_filter
from imail_tui.domain.folding import folded
from imail_tui.domain.labels import LABELS, Sentiment
from imail_tui.domain.listing import CONVERSATIONS, Sort, parse_time

NEWEST: Final = Sort("received", descending=True)
NEEDS_ME: Final = Sort("needs")
"""Unclassified first, then positive, then what waits to be confirmed; among equals who waits longest."""
LONGEST_WAITING: Final = Sort("waiting")

UNREAD: Final = "unread"
"""The name under which unread conversations are counted beside the views."""

_YES: Final = frozenset({"yes", "y", "true", "1"})
_AGO: Final = re.compile(r"(?P<number>\d{1,4})(?P<unit>min|m|h|d|w)")
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}

_HUMAN: Final = "auto:no"
_OPEN: Final = "auto:no linked:yes done:no snoozed:no"


@dataclass(frozen=True, slots=True)
class View:
    """A pile: conversations that pass `text` (a filter line), by `sort`. `own`: a person made it.

    `title` is foreign text where a person made it.
    """

    id: str
    title: str
    text: str
    sort: Sort = NEWEST
    own: bool = False


ALL: Final = View("all", "All", _HUMAN)
AUTOMATIC: Final = View("automatic", "Automatic", "auto:yes")
VIEWS: Final = (
    ALL,
    View("needs_me", "Needs me", f"{_OPEN} needy:yes", NEEDS_ME),
    View("positive", "Positive", f"{_OPEN} stance:positive", LONGEST_WAITING),
    View("unclassified", "Unclassified", f"{_OPEN} stance:unknown"),
    View("snoozed", "Snoozed", f"{_HUMAN} done:no snoozed:yes"),
    View("done", "Done", f"{_HUMAN} done:yes"),
    AUTOMATIC,
    View("unlinked", "Unlinked", f"{_HUMAN} linked:no done:no"),
)
"""The views everybody has, in their order."""

Names = Callable[[str, str], tuple[str, ...]]
"""Ids of what is called so: the field (campaign, inbox) and a folded part of its name."""


def read_view_filter(text: str, now: datetime, names: Names) -> Filter:
    """A filter line of the replies, with names, spans of time and groups of labels put in plain terms.

    What cannot be read stays as it was typed.
    """
    return Filter(tuple(_read(term, now, names) for term in parse_filter(text).terms))


def unread_text() -> str:
    """The filter line of what counts as unread."""
    return f"{_HUMAN} unread:yes"


def _read(term: Term, now: datetime, names: Names) -> Term:
    value = folded(term.value)
    match term.field:
        case "campaign" | "inbox" if value != "none":
            found = names(term.field, value)
            return Term(term.field, ",".join(found), term.negated) if found else term
        case "label" if value != "none":
            return Term("label", ",".join(_labels(value)), term.negated)
        case "since" | "after":
            at = read_past(value, now)
            return term if at is None else Term("received", f">={_iso(at)}", term.negated)
        case "before" | "until":
            at = read_past(value, now)
            return term if at is None else Term("received", f"<{_iso(at)}", term.negated)
        case "snoozed" if value in _YES:
            return Term("snoozed", f">{_iso(now)}", term.negated)
        case "snoozed" if value in ("no", "n", "false", "0"):
            # One whose time is over is no longer snoozed, though it still has the time.
            return Term("snoozed", f">{_iso(now)}", negated=not term.negated)
    return term


def read_past(text: str, now: datetime) -> datetime | None:
    """`2d`, `90m`, `today`, `yesterday` (UTC days), a date or a time; None for anything else."""
    found = _AGO.fullmatch(text)
    if found is not None:
        return now - int(found["number"]) * _UNITS[found["unit"]]
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days: Mapping[str, datetime] = {"today": today, "yesterday": today - timedelta(days=1)}
    return days.get(text) or parse_time(text.upper())


def _labels(value: str) -> Iterator[str]:
    for word in filter(None, value.split(",")):
        if word in [*Sentiment]:
            yield from (each.label for each in LABELS.values() if each.sentiment == word)
        else:
            yield word.replace(" ", "_").replace("-", "_")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def is_sort(sort: Sort) -> bool:
    """Whether conversations can be put in an order."""
    field = CONVERSATIONS.field(sort.field)
    return field is not None and field.sortable
