"""What a mail comes to: sections of safe lines, its links, and what a reader should know about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class SectionKind(StrEnum):
    """What a run of lines is."""

    BODY = "body"
    """What the sender wrote now."""
    QUOTE = "quote"
    """What was said before; folded until it is asked for."""
    SIGNATURE = "signature"
    """Name, titles, "Sent from my phone"; read last."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind, safe to show, without line ends."""

    kind: SectionKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a mail; all texts are safe to show.

    `number` is its mark in the text, `words` what the mail shows for it, `target` the whole address with its
    host in ASCII. `host` is the host as a person reads it, `ascii_host` as the network does; they differ for
    an internationalised name. `warnings` are sentences about what is wrong with it.
    """

    number: int
    words: str
    target: str
    host: str
    ascii_host: str
    warnings: tuple[str, ...] = ()

    @property
    def shown_host(self) -> str:
        """The whole host, with the form the network uses beside it where that differs."""
        return self.host if self.host == self.ascii_host else f"{self.host} ({self.ascii_host})"


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail to read. `notes` say what was repaired, cut or left out, in sentences without a full stop."""

    sections: tuple[Section, ...]
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self, kinds: Iterable[SectionKind] = tuple(SectionKind)) -> list[str]:
        """The lines of some kinds in their order."""
        wanted = frozenset(kinds)
        return [line for section in self.sections if section.kind in wanted for line in section.lines]

    @property
    def written(self) -> str:
        """What the sender wrote now, and nothing else."""
        return "\n".join(self.lines((SectionKind.BODY,))).strip("\n")


def plain(mail: MailText, *, folded: bool = True) -> str:
    """A mail as it is printed: quoted history as one line unless not `folded`, links listed at the end."""
    out: list[str] = []
    for section in mail.sections:
        is_folded = section.kind is SectionKind.QUOTE and folded
        out += ["", folded_words(section)] if is_folded else ["", *section.lines]
    if mail.links:
        out += ["", *(link_line(link) for link in mail.links)]
    out += [f"({note}.)" for note in mail.notes]
    return "\n".join(out).strip("\n")


def folded_words(section: Section) -> str:
    """What stands in place of quoted history."""
    count = sum(1 for line in section.lines if line.strip())
    return f"… {count:,} quoted line{'' if count == 1 else 's'}"


def link_line(link: Link) -> str:
    """A link with its host and what is wrong with it, in one line."""
    warned = "".join(f"  ! {warning}" for warning in link.warnings)
    return f"[{link.number}] {link.shown_host}  {link.target}{warned}"
