"""The README's table of settings, as the schema has it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_OF_EVERY_RULE = ("enabled", "channels", "command")


def settings_table(schema: Mapping[str, Any]) -> list[str]:
    """Lines of the table; what every alert's rule has stands there once."""
    rows = [*_rows(schema, schema["$defs"], ())]
    return ["| setting | what it is | without it |", "|---|---|---|", *dict.fromkeys(rows)]


def _rows(table: Mapping[str, Any], known: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for name, entry in table["properties"].items():
        inner, place = _inner(entry, known), (*path, name)
        if inner is not None:
            named = "additionalProperties" in entry or "patternProperties" in entry
            yield from _rows(inner, known, (*place, "NAME") if named else place)
            continue
        if path[:1] == ("alerts",) and len(path) == 2 and name in _OF_EVERY_RULE:
            place = ("alerts", "RULE", name)
        default = entry.get("default")
        shown = "" if default in (None, [], {}) else f"`{json.dumps(default)}`"
        yield f"| `{'.'.join(place)}` | {entry['description']} | {shown} |"


def _inner(entry: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The table an entry is, or holds by names."""
    values = [entry, *entry.get("anyOf", ()), *entry.get("patternProperties", {}).values()]
    if isinstance(entry.get("additionalProperties"), dict):
        values.append(entry["additionalProperties"])
    names = (value["$ref"].rpartition("/")[2] for value in values if "$ref" in value)
    return next((known[name] for name in names if "properties" in known[name]), None)
