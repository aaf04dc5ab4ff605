"""Keys and addresses taken out of text that may end up in a bug report."""

import re
from typing import Final
from urllib.parse import unquote

_KEY: Final = re.compile(r"\b(imk_(?:live_|test_)?|whsec_)([A-Za-z0-9_\-+/=.]+)")
_SHOWN: Final = 4
_LONG_ENOUGH: Final = 12


def without_keys(text: str) -> str:
    """The text with every API key and webhook secret cut to its kind and its last four characters."""
    return _KEY.sub(_hidden, text)


def without_addresses(path: str) -> str:
    """A request's path with everything that names a person or a company masked; ids stay.

    A suppression is named by its address or domain.
    """
    parts = without_keys(path).split("/")
    return "/".join(
        "…" if before == "suppressions" or "@" in unquote(part) else part
        for before, part in zip(["", *parts], parts, strict=False)
    )


def _hidden(match: re.Match[str]) -> str:
    kind, rest = match.groups()
    return f"{kind}…{rest[-_SHOWN:] if len(rest) >= _LONG_ENOUGH else ''}"
