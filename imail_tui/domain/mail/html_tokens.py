"""HTML taken apart in one pass: however broken it is, the time is linear in its length.

Python's own parser looks for the end of a tag again from every ``<``; a mail of 60,000 characters can keep it
busy for a minute. Here nothing is looked for twice.
"""

import html
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TAG_LIMIT: Final = 32_768
"""Characters of one tag that are looked at; a longer one holds an image and nothing to read."""

_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")
_MARKUP: Final = re.compile(r"<(?=[a-zA-Z!?]|/[a-zA-Z])")
_NAME: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_ATTRIBUTE: Final = re.compile(r"""([^\s=/>"']++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"']++))?""")
_RAW: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("style", "script", "title", "textarea", "xmp")
}


class Token(NamedTuple):
    """Text (`tag` ""), or a tag's start or end. Text of a style sheet comes as `data` of its start tag."""

    tag: str
    start: bool
    attributes: dict[str, str]
    data: str


def tokens(source: str) -> Iterator[Token]:
    """Tags and text in their order, entities resolved, comments and scripts left out."""
    at, size = 0, len(source)
    while at < size:
        markup = _MARKUP.search(source, at)
        opened = markup.start() if markup else size
        if opened > at:
            yield Token("", False, {}, html.unescape(source[at:opened]))
        if opened == size:
            return
        past = _past_markup(source, opened)
        if past is not None:
            at = past
            continue
        token, at = _tag_at(source, opened)
        if token is None:
            # Nothing closes it: the rest is text.
            yield Token("", False, {}, html.unescape(source[opened:]))
            return
        raw = _RAW.get(token.tag) if token.start else None
        if raw is not None:
            closed = raw.search(source, at)
            end = closed.start() if closed else size
            if token.tag == "style":
                token = token._replace(data=source[at:end])
            at = end
        yield token


def _past_markup(source: str, opened: int) -> int | None:
    """The end of a comment or a declaration; None where a tag may stand."""
    if source.startswith("<!--", opened):
        end = source.find("-->", opened + 4)
        return len(source) if end < 0 else end + 3
    if source.startswith(("<!", "<?"), opened):
        end = source.find(">", opened)
        return len(source) if end < 0 else end + 1
    return None


def _tag_at(source: str, opened: int) -> tuple[Token | None, int]:
    found = _TAG.match(source, opened, opened + _TAG_LIMIT)
    if found:
        return Token(found[2].lower(), not found[1], _attributes(found[3]), ""), found.end()
    end = source.find(">", opened)
    if end < 0:
        return None, opened
    name = _NAME.match(source, opened)
    assert name is not None, "a tag begins with a letter"
    # Quotes that are never closed, or a tag without bounds: its name is all that is taken.
    return Token(name[2].lower(), not name[1], {}, ""), end + 1


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or ""
        found.setdefault(match[1].lower(), html.unescape(value.strip("\"'")))
    return found
