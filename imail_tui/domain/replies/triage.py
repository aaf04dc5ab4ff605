"""Changing what is said of a reply: how it shows at once, how it goes back, and how two people's words merge.

Changes are bodies of `PATCH /replies/{id}`: `classification` (a label or null), `read`, `done`,
`snoozed_until`.
"""

from pydantic import JsonValue

from imail_tui.domain.listing import parse_time
from imail_tui.model.record import Json

LABEL = "classification"


def shown(reply: Json, changes: Json) -> Json:
    """A reply as it will be once the server took the changes."""
    after = {**reply, **changes}
    if LABEL in changes:
        label = changes[LABEL]
        after[LABEL] = None if label is None else {"label": label, "confidence": None, "source": "human"}
    return after


def needed(reply: Json, changes: Json) -> Json:
    """Those of the changes that change something. A person's word on a label of imail's own does."""
    return {name: value for name, value in changes.items() if not _says(reply, name, value)}


def back(reply: Json, changes: Json) -> Json:
    """The changes that make a reply what it was again."""
    return {name: _value(reply, name) for name in changes}


def restored(reply: Json, before: Json, changes: Json) -> Json:
    """A reply with refused changes taken back; what others changed since stays."""
    return {**reply, **{name: before.get(name) for name in ours(reply, before, changes)}}


def ours(now: Json, before: Json, changes: Json) -> Json:
    """Those of the changes made on `before` that still stand as we made them."""
    made = shown(before, changes)
    return {name: value for name, value in changes.items() if _same(now, made, name)}


def merged(before: Json, current: Json, changes: Json) -> tuple[Json, tuple[str, ...]]:
    """What is left to change on a reply that moved since `before`, and fields that others said otherwise.

    Somebody else's word on another field is theirs; on the same field it stands, unless imail gave it.
    """
    left = needed(current, changes)
    clashing = tuple(
        name for name in left if not _same(before, current, name) and not _is_machines(current, name)
    )
    return {name: value for name, value in left.items() if name not in clashing}, clashing


def _says(reply: Json, name: str, value: JsonValue) -> bool:
    if name == LABEL and value is not None and _source(reply) != "human":
        return False
    return _comparable(name, _value(reply, name)) == _comparable(name, value)


def _same(one: Json, other: Json, name: str) -> bool:
    return _comparable(name, _value(one, name)) == _comparable(name, _value(other, name))


def _is_machines(reply: Json, name: str) -> bool:
    return name == LABEL and _source(reply) == "ai"


def _source(reply: Json) -> JsonValue:
    given = reply.get(LABEL)
    return given.get("source") if isinstance(given, dict) else None


def _value(reply: Json, name: str) -> JsonValue:
    value = reply.get(name)
    if name == LABEL:
        return value.get("label") if isinstance(value, dict) else None
    return bool(value) if name in ("read", "done") else value


def _comparable(name: str, value: JsonValue) -> object:
    return parse_time(value) if name == "snoozed_until" and isinstance(value, str) else value
