"""Judging `config.toml`: every mistake with its line and key, and what is good without them."""

import copy
import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from imail_tui.model.config import ConfigFile, Wanted
from imail_tui.model.problem import Problem
from imail_tui.store.toml_lines import line_of

Path = tuple[str, ...]

UNKNOWN: Final = "unknown_setting"
BAD: Final = "bad_setting"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One entry that cannot be used as it stands. `problem.code` is UNKNOWN or BAD."""

    path: Path
    problem: Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """What is good in a config, and what is wrong with the rest, in the order of the file."""

    config: ConfigFile
    mistakes: tuple[Mistake, ...]


def check_config(text: str, name: str) -> Checked:
    """Judge a file's text; `name` is how it is called in messages. Raises `tomllib.TOMLDecodeError`."""
    good: dict[str, Any] = tomllib.loads(text)
    document = copy.deepcopy(good)
    mistakes: list[Mistake] = []
    config: ConfigFile | None = None
    while config is None:
        try:
            config = ConfigFile.model_validate(good)
        except ValidationError as error:
            # Without what is wrong the rest is judged again: a table may be wrong as a whole only now.
            found = {_path(good, issue["loc"]): issue["type"] for issue in error.errors(include_url=False)}
            for path, kind in found.items():
                _remove(good, path)
                # A table that lacks what was wrong in it needs no second word.
                if not any(each.path[: len(path)] == path for each in mistakes):
                    mistakes.append(Mistake(path, _problem(path, kind, text, document, name)))
    return Checked(config, tuple(sorted(mistakes, key=lambda each: line_of(text, document, each.path) or 0)))


def _path(document: Mapping[str, Any], loc: Sequence[int | str]) -> Path:
    """The entry an issue is about: the whole list for an item, the nearest table for what is missing."""
    found: list[str] = []
    inner: Any = document
    for part in loc:
        if not isinstance(part, str) or not isinstance(inner, dict) or part not in inner:
            break
        found.append(part)
        inner = inner[part]
    return tuple(found)


def _remove(document: dict[str, Any], path: Path) -> None:
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner.pop(path[-1], None)


def _problem(path: Path, kind: str, text: str, document: Mapping[str, Any], name: str) -> Problem:
    line = line_of(text, document, path)
    where = f"{name}{f':{line}' if line else ''}: {'.'.join(path)}"
    if kind == "extra_forbidden":
        known = sorted(known_names(path[:-1]))
        near = difflib.get_close_matches(path[-1], known, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
        return Problem("This setting is not known.", remedy, where, UNKNOWN)
    if path[:1] == ("profiles",) and len(path) == 2 and kind == "string_pattern_mismatch":
        return Problem("A profile cannot be called so.", f"A name has {wanted(path)}.", where, BAD)
    return Problem(f"The value must be {wanted(path)}.", "Correct the line.", where, BAD)


def known_names(table: Path) -> set[str]:
    """The settings of a table."""
    model = _table_at(table)
    return set() if model is None else set(model.model_fields)


def wanted(path: Path) -> str:
    """What a value must be, in words."""
    if path[:2] == ("alerts", "reply") and len(path) == 2:
        return 'a table with labels = ["interested"]'
    if path[:1] == ("profiles",) and len(path) == 2:
        return _words(ConfigFile.model_fields["profiles"].annotation) or "a table"
    model = _table_at(path[:-1])
    field = None if model is None else model.model_fields.get(path[-1])
    if field is not None:
        return _words(field) or "a table"
    return _words(ConfigFile.model_fields[path[0]].annotation) or "a table"


def _table_at(path: Path) -> type[BaseModel] | None:
    model: type[BaseModel] | None = ConfigFile
    names = iter(path)
    for name in names:
        field = None if model is None else model.model_fields.get(name)
        if field is None:
            return None
        if get_origin(field.annotation) is dict:
            # Entries of a dictionary are named by people.
            if next(names, None) is None:
                return None
            model = _model_in(get_args(field.annotation)[1])
        else:
            model = _model_in(field.annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    return next(
        (each for each in _flat(annotation) if isinstance(each, type) and issubclass(each, BaseModel)), None
    )


def _words(annotated: Any) -> str:
    """The first `Wanted` of a field or an annotation."""
    inside = (
        [*annotated.metadata, *_flat(annotated.annotation)]
        if isinstance(annotated, FieldInfo)
        else _flat(annotated)
    )
    return next((each.words for each in inside if isinstance(each, Wanted)), "")


def _flat(annotation: Any) -> Iterator[Any]:
    yield annotation
    if get_origin(annotation) in (Annotated, dict, Union, UnionType):
        for each in get_args(annotation):
            yield from _flat(each)
