"""What was said before: quoted lines and whole histories, as the common mail programs write them.

Gmail and Apple write "On … wrote:" in the person's language, Outlook a block of "From: … Sent: …" or a line
"-----Original Message-----"; what follows is marked with ``>`` or with nothing at all.
"""

import re
from collections.abc import Sequence
from typing import Final

DEPTH_SHOWN: Final = 6
"""Levels of ``>`` that are shown one by one."""

_MARKS: Final = re.compile(r"[ \t]*((?:>[ \t]?)+)")
_BEGINS: Final = re.compile(
    r"\W{0,3}(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|Em seg|På|Vào|Pada|"
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年)\b"
)
_WROTE: Final = re.compile(
    r"(?:\b(?:wrote|schrieb|escribió|scrisse|ha scritto|schreef|escreveu|skrev|kirjoitti|"
    r"napsal(?:\(a\))?|pisze|"
    r"napisał(?:\(a\))?|написал(?:\(а\))?|пишет|yazdı|menulis)\b[^:]{0,80}:|\ba écrit\s*:|"
    r"写道[::]|のメール[::]|"
    r"<[^<>\s]{3,200}@[^<>\s]{3,200}>\s*:)\s*$"
)
_ATTRIBUTION_LINES: Final = 4
_ATTRIBUTION_CHARACTERS: Final = 600
_RULER: Final = re.compile(
    r"\s*-{2,}\s*(?:Original (?:Message|Appointment)|Ursprüngliche Nachricht|Originalnachricht|"
    r"Message d'origine|"
    r"Message original|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original|"
    r"Oprindelig meddelelse|Ursprungligt meddelande|Alkuperäinen viesti)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä)\s{0,3}:\*?\s*\S", re.IGNORECASE
)
_SENT: Final = re.compile(
    r"\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Date d'envoi|Enviado(?: el| em)?|Fecha|Data|"
    r"Inviato|Verzonden|Skickat|"
    r"Sendt|Wysłano|Lähetetty)\s{0,3}:",
    re.IGNORECASE,
)
_HEADER_LINES: Final = 5
_FORWARDED: Final = re.compile(
    r"\s*(?:-{3,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|"
    r"Mensaje reenviado)\s*-{3,}|"
    r"Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|"
    r"Début du message réexpédié\s*:)\s*",
    re.IGNORECASE,
)
_LONG: Final = 2_000


def quoted_lines(lines: Sequence[str]) -> list[bool]:
    """For each line of a mail whether it was said before. What was forwarded on purpose was not."""
    quoted = [False] * len(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FORWARDED.fullmatch(line[:_LONG]):
            break
        if _is_marked(line):
            at = _mark_run(lines, quoted, at)
        elif _RULER.fullmatch(line[:_LONG]) or _is_header_block(lines, at):
            start = at - 1 if at and re.fullmatch(r"[_\-\s]{5,}", lines[at - 1][:_LONG]) else at
            quoted[start:] = [True] * (len(lines) - start)
            break
        else:
            end = _attribution_end(lines, at)
            at = at + 1 if end is None else _mark_history(lines, quoted, at, end)
    return quoted


def shallow(line: str) -> str:
    """A quoted line with its depth shown in a few characters, however deep it is."""
    found = _MARKS.match(line)
    if found is None:
        return line
    depth = found[1].count(">")
    if depth <= DEPTH_SHOWN:
        return line
    return f"{'>' * DEPTH_SHOWN}… ({depth:,} deep) {line[found.end() :]}"


def _is_marked(line: str) -> bool:
    return line.lstrip(" \t").startswith(">")


def _mark_run(lines: Sequence[str], quoted: list[bool], start: int) -> int:
    """Mark a run of ``>`` lines with the blank ones inside it; where it ends."""
    last = at = start
    while at < len(lines) and (_is_marked(lines[at]) or not lines[at].strip()):
        if _is_marked(lines[at]):
            last = at
        at += 1
    quoted[start : last + 1] = [True] * (last + 1 - start)
    return max(last + 1, start + 1)


def _mark_history(lines: Sequence[str], quoted: list[bool], start: int, end: int) -> int:
    """Mark an attribution and what follows it: the ``>`` lines, or all the rest where there are none."""
    at = end
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at < len(lines) and not _is_marked(lines[at]):
        quoted[start:] = [True] * (len(lines) - start)
        return len(lines)
    quoted[start:end] = [True] * (end - start)
    if at == len(lines):
        return at
    quoted[end:at] = [True] * (at - end)
    return _mark_run(lines, quoted, at)


def _attribution_end(lines: Sequence[str], at: int) -> int | None:
    """Behind an "On … wrote:" that begins at a line and may be wrapped over some; None where none does."""
    if not _BEGINS.match(lines[at][:_LONG]):
        return None
    text = ""
    for end in range(at, min(len(lines), at + _ATTRIBUTION_LINES)):
        if not lines[end].strip() or _is_marked(lines[end]):
            return None
        text = f"{text} {lines[end][:_LONG].strip()}"
        if len(text) > _ATTRIBUTION_CHARACTERS:
            return None
        if _WROTE.search(text):
            return end + 1
    return None


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    if not _FROM.match(lines[at][:_LONG]):
        return False
    return any(_SENT.match(line[:_LONG]) for line in lines[at + 1 : at + 1 + _HEADER_LINES])
