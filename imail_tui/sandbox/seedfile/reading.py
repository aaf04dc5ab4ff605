"""Reading a world from YAML: every mistake is told with its line and its field."""

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from imail_tui.sandbox.errors import ApiFault, CannotServe
from imail_tui.sandbox.seedfile.schema import WorldByHand
from imail_tui.sandbox.validation import first_fault

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class SeedFile:
    """A world made by hand, and where in its file everything stands. `digest` tells versions apart."""

    name: str
    world: WorldByHand
    source: object
    digest: str

    @contextlib.contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Tell a fault of what is done inside as one of `place`, a path such as `campaigns[0]`."""
        try:
            yield
        except ApiFault as fault:
            raise self.mistake(f"{place}.{fault.field}" if fault.field else place, fault.message) from None

    def mistake(self, field: str, message: str) -> CannotServe:
        """A mistake at a field, to be raised."""
        return CannotServe(f"{self.name}:{_line(self.source, field)}: {field}: {message}")


def read_world(path: str) -> SeedFile:
    """The world of a file. Raises `CannotServe` for one that cannot be read or breaks a rule."""
    try:
        raw = Path(path).read_bytes()
        source = YAML(typ="rt", pure=True).load(raw.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CannotServe(f"{path} cannot be read: {error}") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise CannotServe(f"{path}:{line}: {error.problem or 'is not YAML'}") from error
    except YAMLError as error:
        raise CannotServe(f"{path} is not YAML: {error}") from error
    plain = {} if source is None else _plain(source)
    try:
        world = WorldByHand.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fault = first_fault(first["type"], first["loc"], first.get("ctx", {}), first["msg"], plain)
        field = fault.field or ""
        told = fault.message.removeprefix(field).strip()
        raise CannotServe(f"{path}:{_line(source, field)}: {field or 'the file'} {told}") from error
    return SeedFile(path, world, source, hashlib.sha256(raw).hexdigest()[:12])


def _plain(node: object) -> object:
    """The same in plain types: dates as they are written, numbers without their notation."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, dt.date):
        return node.isoformat()
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _line(source: object, field: str) -> int:
    """The line of a field, or of what it is missing in; counted from 1."""
    node, line = source, 0
    for number, name in _PART.findall(field):
        if isinstance(node, CommentedSeq) and number and int(number) < len(node):
            line, node = node.lc.item(int(number))[0], node[int(number)]
        elif isinstance(node, CommentedMap) and name in node:
            line, node = node.lc.key(name)[0], node[name]
        else:
            break
    return line + 1
