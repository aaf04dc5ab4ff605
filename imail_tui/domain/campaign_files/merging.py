"""A draft and a server that both moved: what each changed since they agreed, and one campaign of both.

Settings and steps are taken one by one, and within a step each field: only where both changed the same one
differently does somebody have to choose.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imail_tui.domain.sequence.violations import Raw, is_object

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that both changed. `place` as in `steps.hello.subject`; None = it is not there."""

    place: str
    base: object
    mine: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Merged:
    """One campaign of both; in conflicts it says what the draft says."""

    campaign: dict[str, object]
    conflicts: tuple[Conflict, ...]


def merge(base: Raw, mine: Raw, theirs: Raw) -> Merged:
    """The draft with what the server changed since `base`."""
    conflicts: list[Conflict] = []
    campaign = _merge_maps("", base, mine, theirs, conflicts)
    return Merged(campaign, tuple(conflicts))


def _merge_maps(place: str, base: Raw, mine: Raw, theirs: Raw, into: list[Conflict]) -> dict[str, object]:
    made: dict[str, object] = {}
    for key in dict.fromkeys([*mine, *theirs]):
        here = f"{place}.{key}" if place else key
        value = _merge(here, base.get(key, _ABSENT), mine.get(key, _ABSENT), theirs.get(key, _ABSENT), into)
        if value is not _ABSENT:
            made[key] = value
    return made


def _merge(place: str, base: object, mine: object, theirs: object, into: list[Conflict]) -> object:
    if _same(mine, theirs) or _same(theirs, base):
        return mine
    if _same(mine, base):
        return theirs
    if is_object(mine) and is_object(theirs):
        return _merge_maps(place, base if is_object(base) else {}, mine, theirs, into)
    before, ours, others = _by_id(base), _by_id(mine), _by_id(theirs)
    if before is not None and ours is not None and others is not None:
        return _merge_entries(place, before, ours, others, into)
    into.append(Conflict(place, *(None if value is _ABSENT else value for value in (base, mine, theirs))))
    return mine


def _merge_entries(
    place: str,
    base: Mapping[str, Raw],
    mine: Mapping[str, Raw],
    theirs: Mapping[str, Raw],
    into: list[Conflict],
) -> list[object]:
    """Entries with ids: in the draft's order, what the server added after the entry it follows there."""
    order = list(mine)
    for name, before in zip(theirs, [None, *theirs], strict=False):
        if name not in order and name not in base:
            order.insert(order.index(before) + 1 if before in order else 0, name)
        elif name not in order and not _same(theirs[name], base[name]):
            # Taken out here, changed there.
            order.append(name)
    made: list[object] = []
    for name in order:
        here = f"{place}.{name}"
        was, own, other = (entries.get(name, _ABSENT) for entries in (base, mine, theirs))
        value = _merge(here, was, own, other, into)
        if value is not _ABSENT:
            made.append(value)
    return made


def _by_id(value: object) -> dict[str, Raw] | None:
    if value is _ABSENT:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    entries = {item["id"]: item for item in value if is_object(item) and isinstance(item.get("id"), str)}
    return {str(name): item for name, item in entries.items()} if len(entries) == len(value) else None


def _same(left: object, right: object) -> bool:
    if left is _ABSENT or right is _ABSENT:
        return left is right
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
