"""What if: a lead that does what somebody says, walked through a sequence with dates.

A deed belongs to a mail and happens so long after it was sent. The walk and the deeds depend on each other,
so they are found together, mail by mail.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Mailed
from imail_tui.domain.sequence.standing import Event, EventKind
from imail_tui.domain.sequence.walk import Walked, walk

LONGEST = timedelta(days=3 * 365)
"""How far a walk is followed: twenty of the longest waits do not matter to anybody."""
CLASSIFIED_AFTER = timedelta(minutes=2)
"""From a reply to its classification, as imail usually takes."""

_DEED = re.compile(
    r"(?P<step>[a-z0-9_-]{1,40}):(?P<kind>[a-z_]+)(?:=(?P<label>[a-z_]{1,40}))?"
    r"(?:@(?P<value>[0-9]{1,5}(?:\.[0-9]{1,3})?)(?P<unit>[mhd]))?"
)
_KINDS: dict[str, EventKind] = {
    "opened": "opened",
    "clicked": "clicked",
    "replied": "replied",
    "auto_replied": "replied",
    "bounced": "bounced_hard",
    "unsubscribed": "unsubscribed",
}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

DEEDS = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a lead does to a mail, `after` it was sent. `label`: what a reply is classified as.

    `kind` is one of `DEEDS`; a human reply is `replied`.
    """

    step_id: str
    kind: str
    after: timedelta = timedelta(days=1)
    label: str | None = None

    def events(self, sent_at: datetime) -> tuple[Event, ...]:
        """What the server would tell of it."""
        at = sent_at + self.after
        found = Event(_KINDS[self.kind], at, self.step_id, is_auto=self.kind == "auto_replied")
        if self.label is None:
            return (found,)
        return (found, Event("classified", at + CLASSIFIED_AFTER, self.step_id, label=self.label))


def read_deed(text: str) -> Deed:
    """A deed written `step:kind[=label][@2d]`, such as `hello:replied=not_now@4d`; a day after without @.

    Raises:
        ValueError: it is not written so; the message says how.
    """
    found = _DEED.fullmatch(text.strip())
    if found is None:
        raise ValueError("write it as step:opened, step:clicked@2d or step:replied=not_now@4h")
    kind, label = found["kind"], found["label"]
    if kind not in _KINDS:
        raise ValueError(f"{kind} is none of {', '.join(DEEDS)}")
    if label is not None and kind != "replied":
        raise ValueError("only a reply has a label")
    after = timedelta(days=1)
    if found["value"]:
        after = float(found["value"]) * _UNITS[found["unit"]]
    return Deed(found["step"], kind, after, label)


def deed_words(deed: Deed) -> str:
    """The deed as `read_deed` reads it."""
    seconds = deed.after // timedelta(seconds=1)
    value, unit = next(
        (seconds / size, sign)
        for sign, size in (("d", 86_400), ("h", 3_600), ("m", 60))
        if seconds % size == 0 or sign == "m"
    )
    label = "" if deed.label is None else f"={deed.label}"
    return f"{deed.step_id}:{deed.kind}{label}@{value:g}{unit}"


def tell(course: Course, lead: Lead, begins: datetime, deeds: Iterable[Deed]) -> Walked:
    """The walk of a lead that does these things; a deed to a mail it never gets does not happen."""
    told: Sequence[Deed] = tuple(deeds)
    until, events, seen = begins + LONGEST, list[Event](), set[str]()
    while True:
        walked = walk(course, lead, begins, events, until)
        fresh = next(
            (mark for mark in walked.marks if isinstance(mark, Mailed) and mark.step_id not in seen), None
        )
        if fresh is None:
            return walked
        seen.add(fresh.step_id)
        events += [event for deed in told if deed.step_id == fresh.step_id for event in deed.events(fresh.at)]
