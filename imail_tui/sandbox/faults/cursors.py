"""Lists that do not go on as they should."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

_HELD_BACK = re.compile(r"cur_held(\d+)\.(.*)", re.DOTALL)


def repeated(page: Mapping[str, Any], cursor: str | None) -> dict[str, Any]:
    """The page with the cursor it was asked for as its next; a first page stays as it is."""
    if cursor is None:
        return dict(page)
    return {**page, "pagination": {**page["pagination"], "next_cursor": cursor, "has_more": True}}


def emptied(page: Mapping[str, Any], cursor: str | None) -> dict[str, Any]:
    """The page without its rows, and a cursor to ask for them again that was not used before."""
    held = _HELD_BACK.fullmatch(cursor or "")
    times, behind = (int(held[1]), held[2]) if held is not None else (0, cursor or "")
    pagination = {**page["pagination"], "next_cursor": f"cur_held{times + 1}.{behind}", "has_more": True}
    return {**page, "data": [], "pagination": pagination}


def true_query(query: str) -> str:
    """A query with the cursor that stands behind one made by `emptied`."""
    if "cur_held" not in query:
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for name, value in pairs for pair in _true(name, value)])


def _true(name: str, value: str) -> list[tuple[str, str]]:
    held = _HELD_BACK.fullmatch(value) if name == "cursor" else None
    if held is None:
        return [(name, value)]
    return [(name, held[2])] if held[2] else []
