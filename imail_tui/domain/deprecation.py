"""What a server says about the end of an operation: RFC 9745 `Deprecation` and RFC 8594 `Sunset`.

`Deprecation` is a structured-field date (`@1688169599`); drafts of it, which servers still send, had `true`
or an HTTP date. `Sunset` is an HTTP date. `Link` with `rel="deprecation"` or `rel="sunset"` leads to a page
about it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_STRUCTURED: Final = re.compile(r"@(-?\d{1,15})(?:\.\d*)?\s*(?:;.*)?")
_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")
_REL: Final = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_RELATIONS: Final = ("deprecation", "sunset")


@dataclass(frozen=True, slots=True)
class Deprecation:
    """An operation that is to go. Foreign: `link` may be any text.

    `since`: when it became or becomes deprecated, None = told without a date. `sunset`: when it stops
    working, None = not told. `link`: a page about it, "" = none.
    """

    since: datetime | None = None
    sunset: datetime | None = None
    link: str = ""


def read_deprecation(headers: Iterable[tuple[str, str]]) -> Deprecation | None:
    """What the headers of an answer tell, None = nothing. Values that make no sense are passed over."""
    told, since, sunset = False, None, None
    links: dict[str, str] = {}
    for name, value in headers:
        match name.lower():
            case "deprecation":
                since = since or _since(value)
                told = told or since is not None or value.strip().lower() in ("true", "?1")
            case "sunset":
                sunset = sunset or _http_date(value)
            case "link":
                links.update({relation: link for relation, link in _links(value) if relation not in links})
    if not told and sunset is None:
        return None
    return Deprecation(since, sunset, next((links[each] for each in _RELATIONS if each in links), ""))


def _since(value: str) -> datetime | None:
    structured = _STRUCTURED.fullmatch(value.strip())
    if structured is None:
        return _http_date(value)
    try:
        return datetime.fromtimestamp(int(structured[1]), UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value.strip().strip('"'))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _links(value: str) -> Iterable[tuple[str, str]]:
    for target, parameters in _LINK.findall(value):
        relation = _REL.search(parameters)
        for word in ((relation[1] or relation[2]) if relation else "").lower().split():
            if word in _RELATIONS:
                yield word, target.strip()
