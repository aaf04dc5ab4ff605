"""Reading a campaign's YAML: plain JSON values and where each stands; hostile files are refused.

Anchors, aliases, merge keys, tags and repeated keys are refused rather than understood: a campaign needs
none of them, and each is a way to make a small file mean a large or a surprising thing.
"""

import re
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES = 2 * 1024 * 1024
"""Of a campaign's file; 20 steps with 6 long wordings each stay far below."""

MAX_DEPTH = 40
"""How deep values may nest."""

MAX_VALUES = 50_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,300})")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, counted from 1."""

    line: int
    column: int


class Unreadable(ValueError):
    """A file that is refused: why, and where."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(f"{position.line}:{position.column}: {message}")
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A campaign's fields as JSON values, and the position of each by its path (`steps[3].next`)."""

    campaign: dict[str, object]
    positions: dict[str, Position]

    def position(self, place: str) -> Position:
        """Where a place stands, or what it is missing in."""
        while place and place not in self.positions:
            place = re.sub(r"(\.?[^.\[]*|\[\d+\])$", "", place)
        return self.positions.get(place, Position(1, 1))


def read_campaign(data: bytes) -> CampaignFile:
    """The campaign of a file.

    Raises:
        Unreadable: it is too large, not UTF-8, not YAML, or uses more of YAML than a campaign needs.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"a campaign's file has at most {MAX_BYTES} bytes", Position(1, 1))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise Unreadable("is not UTF-8", Position(line + 1, column)) from None
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Position(mark.line + 1, mark.column + 1) if mark is not None else Position(1, 1)
        raise Unreadable(str(error.problem or "is not YAML"), where) from None
    except (YAMLError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"is not YAML: {error}", Position(1, 1)) from None
    if not isinstance(builder.root, dict):
        raise Unreadable("must hold the fields of a campaign", Position(1, 1))
    return CampaignFile(builder.root, builder.positions)


class _Builder:
    """Makes JSON values of the parser's events."""

    def __init__(self) -> None:
        self.root: object = None
        self.positions: dict[str, Position] = {}
        self._open: list[tuple[dict[str, object] | list[object], str]] = []
        self._key: str | None = None
        self._documents = 0

    def take(self, event: object) -> None:
        """One more event. Raises `Unreadable`."""
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise Unreadable("holds more than one document", _where(event))
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
            case AliasEvent():
                raise Unreadable("uses an alias, which a campaign does not need", _where(event))
            case ScalarEvent() if self._wants_key():
                self._take_key(event)
            case ScalarEvent():
                self._add(event, _scalar(event))
            case MappingStartEvent():
                self._start(event, {})
            case SequenceStartEvent():
                self._start(event, [])

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key is None

    def _take_key(self, event: ScalarEvent) -> None:
        _refuse_extras(event)
        holder, _ = self._open[-1]
        if event.value in holder:
            raise Unreadable(f"has the key {event.value!r} twice", _where(event))
        if event.value == "<<" and not event.style:
            raise Unreadable("merges keys, which a campaign does not need", _where(event))
        self._key = event.value

    def _start(self, event: NodeEvent, value: dict[str, object] | list[object]) -> None:
        if self._wants_key():
            raise Unreadable("has a key that is not a word", _where(event))
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(f"nests deeper than {MAX_DEPTH} levels", _where(event))
        self._open.append((value, self._add(event, value)))

    def _add(self, event: NodeEvent, value: object) -> str:
        """Put a value where it belongs; gives its path."""
        _refuse_extras(event)
        if len(self.positions) >= MAX_VALUES:
            raise Unreadable(f"holds more than {MAX_VALUES} values", _where(event))
        place = ""
        if not self._open:
            self.root = value
        else:
            holder, base = self._open[-1]
            if isinstance(holder, dict):
                assert self._key is not None
                place = f"{base}.{self._key}" if base else self._key
                holder[self._key], self._key = value, None
            else:
                place = f"{base}[{len(holder)}]"
                holder.append(value)
        self.positions[place] = _where(event)
        return place


def _refuse_extras(event: NodeEvent) -> None:
    if event.anchor is not None:
        raise Unreadable("uses an anchor, which a campaign does not need", _where(event))
    if getattr(event, "ctag", None) is not None:
        raise Unreadable("uses a tag, which a campaign does not need", _where(event))


def _scalar(event: ScalarEvent) -> object:
    """A value by YAML 1.2's core schema; dates stay text, and what is quoted is text."""
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _where(event: NodeEvent | DocumentStartEvent) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1)
