"""The one door for foreign text: what a server, a file or a mail says, made safe to show on a terminal.

Data may hold anything: an escape sequence that writes the clipboard, a bidi override that reverses an
address, an invisible character that makes two names look alike. Text is stored raw, so that it can be
written back, and passes here where it is shown, printed or logged. What cannot be shown is replaced by a
visible mark, never dropped in silence:

====================================================================  ============================
C0 controls and DEL                                                   their picture: ``␛ ␀ ␡ …``
C1 controls, lone surrogates                                          ``�``
bidi embeds, overrides, isolates and marks; zero-width space, BOM,
word joiner, soft hyphen and their like; the tags block; joiners and  ``·``
variation selectors outside an emoji
line ends, in one line                                                ``⏎``
combining marks past the eighth on one base                           dropped: they are noise
====================================================================  ============================

The result is in normal form C and every function is idempotent.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

LINE_LIMIT: Final = 1_000
"""Characters of a single line that are kept; no screen is wider."""

BODY_LIMIT: Final = 200_000
"""Characters of a multi-line text that are kept: more than a person reads of one mail."""

TAB_CELLS: Final = 4
"""A tab reaches the next multiple of this many columns."""

MARKS_PER_BASE: Final = 8
"""Combining marks kept on one base: Vietnamese needs two, Tibetan four; stacks of fifty are an attack."""

ELLIPSIS: Final = "…"
_BROKEN: Final = "\ufffd"
_HIDDEN: Final = "\u00b7"
_LINE_END: Final = "⏎"
_NO_BASE: Final = "\u25cc"  # the dotted circle that Unicode shows a mark on when it has no letter

_LINE_ENDS: Final = re.compile("\r\n|[\n\x85\u2028\u2029]")
FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\ud800-\udfff\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""One character that must never reach a terminal from data."""

_FORBIDDEN_BUT_LF: Final = re.compile(FORBIDDEN.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))

_PICTURE: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fbff]"
    "[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
)
# At most five pictures are joined: a longer chain measures two cells and may be drawn across the screen.
_EMOJI_OR_JOINER: Final = re.compile(
    f"({_PICTURE}(?:\u200d{_PICTURE}){{0,4}}|[0-9#*]\ufe0f\u20e3?)|[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)

_JOINER: Final = "\u200d"
_IN_COLOUR: Final = "\ufe0f"
# Hangul vowels and finals, joiners left in words, skin tones.
_DRAWN_ON_BASE: Final = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb\u200c\u3164\uffa0\U0001f3fb-\U0001f3ff]")
# Unicode 16 made these wide; Python 3.11 carries 14.
_WIDE_SINCE_16: Final = re.compile(
    "[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376]"
)


def one_line(raw: str, limit: int = LINE_LIMIT) -> str:
    """`raw` as one safe line of at most `limit` characters (≥ 1), a cut ending in ``…``, a tab as a space."""
    if raw.isascii() and raw.isprintable() and len(raw) <= limit:
        return raw
    head = raw[: limit + 1].replace("\t", " ")
    return _shorten(_clean(_LINE_ENDS.sub(_LINE_END, head), FORBIDDEN), limit, cut=len(raw) > limit)


def multi_line(raw: str, limit: int = BODY_LIMIT) -> str:
    """`raw` as safe lines separated by LF, tabs expanded, of at most `limit` characters (≥ 1)."""
    head = raw[: limit + 1].replace("\r\n", "\n").expandtabs(TAB_CELLS)
    if head.isascii() and head.replace("\n", "").isprintable():
        return _shorten(head, limit, cut=len(raw) > limit)
    return _shorten(_clean(head, _FORBIDDEN_BUT_LF), limit, cut=len(raw) > limit)


def cell_width(text: str) -> int:
    """Columns that safe text takes on a terminal, by the rules of the Unicode version Python carries.

    A joined emoji counts as its first picture; a picture asked for in colour (variation selector 16) is wide.
    """
    if text.isascii():
        return len(text) - text.count("\n")
    return sum(cells for _, cells in _clusters(text))


def clip(text: str, cells: int) -> str:
    """Safe one-line `text` cut to at most `cells` columns, ending in ``…`` if cut; no character is split."""
    if cells <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= cells else text[: cells - 1] + ELLIPSIS
    width = 0
    end = 0  # of the longest head that leaves a column for the ellipsis
    for start, taken in _clusters(text):
        if width < cells:
            end = start
        width += taken
        if width > cells:
            return text[:end] + ELLIPSIS
    return text


def characters(text: str) -> Iterator[tuple[str, int]]:
    """Each character of safe one-line text with everything that is drawn on it, and its columns (1 or 2)."""
    if text.isascii():
        yield from ((character, 1) for character in text)
        return
    start, cells = 0, 0
    for begin, taken in _clusters(text):
        if begin > start:
            yield text[start:begin], cells
        start, cells = begin, taken
    if cells:
        yield text[start:], cells


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Start index and columns of each character with everything that is drawn on it."""
    start, cells, after_joiner = 0, 0, False
    for index, character in enumerate(text):
        if character == _JOINER:
            after_joiner = True
            continue
        if character == _IN_COLOUR:
            cells = 2 if cells else 0
            continue
        taken = 0 if after_joiner else _cells_of(character)
        after_joiner = False
        if taken:
            if index:
                yield start, cells
            start, cells = index, taken
    if text:
        yield start, cells


@lru_cache(maxsize=4096)
def _cells_of(character: str) -> int:
    if character < "\u0300":
        return 1 if character >= " " else 0
    if _DRAWN_ON_BASE.match(character) or unicodedata.category(character)[0] == "M":
        return 0
    if _WIDE_SINCE_16.match(character):
        return 2
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _clean(text: str, forbidden: re.Pattern[str]) -> str:
    text = unicodedata.normalize("NFC", forbidden.sub(_mark, text))
    if text.isascii():
        return text
    return _limit_combining(_EMOJI_OR_JOINER.sub(_keep_emoji, text))


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return _BROKEN
    return _LINE_END if code in (0x2028, 0x2029) else _HIDDEN


def _keep_emoji(match: re.Match[str]) -> str:
    return match[1] or _HIDDEN


def _limit_combining(text: str) -> str:
    """Drop marks past `MARKS_PER_BASE`; give a base to marks that would land on what precedes the text."""
    kept: list[str] = []
    marks = 0
    base_seen = False
    for character in text:
        if character >= "\u0300" and unicodedata.category(character)[0] == "M":
            marks += 1
            if marks > MARKS_PER_BASE:
                continue
            if not base_seen:
                kept.append(_NO_BASE)
                base_seen = True
        else:
            marks = 0
            base_seen = character != "\n"
        kept.append(character)
    return "".join(kept)


def _shorten(text: str, limit: int, *, cut: bool) -> str:
    if len(text) <= limit and not cut:
        return text
    return text[: limit - 1].rstrip(_JOINER) + ELLIPSIS
