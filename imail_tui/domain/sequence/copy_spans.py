"""Where in a text something stands that is not sent as it is written: variables, spins, and links."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["variable", "spin", "link"]

_TOKEN = re.compile(r"\\(?:\{\{|\}\}|\|)|\{\{\s*(?P<spin>spin\s*\|)?|\}\}|(?P<link>https?://[^\s<>\"{}]+)")


def copy_spans(text: str) -> Iterator[tuple[int, int, Kind]]:
    """Start, end (exclusive) and kind, the outer before the inner; braces without a partner are none."""
    opened: list[tuple[int, Kind]] = []
    found: list[tuple[int, int, Kind]] = []
    for token in _TOKEN.finditer(text):
        if token["link"]:
            found.append((*token.span(), "link"))
        elif token[0].startswith("{{"):
            opened.append((token.start(), "spin" if token["spin"] else "variable"))
        elif token[0] == "}}" and opened:
            start, kind = opened.pop()
            found.append((start, token.end(), kind))
    yield from sorted(found, key=lambda span: (span[0], -span[1]))
