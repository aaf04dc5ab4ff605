"""Keys as people write them, remapping them, and finding keys that do two things at once. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from imail_tui.model.problem import Problem
from imail_tui.ui.commands.command import CommandGroup

Keymap = Mapping[str, str]
"""Command id → keys, separated by commas, that replace the default ones."""

# Textual's names of characters where they are not the Unicode name.
_CHARACTERS: Final = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
    "ampersand": "&",
}
_NAMED: Final = frozenset(
    {"enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"}
    | {"up", "down", "left", "right"}
)
_UNRELIABLE: Final = frozenset(
    {"ctrl+a", "ctrl+b", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+[", "shift+enter"}
)
"""Bytes that tmux takes for itself or that terminals send for another key."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A command with the keys it has now: a row of the key list."""

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    doc: str = ""


def key_rows(groups: Iterable[CommandGroup], keymap: Keymap) -> list[KeyRow]:
    """All commands of some groups with their current keys."""
    return [
        KeyRow(
            command.id,
            command.title,
            split_keys(keymap.get(command.id, command.keys)),
            group.title,
            command.doc,
        )
        for group in groups
        for command in group.commands
    ]


def split_keys(keys: str) -> tuple[str, ...]:
    """`"question_mark,ctrl+P"` → `("?", "ctrl+p")`: one way to write each key."""
    return tuple(_canonical(key.strip()) for key in keys.split(",") if key.strip())


def keymap_problems(scopes: Mapping[str, Sequence[KeyRow]], keymap: Keymap) -> list[Problem]:
    """What is wrong with the keys: two commands on one key, unknown ids, keys that get lost on the way.

    `scopes`: for each place, by its name, the rows of all commands that can be reached there.
    """
    problems = [*_unknown(scopes, keymap), *_lost(keymap)]
    seen: set[frozenset[str]] = set()
    for place, rows in scopes.items():
        for key, ids in _taken_twice(rows):
            pair = frozenset(ids)
            if pair not in seen:
                seen.add(pair)
                problems.append(
                    Problem(
                        f"{key} means {' and '.join(ids)}",
                        remedy=f'Give one of them another key under [keys], such as {ids[-1]} = "f5".',
                        where=place,
                        code="key_clash",
                    )
                )
    return problems


def _taken_twice(rows: Sequence[KeyRow]) -> Iterator[tuple[str, list[str]]]:
    by_key: dict[str, list[str]] = {}
    for row in rows:
        for key in row.keys:
            by_key.setdefault(key, []).append(row.id)
    return ((key, ids) for key, ids in by_key.items() if len(ids) > 1)


def _unknown(scopes: Mapping[str, Sequence[KeyRow]], keymap: Keymap) -> Iterator[Problem]:
    known = {row.id for rows in scopes.values() for row in rows}
    for command_id in keymap:
        if command_id not in known:
            yield Problem(
                f"there is no command {command_id}",
                remedy="`imail-tui keys` lists them.",
                where=f"keys.{command_id}",
                code="unknown_command",
            )


def _lost(keymap: Keymap) -> Iterator[Problem]:
    for command_id, keys in keymap.items():
        for key in split_keys(keys):
            if key in _UNRELIABLE or key.startswith("alt+"):
                yield Problem(
                    f"{key} does not arrive in every terminal",
                    remedy="Take a letter, a function key or another ctrl key.",
                    where=f"keys.{command_id}",
                    code="unreliable_key",
                )


def _canonical(key: str) -> str:
    if len(key) == 1:
        return key
    modifiers, _, last = key.rpartition("+")
    if not last:
        return key
    if modifiers:
        return f"{modifiers.lower()}+{_canonical(last) if len(last) > 1 else last.lower()}"
    name = last.lower()
    if name in _NAMED:
        return name
    if name in _CHARACTERS:
        return _CHARACTERS[name]
    try:
        return unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return name
