"""Bytes as text, whatever the mail claims about them, and text that was read with the wrong charset."""

import re
from typing import Final

_KNOWN: Final = re.compile(
    r"(?:utf_?8(?:_sig)?|utf_?16(?:_?[bl]e)?|us_?ascii|ascii|cp\d{3,5}|windows_?\d{3,4}|win_?\d{3,4}|"
    r"iso_?8859_?\d{1,2}(?:_[ei])?|latin_?\d{1,2}|l1|koi8_?[rtu]|gb2312|gbk|gb18030|"
    r"hz(?:_gb_2312)?|big5(?:_?hkscs)?|"
    r"s(?:hift)?_?jis(?:x?_?(?:2004|0213))?|euc_?(?:jp|kr)|iso_?2022_(?:jp|kr)(?:_\w{1,6})?|"
    r"ks_c_5601_1987|"
    r"mac_?(?:roman|cyrillic|greek|latin2)|macintosh|tis_?620)"
)
"""Encodings of text that mails use. Python knows others that are no charsets, or take time without bound."""

_LATIN: Final = frozenset({"iso88591", "latin1", "l1", "usascii", "ascii"})
"""What senders call a charset that is windows-1252 in truth, as every mail program reads it."""

_BYTE_OF: Final = {
    **{chr(code): code for code in range(0x80, 0x100)},
    **{bytes([code]).decode("cp1252", "ignore"): code for code in range(0x80, 0xA0)},
}
_BYTE_OF.pop("", None)


def _class_of(first: int, last: int) -> str:
    return "[" + "".join(re.escape(c) for c, code in _BYTE_OF.items() if first <= code <= last) + "]"


_TAIL: Final = _class_of(0x80, 0xBF)
_TWO: Final = f"{_class_of(0xC2, 0xDF)}{_TAIL}"
_MORE: Final = f"{_class_of(0xE1, 0xEF)}{_TAIL}{{2}}|{_class_of(0xF0, 0xF4)}{_TAIL}{{3}}"
_MISREAD: Final = re.compile(f"{_MORE}|{_TWO}")
_SURE: Final = re.compile(f"{_MORE}|[ÂÃ]{_TAIL}")
_ROUNDS: Final = 2
"""Text is misread twice when two programs on its way did so; more has not been seen."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Bytes as text, and what a reader should know: the charset was missing or wrong. Never fails."""
    name = re.sub(r"[^a-z0-9]+", "_", (declared or "").strip().lower()).strip("_")
    if name and name.replace("_", "") not in _LATIN and _KNOWN.fullmatch(name):
        try:
            return data.decode(name), None
        except (LookupError, UnicodeError):
            pass
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        plain = name.replace("_", "") in _LATIN
        return (
            text,
            None if plain else f"the charset {declared or 'is missing and'} did not fit; read as Western",
        )
    wrong = bool(name) and name not in ("utf_8", "utf8") and not data.isascii()
    return text, f"said to be {declared}, read as UTF-8" if wrong else None


def repair(text: str) -> str:
    """Text as it was meant where UTF-8 was read as Western European (``Ã¼`` for ``ü``, ``â€™`` for ``’``).

    Sequences that a person may have typed are only taken for faults where nearly all letters beyond ASCII
    are part of such sequences.
    """
    for _ in range(_ROUNDS):
        if text.isascii():
            break
        before, text = text, _repaired(text)
        if text == before:
            break
    return text


def _repaired(text: str) -> str:
    foreign = sum(1 for character in text if character >= "\x80")
    misread = sum(len(match[0]) for match in _MISREAD.finditer(text))
    pattern = _MISREAD if misread >= 6 and misread >= 0.9 * foreign else _SURE
    return pattern.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[character] for character in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
