"""What each list can be sorted, filtered and searched by. Pure data, and how to read it from a row's JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from types import MappingProxyType

from pydantic import JsonValue

from imail_tui.domain.folding import folded
from imail_tui.model.record import Json


class FieldType(StrEnum):
    """How a field's values compare, and what a filter value means for it."""

    WORD = "word"
    """A vocabulary word or an id: `status:pau` matches its beginning, `status:=paused` all of it."""
    TEXT = "text"
    """Free text: a filter value matches anywhere in it."""
    NUMBER = "number"
    """`sent:>100`, `score:<=80`, `sent:5`."""
    TIME = "time"
    """`received:>2026-03-01`, `received:2026-03-01` for that day (UTC)."""
    FLAG = "flag"
    """`unread:yes`, `auto:no`."""
    RATE = "rate"
    """A fraction that people type as a percentage: `bounce:>3`, `bounce:>3%`."""
    WORDS = "words"
    """Several words, one for each entry of a list: `status:act` matches a beginning of any of them."""
    DOMAIN = "domain"
    """What stands behind the `@` of an address: `domain:acme.example` matches anywhere in it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: the name people type and sort by, and where it is in the JSON (dots go inward).

    `inverted` turns a flag round: `unread` is the opposite of the API's `read`.
    """

    name: str
    path: str
    type: FieldType
    sortable: bool = True
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one field; rows without a value come last either way."""

    field: str
    descending: bool = False

    def reversed(self) -> "Sort":
        """The same field the other way round."""
        return Sort(self.field, not self.descending)


@dataclass(frozen=True, slots=True)
class ListSpec:
    """One kind of row. `searched`: JSON paths that plain words look through.

    `carried`: fields that only the list row or only the full object has; one missing in a new row is taken
    from the stored one as long as `updated_at` is the same.
    """

    kind: str
    fields: tuple[Field, ...]
    searched: tuple[str, ...]
    order: Sort
    carried: frozenset[str] = frozenset()
    indexed_words: bool = False
    """Plain words are looked for by whole words in an index of the text, not anywhere in it."""
    newest_wins: bool = False
    """A row older than the stored one by `updated_at` is passed over: it was read before a change of ours."""

    def field(self, name: str) -> Field | None:
        """The field people call `name`."""
        return next((field for field in self.fields if field.name == name), None)


Key = str | float | None
"""A comparable value: folded text, or a number (times as epoch seconds, flags as 0 and 1)."""


def key_of(field: Field, row: Json) -> Key:
    """The comparable value of a row's field; None when it is absent or not of the field's type."""
    if field.type is FieldType.WORDS:
        return words_key(_each(row, field.path))
    value = value_at(row, field.path)
    if value is None:
        return None
    match field.type:
        case FieldType.NUMBER | FieldType.RATE:
            return _number_key(value)
        case FieldType.DOMAIN:
            domain = value.rpartition("@")[2] if isinstance(value, str) else ""
            return folded(domain) or None
        case FieldType.TIME:
            moment = parse_time(value) if isinstance(value, str) else None
            return moment.timestamp() if moment else None
        case FieldType.FLAG:
            return float(value != field.inverted) if isinstance(value, bool) else None
    return folded(value) if isinstance(value, str) and value else None


def words_key(words: Iterable[str]) -> str | None:
    """Several words as one key, each at the beginning of a line; None where there is none."""
    return "".join(f"\n{folded(word)}" for word in words) or None


def _each(row: Json, path: str) -> Iterator[str]:
    """The texts at `list.name`: the name in each entry of the list."""
    outer, _, inner = path.partition(".")
    entries = row.get(outer)
    for entry in entries if isinstance(entries, list) else ():
        value = entry.get(inner) if isinstance(entry, dict) else None
        if isinstance(value, str) and value:
            yield value


def _number_key(value: JsonValue) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def searched_text(spec: ListSpec, row: Json) -> str:
    """Everything plain words are looked for in, folded, one path a line."""
    return "\n".join(folded(text) for path in spec.searched for text in _texts(value_at(row, path)))


def value_at(row: Json, path: str) -> JsonValue:
    """The value at a dotted path, None when any part of it is missing."""
    if "." not in path:
        return row.get(path)
    value: JsonValue = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def parse_time(text: str) -> datetime | None:
    """An RFC 3339 time or a date, aware (UTC unless it says otherwise); None when it is neither."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def _word(name: str, path: str = "") -> Field:
    return Field(name, path or name, FieldType.WORD)


def _text(name: str, path: str = "") -> Field:
    return Field(name, path or name, FieldType.TEXT)


def _number(name: str, path: str = "") -> Field:
    return Field(name, path or name, FieldType.NUMBER)


def _time(name: str, path: str = "") -> Field:
    return Field(name, path or name, FieldType.TIME)


def _found(name: str, path: str, kind: FieldType = FieldType.WORD) -> Field:
    """A field to find rows by, not to order them by."""
    return Field(name, path, kind, sortable=False)


def _flag(name: str, path: str, *, inverted: bool = False) -> Field:
    return Field(name, path, FieldType.FLAG, sortable=False, inverted=inverted)


