r"""Copy with variables: `{{first_name}}`, `{{first_name|there}}`, `{{custom.plan}}`, `{{spin|Hi|Hello}}`.

Braces nest: a choice or a fallback may hold variables and further spins. `\{{`, `\}}` and, within braces,
`\|` stand for themselves. Braces without a partner are findings and stay in the text as they are.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

MAX_DEPTH = 8
"""How deep braces may nest; deeper ones are text."""

_TOKEN = re.compile(r"\\(?:\{\{|\}\}|\|)|\{\{|\}\}|\|")
_CUSTOM = re.compile(r"custom\..{1,60}", re.DOTALL)
_UNPAIRED = "has {{ without }}, or the other way round"


@dataclass(frozen=True, slots=True)
class Variable:
    """A field of the lead; `fallback` None = there is none, and it must have a value.

    `position` is where its braces stand in the text.
    """

    name: str
    fallback: "Parts | None" = None
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Spin:
    """One of several choices for each lead; `number` counts the spins of a text from 0."""

    number: int
    choices: tuple["Parts", ...]


Part: TypeAlias = str | Variable | Spin
Parts: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class CopyFinding:
    """What is wrong with a text: the end of a sentence, and the character it is about.

    Codes: `braces`, `spin`, `name`, `deep`, `unknown`.
    """

    code: str
    message: str
    position: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text read: its parts and what is wrong with it. Parts render even where findings stand."""

    parts: Parts
    findings: tuple[CopyFinding, ...] = ()

    def variables(self) -> Iterator[Variable]:
        """All variables, those in choices and fallbacks too, in the order of the text."""
        return _variables(self.parts)


@dataclass(slots=True)
class _Open:
    """A `{{` that waits for its partner: the segments between its bars so far."""

    position: int
    segments: list[list[Part]] = field(default_factory=lambda: [[]])


@lru_cache(maxsize=512)
def read_template(text: str) -> Template:
    """The parts of a text. Never raises; linear in its length."""
    return _Reader(text).read()


def copy_findings(text: str, known: Container[str]) -> list[CopyFinding]:
    """Everything wrong with a text, in order; `known` are the lead's fields beside `custom.x`."""
    template = read_template(text)
    unknown = [
        CopyFinding("unknown", f"uses the unknown variable {{{{{used.name}}}}}", used.position)
        for used in template.variables()
        if used.name not in known and not _CUSTOM.fullmatch(used.name)
    ]
    return sorted([*template.findings, *unknown], key=lambda finding: finding.position)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._root: list[Part] = []
        self._open: list[_Open] = []
        self._findings: list[CopyFinding] = []
        self._spins = 0

    def read(self) -> Template:
        done = 0
        for token in _TOKEN.finditer(self._text):
            self._add(self._text[done : token.start()])
            self._take(token[0], token.start())
            done = token.end()
        self._add(self._text[done:])
        while self._open:
            self._find("braces", _UNPAIRED, self._open[-1].position)
            self._add(*self._as_text(self._open.pop(), closed=False))
        return Template(tuple(self._root), tuple(sorted(self._findings, key=lambda found: found.position)))

    def _take(self, mark: str, position: int) -> None:
        if mark == "{{" and len(self._open) < MAX_DEPTH:
            self._open.append(_Open(position))
        elif mark == "{{":
            self._find("deep", f"has braces nested deeper than {MAX_DEPTH}", position)
            self._add(mark)
        elif mark == "}}" and self._open:
            self._add(*self._close(self._open.pop()))
        elif mark == "}}":
            self._find("braces", _UNPAIRED, position)
            self._add(mark)
        elif mark == "|" and self._open:
            self._open[-1].segments.append([])
        elif mark in ("|", r"\|") and not self._open:
            self._add(mark)
        else:
            self._add(mark.removeprefix("\\"))

    def _close(self, tag: _Open) -> Iterable[Part]:
        head, *rest = tag.segments
        if any(not isinstance(part, str) for part in head):
            self._find("name", "has braces in the name of a variable", tag.position)
            return self._as_text(tag, closed=True)
        name = "".join(part for part in head if isinstance(part, str)).strip()
        if name != "spin":
            return [Variable(name, _joined(rest) if rest else None, tag.position)]
        if len(rest) < 2:
            self._find("spin", "has a spin with fewer than two choices", tag.position)
        self._spins += 1
        return [Spin(self._spins - 1, tuple(map(tuple, rest)) or ((),))]

    def _as_text(self, tag: _Open, *, closed: bool) -> Iterable[Part]:
        """Braces that mean nothing, as they stand in the text."""
        return ["{{", *_joined(tag.segments), *(["}}"] if closed else [])]

    def _add(self, *parts: Part) -> None:
        target = self._open[-1].segments[-1] if self._open else self._root
        target.extend(part for part in parts if part)

    def _find(self, code: str, message: str, position: int) -> None:
        self._findings.append(CopyFinding(code, message, position))


def _joined(segments: Iterable[Iterable[Part]]) -> Parts:
    """Segments with the bars between them again."""
    parts: list[Part] = []
    for number, segment in enumerate(segments):
        parts.extend(["|", *segment] if number else segment)
    return tuple(parts)


def _variables(parts: Parts) -> Iterator[Variable]:
    for part in parts:
        if isinstance(part, Variable):
            yield part
            yield from _variables(part.fallback or ())
        elif isinstance(part, Spin):
            for choice in part.choices:
                yield from _variables(choice)
