"""A draft and a server that both moved: what each changed since they agreed, and one campaign of both.

Settings and steps are taken one by one, and within a step each field: only where both changed the same one
differently does somebody have to choose.
"""

import json
from collections.abc import Collection, Mapping, Sequence
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


def merge(base: Raw, mine: Raw, theirs: Raw, server: Collection[str] = ()) -> Merged:
    """The draft with what the server changed since `base`.

    `server` are the places of conflicts that are decided: what the server says there holds.
    """
    merging = _Merging(frozenset(server))
    campaign = merging.maps("", base, mine, theirs)
    return Merged(campaign, tuple(merging.conflicts))


class _Merging:
    """One merge: places that are decided, and conflicts that are not."""

    def __init__(self, server: frozenset[str]) -> None:
        self._server = server
        self.conflicts: list[Conflict] = []

    def maps(self, place: str, base: Raw, mine: Raw, theirs: Raw) -> dict[str, object]:
        """Two objects, key by key."""
        made: dict[str, object] = {}
        for key in dict.fromkeys([*mine, *theirs]):
            here = f"{place}.{key}" if place else key
            was, own, other = (values.get(key, _ABSENT) for values in (base, mine, theirs))
            value = self._values(here, was, own, other)
            if value is not _ABSENT:
                made[key] = value
        return made

    def _values(self, place: str, base: object, mine: object, theirs: object) -> object:
        if _same(mine, theirs) or _same(theirs, base):
            return mine
        if _same(mine, base):
            return theirs
        if is_object(mine) and is_object(theirs):
            return self.maps(place, base if is_object(base) else {}, mine, theirs)
        before, ours, others = _by_id(base), _by_id(mine), _by_id(theirs)
        if before is not None and ours is not None and others is not None:
            return self._entries(place, before, ours, others)
        if place in self._server:
            return theirs
        values = (None if value is _ABSENT else value for value in (base, mine, theirs))
        self.conflicts.append(Conflict(place, *values))
        return mine

    def _entries(
        self, place: str, base: Mapping[str, Raw], mine: Mapping[str, Raw], theirs: Mapping[str, Raw]
    ) -> list[object]:
        """Entries with ids: in the draft's order, what the server added after the entry it follows there."""
        order = list(mine)
        for name, before in zip(theirs, [None, *theirs], strict=False):
            added = name not in base
            # Or taken out here and changed there.
            if name not in order and (added or not _same(theirs[name], base[name])):
                order.insert(order.index(before) + 1 if before in order else 0, name)
        made: list[object] = []
        for name in order:
            was, own, other = (entries.get(name, _ABSENT) for entries in (base, mine, theirs))
            value = self._values(f"{place}.{name}", was, own, other)
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
