"""Where links really lead: the whole host, its form in the network, and what is made to deceive about it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import idna

from imail_tui.domain.mail.html_text import Anchor
from imail_tui.domain.mail.mailtext import Link
from imail_tui.domain.text import one_line

_TARGET_LIMIT: Final = 2_000
_LINKS_LIMIT: Final = 500
URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"'`]{2,2000}", re.IGNORECASE)
"""An address in plain text; punctuation at its end may belong to the sentence."""
_HOST_WORDS: Final = re.compile(
    r"(?:https?://)?((?:[\w-]{1,63}\.)+[^\W\d]{2,24})(?:[/:?#].*)?", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,20}):")
_PARTS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//(?:([^/?#\\]*)@)?([^/?#\\:@\[\]]*|\[[0-9a-f:.]*\])(?::\d*)?", re.I
)
_NUMBERS: Final = re.compile(
    r"(?:\d{1,10}|0x[0-9a-f]{1,8})(?:\.(?:\d{1,10}|0x[0-9a-f]{1,8})){0,3}", re.IGNORECASE
)
_LOOK_LATIN: Final = frozenset("аеорсухіјѕԁһӏԛԝгтмнвкѵοαεινρυχκτωßıɑɡ")
"""Letters of other scripts that are drawn like Latin ones."""


def links_of(anchors: Iterable[Anchor], text: str = "") -> tuple[Link, ...]:
    """Links of markup, and the addresses that stand in plain `text`, numbered on. Texts may be foreign."""
    found = [_link(anchor.number, anchor.target, anchor.words) for anchor in anchors]
    known = {link.target for link in found} | {link.words for link in found}
    for match in URL.finditer(text):
        if len(found) >= _LINKS_LIMIT:
            break
        target = _without_punctuation(match[0])
        if target in known:
            continue
        link = _link(len(found) + 1, target if "://" in target else f"http://{target}", "")
        if link.target not in known:
            known.add(link.target)
            found.append(link)
    return tuple(found)


def _without_punctuation(url: str) -> str:
    while url and url[-1] in ".,;:!?*_)]}>’”»":
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def _link(number: int, target: str, words: str) -> Link:
    scheme = _SCHEME.match(target)
    kind = scheme[1].lower() if scheme else ""
    words = one_line(" ".join(words.split()), 200)
    if kind in ("mailto", "tel"):
        where = target.partition(":")[2].partition("?")[0]
        return Link(
            number, words, one_line(target, _TARGET_LIMIT), one_line(where, 300), one_line(where, 300)
        )
    if kind and kind not in ("http", "https"):
        warning = f"not an address of the web but {kind}:"
        return Link(number, words, one_line(target, 300), f"{kind}:", f"{kind}:", (warning,))
    parts = _PARTS.match(target)
    if parts is None or not parts[2]:
        return Link(
            number, words, one_line(target, _TARGET_LIMIT), "no host", "no host", ("it leads nowhere",)
        )
    ascii_host, unicode_host = _forms(parts[2].rstrip(".").lower())
    start, end = parts.span(2)
    shown = f"{target[:start]}{ascii_host}{target[end:]}"
    warnings = tuple(_warnings(parts[1], ascii_host, unicode_host, words))
    return Link(
        number,
        words,
        one_line(shown, _TARGET_LIMIT),
        one_line(unicode_host, 300),
        one_line(ascii_host, 300),
        warnings,
    )


def _warnings(user: str | None, ascii_host: str, host: str, words: str) -> Iterable[str]:
    if user is not None:
        yield f"“{one_line(user, 60)}” before the @ is no host"
    if _NUMBERS.fullmatch(ascii_host) or ascii_host.startswith("["):
        yield "a bare number instead of a name"
    for label in host.split("."):
        if not label.isascii():
            deceit = _deceit(label)
            if deceit:
                yield deceit
                break
    told = _HOST_WORDS.fullmatch(words)
    if told:
        named = _forms(told[1].lower())[0].removeprefix("www.")
        if named != ascii_host.removeprefix("www.") and not ascii_host.endswith(f".{named}"):
            yield f"the mail shows {one_line(told[1], 80)} for it"


def _deceit(label: str) -> str | None:
    scripts = {script for letter in label if (script := _script(letter))}
    if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
        return f"letters of {' and '.join(sorted(each.title() for each in scripts))} mixed in one name"
    letters = [letter for letter in label if letter.isalpha()]
    if letters and all(letter in _LOOK_LATIN or letter.isascii() for letter in letters):
        return "letters that only look Latin"
    return None


@lru_cache(maxsize=2_048)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def _forms(host: str) -> tuple[str, str]:
    """A host as the network and as a person reads it. One that no rule allows keeps what it is, in ASCII."""
    labels = host[:300].split(".")
    return ".".join(_ascii(label) for label in labels), ".".join(_unicode(label) for label in labels)


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError, ValueError):
        try:
            # Browsers go to names that the strict rules forbid.
            return "xn--" + unicodedata.normalize("NFKC", label[:63]).encode("punycode").decode("ascii")
        except UnicodeError:
            return "".join(letter if letter.isascii() else "?" for letter in label)


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:67].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
