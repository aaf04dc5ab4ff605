"""A message of the API as text to read: its plain part, else its HTML; history and signature told apart."""

import re
from functools import lru_cache
from typing import Final

from imail_tui.domain.mail.charsets import repair
from imail_tui.domain.mail.html_text import Converted, html_to_text
from imail_tui.domain.mail.links import links_of
from imail_tui.domain.mail.mailtext import MailText, Section, SectionKind
from imail_tui.domain.mail.quotes import quoted_lines, shallow
from imail_tui.domain.mail.signatures import signature_start
from imail_tui.domain.text import BODY_LIMIT, multi_line

LINES_LIMIT: Final = 5_000
"""Lines that are shown; nobody reads more of one mail."""
_LINE_LIMIT: Final = 4_000
_STUB: Final = re.compile(
    r"(?:\s*(?:this (?:is an html|message (?:contains|is in) html|e-?mail (?:requires|is in) html)|"
    r"your (?:e-?mail|mail) (?:client|program|reader) (?:does not|doesn't|cannot)|"
    r"(?:please )?view this (?:e-?mail|message) in (?:a|your) browser|to view this (?:e-?mail|"
    r"message))).{0,300}",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=64)
def read_message(text: str | None, html: str | None = None, sender_name: str = "") -> MailText:
    """A message as text. `sender_name` helps to find the signature. Never fails; time is linear."""
    notes: list[str] = []
    converted: Converted | None = None
    body = text or ""
    # The blank test looks at a head only: five megabytes of blanks are blank enough.
    if html and (not body[:BODY_LIMIT].strip() or _STUB.fullmatch(body[:400])):
        converted = html_to_text(html)
        body = converted.text
        notes += _html_notes(converted)
    if len(body) > BODY_LIMIT:
        notes.append(f"cut: {BODY_LIMIT:,} of {len(body):,} characters are shown")
        body = body[:BODY_LIMIT]
    mended = repair(body)
    if mended != body:
        notes.append("letters that were read with the wrong charset are mended")
    links = links_of(converted.anchors if converted else (), mended)
    lines = [
        _bounded(line)
        for line in multi_line(mended.replace("\r", "\n") if "\n" not in mended else mended).split("\n")
    ]
    if len(lines) > LINES_LIMIT:
        notes.append(f"cut: {LINES_LIMIT:,} of {len(lines):,} lines are shown")
        lines = lines[:LINES_LIMIT]
    return MailText(_sections(lines, sender_name), links, tuple(notes))


def _html_notes(converted: Converted) -> list[str]:
    notes = []
    if converted.images:
        notes.append(f"{converted.images:,} image{'' if converted.images == 1 else 's'} not fetched")
    if converted.hidden:
        notes.append(
            f"{converted.hidden:,} hidden piece{'' if converted.hidden == 1 else 's'} of text left out"
        )
    if converted.cut:
        notes.append("only the beginning of a very long mail was read")
    return notes


def _bounded(line: str) -> str:
    line = shallow(line.rstrip())
    return line if len(line) <= _LINE_LIMIT else f"{line[: _LINE_LIMIT - 1]}…"


def _sections(lines: list[str], sender_name: str) -> tuple[Section, ...]:
    quoted = quoted_lines(lines)
    # The signature is what the sender wrote last: it ends where a quote begins that goes on to the end.
    own = [at for at, is_quoted in enumerate(quoted) if not is_quoted]
    start = signature_start([lines[at] for at in own], sender_name)
    signature = set(own[start:])
    sections: list[Section] = []
    run: list[str] = []
    kind = SectionKind.BODY
    for at, line in enumerate(lines):
        here = (
            SectionKind.QUOTE
            if quoted[at]
            else SectionKind.SIGNATURE
            if at in signature
            else SectionKind.BODY
        )
        if here is not kind and run:
            sections.append(Section(kind, tuple(run)))
            run = []
        kind = here
        run.append(line)
    sections.append(Section(kind, tuple(run)))
    return tuple(_trimmed(sections))


def _trimmed(sections: list[Section]) -> list[Section]:
    """Without sections of blanks: a blank line between two kinds is set by whoever shows them."""
    kept = []
    for section in sections:
        lines = list(section.lines)
        while lines and not lines[0].strip():
            lines.pop(0)
        while lines and not lines[-1].strip():
            lines.pop()
        if lines:
            kept.append(Section(section.kind, tuple(lines)))
    return kept