INBOXES = ListSpec(
    kind="inboxes",
    fields=(
        _text("email"),
        Field("domain", "email", FieldType.DOMAIN),
        _text("name", "display_name"),
        _text("reason", "status_reason"),
        _word("provider"),
        _word("status"),
        _number("sent", "sent_today"),
        _number("limit", "daily_limit"),
        _word("warmup", "warmup.status"),
        _number("day", "warmup.day"),
        _number("score", "warmup.score"),
        _number("health", "health.score"),
        Field("bounce", "health.bounce_rate_7d", FieldType.RATE),
        _word("spf", "health.spf"),
        _word("dkim", "health.dkim"),
        _word("dmarc", "health.dmarc"),
        _time("synced", "last_sync_at"),
        _time("created", "created_at"),
        _time("updated", "updated_at"),
    ),
    searched=("email", "display_name", "status_reason", "provider"),
    order=Sort("email"),
)

CAMPAIGNS = ListSpec(
    kind="campaigns",
    fields=(
        _text("name"),
        _word("status"),
        _number("sent", "sent_today"),
        _number("limit", "daily_limit"),
        _number("replied", "reply_rate_7d"),
        _number("steps", "step_count"),
        _number("queued", "lead_counts.queued"),
        _number("active", "lead_counts.active"),
        _time("created", "created_at"),
        _time("updated", "updated_at"),
    ),
    searched=("name",),
    order=Sort("name"),
    carried=frozenset({"steps", "step_count"}),
)

LEADS = ListSpec(
    kind="leads",
    fields=(
        _text("email"),
        _text("first", "first_name"),
        _text("last", "last_name"),
        _text("company"),
        _text("title"),
        _text("city"),
        _text("country"),
        Field("state", "state", FieldType.TEXT, sortable=False),
        Field("phone", "phone", FieldType.TEXT, sortable=False),
        Field("website", "website", FieldType.TEXT, sortable=False),
        Field("status", "enrollments.status", FieldType.WORDS, sortable=False),
        Field("campaign", "enrollments.campaign_id", FieldType.WORDS, sortable=False),
        Field("step", "enrollments.step_id", FieldType.WORDS, sortable=False),
        Field("domain", "email", FieldType.DOMAIN),
        _word("verification"),
        _word("label", "classification"),
        _flag("suppressed", "suppressed"),
        _time("contacted", "last_contacted_at"),
        _time("created", "created_at"),
        _time("updated", "updated_at"),
    ),
    searched=("email", "first_name", "last_name", "company", "title", "website", "city", "country", "custom"),
    order=Sort("created", descending=True),
)

SUPPRESSIONS = ListSpec(
    kind="suppressions",
    fields=(
        _text("value"),
        Field("domain", "value", FieldType.DOMAIN),
        _text("reason"),
        _time("created", "created_at"),
    ),
    searched=("value", "reason"),
    order=Sort("value"),
)
"""Rows have the value as their `id` too: the API's have none."""

REPLIES = ListSpec(
    kind="replies",
    # In no order but that of time: people sort their conversations, and an index is what filling costs.
    fields=(
        _found("from", "from", FieldType.TEXT),
        _found("company", "lead.company", FieldType.TEXT),
        _found("subject", "subject", FieldType.TEXT),
        _found("label", "classification.label"),
        _found("source", "classification.source"),
        _found("confidence", "classification.confidence", FieldType.NUMBER),
        _found("campaign", "campaign_id"),
        _found("inbox", "inbox_id"),
        _found("step", "step_id"),
        _flag("unread", "read", inverted=True),
        _flag("done", "done"),
        _flag("auto", "is_auto"),
        _time("received", "received_at"),
        _found("updated", "updated_at", FieldType.TIME),
    ),
    # Their text is searched by way of their conversations.
    searched=("from", "lead.email", "lead.first_name", "lead.last_name", "lead.company", "subject"),
    order=Sort("received", descending=True),
    newest_wins=True,
)

CONVERSATIONS = ListSpec(
    kind="conversations",
    fields=(
        _text("from", "head.from"),
        _text("company", "head.lead.company"),
        _text("subject", "head.subject"),
        _word("label", "head.classification.label"),
        _found("source", "head.classification.source"),
        _found("confidence", "head.classification.confidence", FieldType.NUMBER),
        _found("campaign", "head.campaign_id"),
        _found("inbox", "head.inbox_id"),
        _found("step", "head.step_id"),
        _found("stance", "stance"),
        _flag("unread", "has_unread"),
        _flag("done", "head.done"),
        _flag("auto", "automatic"),
        _flag("linked", "linked"),
        _flag("needy", "needy"),
        _found("snoozed", "head.snoozed_until", FieldType.TIME),
        _number("needs"),
        _time("received", "head.received_at"),
        _time("waiting", "waiting_since"),
    ),
    searched=(),
    order=Sort("received", descending=True),
    indexed_words=True,
)
"""Made in the cache from the replies; `needs` grows as a conversation needs a person less."""

RELEVANCE = Sort("relevance")
"""Best matches first: for a list whose words are indexed, while words are looked for."""

EVENTS = ListSpec(
    kind="events",
    fields=(
        _word("type"),
        _text("lead", "data.lead.email"),
        _word("campaign", "data.campaign_id"),
        _word("inbox", "data.inbox_id"),
        _time("at", "created_at"),
    ),
    searched=("type", "data"),
    order=Sort("at", descending=True),
)

SPECS: Mapping[str, ListSpec] = MappingProxyType(
    {spec.kind: spec for spec in (INBOXES, CAMPAIGNS, LEADS, SUPPRESSIONS, REPLIES, CONVERSATIONS, EVENTS)}
)
"""All lists by kind."""

CACHED = tuple(kind for kind in SPECS if kind != EVENTS.kind)
"""Kinds of the cache, which can be fetched again or made of what is; events are kept apart from it."""
