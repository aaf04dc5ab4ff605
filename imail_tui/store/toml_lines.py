"""Changing one value of a TOML file and nothing else: comments, order and layout stay.

Knows what our settings are made of: tables, and keys with a string, a boolean or a list of strings.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping

Value = str | bool | tuple[str, ...]

_TABLE = re.compile(r"\s*\[")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_.\s-]|"(?:[^"\\]|\\.)*"|'[^']*')+?)\s*=""")
_LONG = ('"""', "'''")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def with_value(text: str, table: tuple[str, ...], key: str, value: Value | None) -> str:
    """`text` with `table.key` set, None removes it. Raises ValueError when the text cannot be changed so.

    A value that goes over several lines cannot.
    """
    lines = text.removesuffix("\n").split("\n") if text else []
    start, end = _range(lines, table)
    at = next((n for n in range(start, end) if _is_key(lines[n], key)), None)
    if at is None and value is None:
        return text
    new = [] if value is None else [f"{_name(key)} = {_written(value)}"]
    if at is not None:
        lines[at : at + 1] = new
    elif new and start > len(lines):
        lines += ([""] if lines else []) + [f"[{'.'.join(map(_name, table))}]", *new]
    elif new:
        while end > start and not lines[end - 1].strip():
            end -= 1
        lines[end:end] = new
    changed = "\n".join(lines) + "\n"
    if not _differs_only(text, changed, table, key, value):
        raise ValueError(f"{'.'.join((*table, key))} cannot be changed by a program")
    return changed


def without_table(text: str, table: tuple[str, ...]) -> str:
    """`text` without a table. Raises ValueError when that cannot be done line by line.

    Comments above its heading and below its last value stay: they may belong to what is around it.
    """
    lines = text.removesuffix("\n").split("\n")
    start, end = _range(lines, table)
    if start <= len(lines):
        while end > start and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        del lines[start - 1 : end]
        if start > 1 and not "".join(lines[start - 2 : start]).strip():
            del lines[start - 2]
    changed = "\n".join(lines) + "\n" if any(lines) else ""
    if not _lacks_only(text, changed, table):
        raise ValueError(f"{'.'.join(table)} cannot be removed by a program")
    return changed


def line_of(text: str, document: Mapping[str, object], path: tuple[str, ...]) -> int | None:
    """The line (from 1) that sets the entry at `path`, or the nearest table around it; None = not found.

    `document` is what the text says: lines inside of a longer value, which look like keys, are none.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in _outside_strings(text):
        names = _table_name(line) if _TABLE.match(line) else (*table, *_key_of(line))
        if _TABLE.match(line) and names:
            table = names
        for end in range(1, len(names) + 1):
            if _is_there(document, names[:end]):
                found.setdefault(names[:end], number)
    return next((found[path[:end]] for end in range(len(path), 0, -1) if path[:end] in found), None)


def _outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Lines, numbered from 1, that do not begin inside of a string over several lines."""
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            yield number, line
        quotes = [inside] if inside else ["" if line.lstrip().startswith("#") else each for each in _LONG]
        for each in filter(None, quotes):
            if line.count(each) % 2:
                inside = "" if inside else each


def _key_of(line: str) -> tuple[str, ...]:
    """The key a line sets, parts of a dotted one apart; empty when it sets none."""
    match = _KEY.match(line)
    return _table_name(f"[{match[1]}]") if match else ()


def _is_there(document: Mapping[str, object], path: tuple[str, ...]) -> bool:
    inner: object = document
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True


def _range(lines: list[str], table: tuple[str, ...]) -> tuple[int, int]:
    """First line of a table's keys and the line behind its last; behind the file if there is none."""
    heads = [n for n, line in enumerate(lines) if _TABLE.match(line)]
    if not table:
        return 0, heads[0] if heads else len(lines)
    for place, head in enumerate(heads):
        if _table_name(lines[head]) == table:
            return head + 1, heads[place + 1] if place + 1 < len(heads) else len(lines)
    return len(lines) + 1, len(lines) + 1


def _table_name(line: str) -> tuple[str, ...]:
    try:
        inner: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    names: list[str] = []
    while isinstance(inner, dict) and inner:
        name, inner = next(iter(inner.items()))
        names.append(name)
    return tuple(names)


def _is_key(line: str, key: str) -> bool:
    names = "|".join(map(re.escape, (_name(key), _written(key), f"'{key}'")))
    return re.match(rf"\s*(?:{names})\s*=", line) is not None


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _written(name)


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    return "[" + ", ".join(map(_written, value)) + "]"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _lacks_only(before: str, after: str, table: tuple[str, ...]) -> bool:
    """Whether `after` says what `before` says without this one table."""
    try:
        wanted, found = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    *outer, last = table
    inner, left = wanted, found
    for name in outer:
        inner, left = inner.setdefault(name, {}), left.setdefault(name, {})
        if not (isinstance(inner, dict) and isinstance(left, dict)):
            return False
    inner.pop(last, None)
    return wanted == found


def _differs_only(before: str, after: str, table: tuple[str, ...], key: str, value: Value | None) -> bool:
    """Whether `after` says what `before` says with this one value changed."""
    try:
        wanted, found = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    inner = wanted
    for name in table:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
    if value is None:
        inner.pop(key, None)
    else:
        inner[key] = list(value) if isinstance(value, tuple) else value
    return wanted == found
