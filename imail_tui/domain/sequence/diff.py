"""What changed between two states of a campaign, as a person would say it.

Steps are told apart by their ids. Copy is compared word by word. `structural` marks what imail refuses while
a campaign is active: who enters, leaves or is led elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.ways import RawStep, id_of, ways_out, written_out
from imail_tui.domain.sequence.words import condition_words

Kind: TypeAlias = Literal["added", "removed", "changed", "moved"]
Piece: TypeAlias = tuple[Literal["same", "gone", "new"], str]
"""A run of words in both texts, only in the old one, or only in the new one."""

_COPY = ("subject", "body")
_FREE = {"wait": ("delay", "business_days")}
"""What beside the copy may change in a step while its campaign is active."""
_END = "the end"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `step_id` None: of the campaign itself. `what` may quote foreign text.

    `pieces` are the words of a text that changed. `place` is a path in the new JSON where there is one.
    """

    kind: Kind
    place: str
    what: str
    step_id: str | None = None
    structural: bool = False
    pieces: tuple[Piece, ...] = ()


def differences(old: Raw, new: Raw) -> list[Change]:
    """The changes from one campaign's JSON to another's: settings first, then steps in the new order."""
    found = [
        change
        for key in dict.fromkeys([*new, *old])
        if key != "steps" and old.get(key) != new.get(key)
        for change in _setting(key, old, new)
    ]
    return found + _steps(_entries(old), _entries(new))


