"""Where one lead stands in a sequence: small, immutable, and as plain JSON.

Instants are aware UTC datetimes; in JSON they are whole microseconds since 1970.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

EventKind: TypeAlias = Literal[
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
    "suppressed",
    "replied",
    "classified",
    "opened",
    "clicked",
]
EndReason: TypeAlias = Literal["completed", "replied", "bounced", "unsubscribed", "suppressed", "no_opening"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a lead, of the mail of `step_id` where it is of one.

    `is_auto`: an automatic reply. `label`: what a reply was classified as.
    """

    kind: EventKind
    at: datetime
    step_id: str | None = None
    is_auto: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that left; `variant_id` None = the step's own wording."""

    step_id: str
    at: datetime
    variant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The first event of a signal (and label) to a mail."""

    step_id: str
    signal: str
    at: datetime
    label: str | None = None


Row: TypeAlias = list[object]
"""A standing as JSON."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead's place: at `step_id` since an instant, to be looked at again at `due`.

    `since` is the arrival: a condition is judged from then on. `due`: an email may leave, a wait ends, a
    condition may be decided; None when the lead has ended or can never go on. `closed`: a reply closed the
    condition's windows at `since`. `answers`: the condition's field atoms as they were on arrival.
    """

    step_id: str | None
    since: datetime
    due: datetime | None = None
    sends: tuple[Sent, ...] = ()
    seen: tuple[Seen, ...] = ()
    answers: tuple[bool, ...] = ()
    closed: bool = False
    ended: EndReason | None = None

    def sent(self, step_id: str | None) -> Sent | None:
        """The send of a step, of the latest one for None; None when it was not sent."""
        for send in reversed(self.sends):
            if step_id is None or send.step_id == step_id:
                return send
        return None

    def as_row(self) -> Row:
        """Compact JSON that `from_row` reads back."""
        return [
            self.step_id,
            _micros(self.since),
            None if self.due is None else _micros(self.due),
            [[send.step_id, _micros(send.at), send.variant_id] for send in self.sends],
            [[seen.step_id, seen.signal, _micros(seen.at), seen.label] for seen in self.seen],
            list(map(int, self.answers)),
            int(self.closed),
            self.ended,
        ]


def from_row(row: Row) -> Standing:
    """A standing from its JSON.

    Raises:
        ValueError: it is not what `as_row` made.
    """
    match row:
        case [step_id, int(since), due, list(sends), list(seen), list(answers), closed, ended]:
            return Standing(
                _text(step_id),
                _instant(since),
                _instant(due) if isinstance(due, int) else None,
                tuple(map(_read_sent, sends)),
                tuple(map(_read_seen, seen)),
                tuple(map(bool, answers)),
                bool(closed),
                _reason(ended),
            )
    raise ValueError("not a standing")


def _read_sent(row: object) -> Sent:
    match row:
        case [str(step_id), int(at), variant_id]:
            return Sent(step_id, _instant(at), _text(variant_id))
    raise ValueError("not a send")


def _read_seen(row: object) -> Seen:
    match row:
        case [str(step_id), str(signal), int(at), label]:
            return Seen(step_id, signal, _instant(at), _text(label))
    raise ValueError("not an event")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _reason(value: object) -> EndReason | None:
    match value:
        case "completed" | "replied" | "bounced" | "unsubscribed" | "suppressed" | "no_opening":
            return value
    return None


def _micros(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND


def _instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
