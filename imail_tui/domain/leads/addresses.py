"""E-mail addresses as files have them: cleaned with a note of what changed, judged, and compared.

Limits are those of RFC 5321 (4.5.3.1) and RFC 1035; non-ASCII local parts are those of RFC 6531, non-ASCII
domains those of UTS 46.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import idna

from imail_tui.domain.leads.cells import SEPARATOR

Fault: TypeAlias = Literal[
    "no_address", "no_at", "local_part", "bare_host", "domain", "too_long", "several_addresses"
]
Note: TypeAlias = Literal["mailto", "name", "brackets", "trailing_dot", "invisible", "apostrophe"]

MAX_ADDRESS: Final = 254
MAX_LOCAL: Final = 64
MAX_DOMAIN: Final = 253
"""Octets; of an address all that fits a path of 256 with its brackets."""

FAULT_WORDS: Final[dict[Fault, str]] = {
    "no_address": "there is no address",
    "no_at": "there is no @ in it",
    "local_part": "what stands before the @ is not allowed there",
    "bare_host": "the domain has no dot",
    "domain": "the domain cannot exist",
    "too_long": "it is longer than an address may be",
    "several_addresses": "there are several addresses in one cell",
}

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_NAMED: Final = re.compile(r"^[^<>]*<\s*([^<>]+?)\s*>$")
_TEXT: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_ATOM: Final = re.compile(rf"{_TEXT}(?:\.{_TEXT})*")
_QUOTED: Final = re.compile(r'"(?:[ !#-\[\]-~\u0080-\U0010ffff]|\\[ -~])*"')
PLAIN_KEY: Final = re.compile(
    r"[a-z0-9!#$%&*+/=?^_`{|}~-][a-z0-9!#$%&'*+/=?^_`{|}~-]{0,31}"
    r"(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,15}){0,2}"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,2}[a-z](?:[a-z0-9-]{0,20}[a-z0-9])?"
)
"""Nearly every address there is, in lower case; what does not match is looked at more closely."""
_LETTER: Final = "a-z0-9!#$%&*+/=?^_`{|}~-"
PLAIN_KEYS: Final = re.compile(
    rf"(?:[{_LETTER}]['{_LETTER}]*+(?:\.['{_LETTER}]++)*+"
    rf"@(?:[a-z0-9]++(?:-++[a-z0-9]++)*+\.)++[a-z](?:[a-z0-9-]*[a-z0-9])?{SEPARATOR})*+"
)
"""Valid addresses in lower case and no longer than `SHORT`, each with a separator behind it."""
SHORT: Final = 64
"""Letters of an address of which no part can be too long."""
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SEPARATORS: Final = re.compile(r"[;,\s]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES: Final = _words(
    "abuse accounts admin administrator billing careers compliance contact enquiries "
    "feedback ftp hello help helpdesk hostmaster hr info inquiries it jobs legal mail "
    "mailer-daemon marketing media news newsletter no-reply noc noreply office orders "
    "postmaster press privacy root sales security service spam subscribe support team "
    "unsubscribe usenet uucp webmaster www"
)
"""Local parts of functions rather than people (RFC 2142 and what vendors of verification list)."""
FREE_MAIL: Final = _words(
    "126.com 163.com aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de "
    "gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.fr icloud.com "
    "laposte.net libero.it live.com mac.com mail.com mail.ru me.com msn.com naver.com "
    "orange.fr outlook.com proton.me protonmail.com qq.com rediffmail.com seznam.cz "
    "t-online.de tutanota.com wanadoo.fr web.de wp.pl yahoo.co.in yahoo.co.jp yahoo.co.uk "
    "yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru ymail.com zoho.com"
)


@dataclass(frozen=True, slots=True)
class Address:
    """One cell's address. `text` as it is sent, blank where there is none; `fault` None = it can be one.

    `others` are further valid addresses of the cell, `unread` counts what has an @ and is none.
    """

    text: str
    fault: Fault | None = None
    notes: tuple[Note, ...] = ()
    others: tuple[str, ...] = ()
    unread: int = 0

    @property
    def key(self) -> str:
        """By which two are the same: case does not count, nor how a domain is written."""
        return key_of(self.text)

    @property
    def is_role(self) -> bool:
        """Whether it is a function's rather than a person's."""
        return self.text.partition("@")[0].lower() in ROLES

    @property
    def is_free_mail(self) -> bool:
        """Whether anybody can have one there."""
        return self.text.rpartition("@")[2].lower() in FREE_MAIL


def read_address(cell: str) -> Address:
    """The address of a cell: of several the first that is valid."""
    if PLAIN_KEY.fullmatch(cell.lower()) and cell.isascii():
        return Address(cell)
    cleaned, notes = cleaned_cell(cell)
    fault = fault_of(cleaned)
    if fault is None:
        return Address(cleaned, None, notes)
    parts = [part for part in _SEPARATORS.split(cleaned) if part]
    valid = [text for part in parts if fault_of(text := cleaned_cell(part)[0]) is None]
    if len(parts) > 1 and valid:
        unread = sum("@" in part for part in parts) - len(valid)
        return Address(valid[0], None, notes, tuple(dict.fromkeys(valid[1:])), unread)
    if len([part for part in parts if "@" in part]) > 1:
        fault = "several_addresses"
    return Address(cleaned, fault, notes)


def cleaned_cell(cell: str) -> tuple[str, tuple[Note, ...]]:
    """A cell without what people and programs put around an address, and what that was."""
    notes: list[Note] = []
    text = _INVISIBLE.sub("", cell)
    if text != cell:
        notes.append("invisible")
    text = _trimmed(text)
    if text[:1] and text[:1] in "'\u2018\u2019" and "@" in text:
        text = _trimmed(text[1:].rstrip("'\u2018\u2019"))
        notes.append("apostrophe")
    named = _NAMED.match(text)
    if named is not None:
        notes.append("name" if text[:1] != "<" else "brackets")
        text = named[1]
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
        notes.append("mailto")
    if text.endswith(".") and "@" in text:
        text = text.rstrip(".")
        notes.append("trailing_dot")
    return _trimmed(text), tuple(notes)


def fault_of(text: str) -> Fault | None:
    """What keeps a cleaned text from being an address; None = nothing does."""
    if not text:
        return "no_address"
    local, at, domain = text.rpartition("@")
    if not at:
        return "no_at"
    if (
        len(text.encode("utf-8", "replace")) > MAX_ADDRESS
        or len(local.encode("utf-8", "replace")) > MAX_LOCAL
    ):
        return "too_long"
    if not (_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)) or _has_space(local, domain):
        return "local_part"
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None or len(ascii_domain) > MAX_DOMAIN:
        return "domain"
    return "bare_host" if "." not in ascii_domain else _domain_fault(ascii_domain)


def key_of(text: str) -> str:
    """The text by which two addresses are the same."""
    if text.isascii():
        return text.lower()
    local, _, domain = text.rpartition("@")
    return f"{local.lower()}@{_ascii_domain(domain) or domain.lower()}"


def _trimmed(text: str) -> str:
    return text.strip().strip("\u00a0").strip()


def _has_space(local: str, domain: str) -> bool:
    outside_quotes = "" if local.startswith('"') else local
    return any(letter.isspace() for letter in outside_quotes + domain)


def _ascii_domain(domain: str) -> str | None:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return None


def _domain_fault(domain: str) -> Fault | None:
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():
        return "domain"
    return None