def words_changed(old: str, new: str) -> tuple[Piece, ...]:
    """Two texts word by word; blanks stay with the word before them."""
    before, after = (re.findall(r"\s*\S+|\s+$", text) for text in (old, new))
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(("gone", "".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(("new", "".join(after[j1:j2])))
    return tuple(pieces)


def _entries(campaign: Raw) -> list[RawStep]:
    steps = campaign.get("steps")
    return [dict(step) for step in steps if is_object(step)] if isinstance(steps, list) else []


def _setting(key: str, old: Raw, new: Raw) -> list[Change]:
    before, after = old.get(key), new.get(key)
    if is_object(before) and is_object(after):
        return [
            Change(_kind(part, before, after), f"{key}.{part}", _change(f"{key}.{part}", before, after, part))
            for part in dict.fromkeys([*after, *before])
            if before.get(part) != after.get(part)
        ]
    return [Change(_kind(key, old, new), key, _change(key, old, new, key))]


def _kind(key: str, old: Raw, new: Raw) -> Kind:
    return "added" if key not in old else "removed" if key not in new else "changed"


def _change(name: str, old: Raw, new: Raw, key: str) -> str:
    if key not in old:
        return f"{name}: {_shown(new[key])}"
    if key not in new:
        return f"{name}: was {_shown(old[key])}"
    before, after = old[key], new[key]
    if isinstance(before, list) and isinstance(after, list):
        gone = [_shown(item) for item in before if item not in after]
        come = [_shown(item) for item in after if item not in before]
        told = [f"without {', '.join(gone)}"] if gone else []
        told += [f"with {', '.join(come)}"] if come else []
        return f"{name}: {' and '.join(told) or 'in another order'}"
    return f"{name}: {_shown(before)} → {_shown(after)}"


def _steps(old: list[RawStep], new: list[RawStep]) -> list[Change]:
    before, after = ({id_of(step): step for step in written_out(steps)[0]} for steps in (old, new))
    found: list[Change] = []
    for number, step_id in enumerate(after):
        place = f"steps[{number}]"
        if step_id not in before:
            kind = str(after[step_id].get("type", "step"))
            found.append(Change("added", place, f"{kind} step added", step_id, structural=True))
        else:
            found += _step(place, step_id, before[step_id], after[step_id])
    for step_id, step in before.items():
        if step_id not in after:
            kind = str(step.get("type", "step"))
            found.append(Change("removed", "steps", f"{kind} step removed", step_id, structural=True))
    if old and new and id_of(old[0]) != id_of(new[0]):
        words = f"the sequence begins with {id_of(new[0])}, not {id_of(old[0])}"
        found.append(Change("moved", "steps[0]", words, id_of(new[0]), structural=True))
    elif [name for name in before if name in after] != [name for name in after if name in before]:
        found.append(Change("moved", "steps", "the list is in another order", structural=True))
    return found


def _step(place: str, step_id: str, old: RawStep, new: RawStep) -> list[Change]:
    if old.get("type") != new.get("type"):
        words = f"{_shown(old.get('type'))} becomes {_shown(new.get('type'))}"
        return [Change("changed", f"{place}.type", words, step_id, structural=True)]
    free = _FREE.get(str(new.get("type")), ())
    found = _ways(place, step_id, old, new)
    for key in dict.fromkeys([*new, *old]):
        if key in ("id", "next", "else", "branches", "variants") or old.get(key) == new.get(key):
            continue
        if key in _COPY and new.get("type") == "email":
            found.append(_copy(f"{place}.{key}", key, step_id, old.get(key), new.get(key)))
            continue
        words = _change(key, old, new, key)
        found.append(Change(_kind(key, old, new), f"{place}.{key}", words, step_id, key not in free))
    found += _variants(place, step_id, _parts(old, "variants"), _parts(new, "variants"))
    return found


def _copy(place: str, label: str, step_id: str, old: object, new: object) -> Change:
    pieces = words_changed(old if isinstance(old, str) else "", new if isinstance(new, str) else "")
    return Change("changed", place, label, step_id, pieces=pieces)


def _parts(step: Raw, key: str) -> list[Raw]:
    parts = step.get(key)
    return [part for part in parts if is_object(part)] if isinstance(parts, list) else []


def _variants(place: str, step_id: str, old: list[Raw], new: list[Raw]) -> list[Change]:
    before, after = ({id_of(part): part for part in side} for side in (old, new))
    found: list[Change] = []
    for number, (name, variant) in enumerate(after.items()):
        here = f"{place}.variants[{number}]"
        if name not in before:
            found.append(Change("added", here, f"variant {name} added", step_id, structural=True))
            continue
        was = before[name]
        for key in dict.fromkeys([*variant, *was]):
            if was.get(key) == variant.get(key):
                continue
            label = f"variant {name} {key}"
            if key in _COPY:
                found.append(_copy(f"{here}.{key}", label, step_id, was.get(key), variant.get(key)))
            else:
                words = _change(label, was, variant, key)
                found.append(Change("changed", f"{here}.{key}", words, step_id, structural=True))
    found += [
        Change("removed", f"{place}.variants", f"variant {name} removed", step_id, structural=True)
        for name in before
        if name not in after
    ]
    return found


def _ways(place: str, step_id: str, old: RawStep, new: RawStep) -> list[Change]:
    """Ways that lead elsewhere, and branches that ask something else."""
    found: list[Change] = []
    before, after = (dict(ways_out(step)) for step in (old, new))
    branches = zip_longest(_parts(old, "branches"), _parts(new, "branches"))
    for number, (was, now) in enumerate(branches):
        here = f"{place}.branches[{number}]"
        if was is None or now is None:
            kind: Kind = "added" if was is None else "removed"
            words = f"branch {number + 1} {kind}: {_asked(now if was is None else was)}"
            found.append(Change(kind, here, words, step_id, structural=True))
            continue
        if was.get("when") != now.get("when"):
            words = f"branch {number + 1} asks: {_asked(was)} → {_asked(now)}"
            found.append(Change("changed", f"{here}.when", words, step_id, structural=True))
        if was.get("label") != now.get("label"):
            words = _change(f"branch {number + 1} label", was, now, "label")
            found.append(Change("changed", f"{here}.label", words, step_id, structural=True))
    for slot, target in after.items():
        if slot in before and before[slot] != target:
            name = f"branch {slot + 1}" if isinstance(slot, int) else slot
            where = f"{place}.branches[{slot}].next" if isinstance(slot, int) else f"{place}.{slot}"
            words = f"{name} leads to {target or _END}, not {before[slot] or _END}"
            found.append(Change("changed", where, words, step_id, structural=True))
    return found


def _asked(branch: Raw | None) -> str:
    when = None if branch is None else branch.get("when")
    return condition_words(when) if is_object(when) else "nothing"


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "on" if value else "off"
        case Mapping() if "unit" in value and "value" in value:
            return f"{value['value']} {value['unit']}"
        case Mapping():
            return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
        case str():
            return value
        case Sequence():
            return ", ".join(map(_shown, value))
    return str(value)
