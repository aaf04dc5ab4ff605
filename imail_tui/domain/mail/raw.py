"""A raw message (RFC 822) taken apart, however broken its structure, charsets and encodings are."""

import binascii
import email
import email.errors
import email.header
import email.message
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from imail_tui.domain.mail.charsets import decode, repair
from imail_tui.domain.mail.mailtext import MailText
from imail_tui.domain.mail.reading import read_message
from imail_tui.domain.text import multi_line, one_line

RAW_LIMIT: Final = 8_000_000
"""Bytes of a raw message that are taken apart."""
_STRUCTURE_LIMIT: Final = 60
"""Parts inside of parts past which the structure is an attack, and the message is read as one text."""
_HEADERS: Final = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To")
_HEADER_LIMIT: Final = 2_000
"""Characters of one header; the standard library's time grows with their square."""
_HEADER: Final = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE)
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64: Final = bytes(set(range(256)) - set(_BASE64))
_BLANKS_AND_ENDS: Final = b"\r\n\t ="


@dataclass(frozen=True, slots=True)
class RawMail:
    """What a raw message comes to. Header values and names of attachments are safe lines."""

    headers: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]
    mail: MailText


def read_raw(data: bytes) -> RawMail:
    """A raw message as text. Never fails; what had to be repaired is among the notes."""
    notes: list[str] = []
    if len(data) > RAW_LIMIT:
        notes.append(f"cut: {RAW_LIMIT:,} of {len(data):,} bytes are read")
        data = data[:RAW_LIMIT]
    message = _parsed(_HEADER.sub(lambda found: found[0][:_HEADER_LIMIT], data), notes)
    texts: dict[str, str] = {}
    attachments: list[str] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if _is_attachment(part) or kind not in ("text/plain", "text/html"):
            attachments.append(_name(part, kind))
        elif kind not in texts:
            texts[kind] = _text_of(part, notes)
    mail = read_message(texts.get("text/plain"), texts.get("text/html"))
    headers = tuple((name, value) for name in _HEADERS if (value := one_line(_header(message, name), 1_000)))
    all_notes = tuple(dict.fromkeys((*notes, *mail.notes)))
    return RawMail(headers, tuple(attachments[:100]), MailText(mail.sections, mail.links, all_notes))


def source_text(data: bytes) -> str:
    """The raw message as it came, safe to show."""
    return multi_line(decode(data[:RAW_LIMIT])[0])


def _parsed(data: bytes, notes: list[str]) -> email.message.Message:
    if data[:200_000].lower().count(b"boundary") <= _STRUCTURE_LIMIT:
        try:
            message = email.message_from_bytes(data, policy=email.policy.compat32)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            notes.append("the structure of the message is broken; read as one text")
        else:
            if message.defects:
                notes.append("the structure of the message is broken")
            return message
    else:
        notes.append("parts inside of parts without end; read as one text")
    head, _, body = data.partition(b"\n\n")
    message = email.message.Message()
    del head
    message.set_payload(body.decode("ascii", "surrogateescape"))
    return message


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    todo, seen = [message], 0
    while todo and seen < 1_000:
        part = todo.pop(0)
        seen += 1
        if part.is_multipart():
            payload = part.get_payload()
            inner = payload if isinstance(payload, list) else []
            todo[:0] = [each for each in inner if isinstance(each, email.message.Message)]
        else:
            yield part


def _is_attachment(part: email.message.Message) -> bool:
    return _lower(part, "Content-Disposition").startswith("attachment")


def _text_of(part: email.message.Message, notes: list[str]) -> str:
    encoding = _lower(part, "Content-Transfer-Encoding").strip()
    # The library decodes by whatever codec the mail names; without the header it gives the bytes.
    del part["Content-Transfer-Encoding"]
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    if encoding == "base64":
        raw = _from_base64(raw, notes)
    elif encoding == "quoted-printable":
        raw = binascii.a2b_qp(raw)
    try:
        charset = part.get_param("charset")
    except (ValueError, TypeError, LookupError):
        charset = None
    text, note = decode(raw, charset[2] if isinstance(charset, tuple) else charset)
    if note:
        notes.append(one_line(note, 200))
    return text


def _from_base64(raw: bytes, notes: list[str]) -> bytes:
    letters = raw.translate(None, _NOT_BASE64)
    if len(letters) != len(raw.translate(None, _BLANKS_AND_ENDS)) or len(letters) % 4 == 1:
        notes.append("broken base64 is mended")
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _name(part: email.message.Message, kind: str) -> str:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError, UnicodeError):
        name = None
    return one_line(f"{repair(name)} ({kind})" if name else kind, 200)


def _header(message: email.message.Message, name: str) -> str:
    try:
        found = message.get(name)
        if found is None:
            return ""
        pieces = email.header.decode_header(found)
        text = "".join(_piece(piece, charset) for piece, charset in pieces)
    except (email.errors.HeaderParseError, ValueError, LookupError, UnicodeError):
        text = str(message.get(name, ""))
    return repair(" ".join(text.split()))


def _piece(piece: str | bytes, charset: str | None) -> str:
    return piece if isinstance(piece, str) else decode(piece, charset)[0]


def _lower(part: email.message.Message, name: str) -> str:
    try:
        return str(part.get(name, "")).lower()
    except (ValueError, LookupError, UnicodeError):
        return ""
