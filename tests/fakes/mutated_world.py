"""A real sandbox's answers, kept; then the same answers with one field of them different each time."""

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

import orjson
from pydantic import JsonValue

from imail_tui.api.flights import Flight
from imail_tui.api.wire import Answer, Request, Result
from imail_tui.domain import exact_json
from imail_tui.domain.budget import Priority
from imail_tui.domain.operations import find_operation
from imail_tui.model.record import Json

Place = tuple[str | int, ...]
"""Where in an answer: names and indexes from the outside in."""

OTHER_VALUES: Final[tuple[JsonValue, ...]] = (
    None,
    "",
    "hovering",
    "9999-99-99T99:99:99Z",
    -1,
    10**400,
    0.5,
    True,
    [],
    [None],
    ["hovering", {}],
    {},
    {"id": None},
)
"""What may stand where something else was: no value, wrong types, a word nobody knows, a huge number."""


@dataclass(frozen=True)
class Mutation:
    """An answer that differs in one place; `said` tells where and how."""

    said: str
    answer: JsonValue


def mutations(answer: JsonValue) -> Iterator[Mutation]:
    """Every place of an answer with every other value, and without any."""
    for place in places(answer):
        name = ".".join(map(str, place))
        if isinstance(place[-1], str):
            yield Mutation(f"{name} missing", _changed(answer, place, None, drop=True))
        for other in OTHER_VALUES:
            yield Mutation(f"{name} = {str(other)[:40]}", _changed(answer, place, other))


def mutated_pages(page: Json) -> Iterator[Mutation]:
    """The same for a list: all other values of a row's field stand in rows of one page.

    Rows keep ids of their own, unless the id is what differs; what is around the rows differs page by page.
    """
    rows = page["data"]
    assert isinstance(rows, list)
    yield from mutations({**page, "data": []})
    for row in rows[:1]:
        for place in places(row):
            changed = [_changed(row, place, None, drop=True)] if isinstance(place[-1], str) else []
            changed += [_changed(row, place, other) for other in OTHER_VALUES]
            name = ".".join(map(str, place))
            if place == ("id",):
                for one in changed:
                    yield Mutation(f"{name} of a row", {**page, "data": [one, row]})
            else:
                yield Mutation(f"{name} of rows", {**page, "data": [*_with_ids(changed)]})


def _with_ids(rows: list[JsonValue]) -> Iterator[JsonValue]:
    for number, row in enumerate(rows):
        assert isinstance(row, dict)
        yield {**row, "id": f"row_{number}"}


def places(value: JsonValue, before: Place = ()) -> Iterator[Place]:
    """Every field at every depth; of a list its first and its last entry stand for all."""
    inner: list[tuple[str | int, JsonValue]] = []
    if isinstance(value, dict):
        inner = [*value.items()]
    elif isinstance(value, list):
        inner = [(index, value[index]) for index in sorted({0, len(value) - 1}) if value]
    for key, part in inner:
        yield (*before, key)
        yield from places(part, (*before, key))


def _changed(answer: JsonValue, place: Place, other: JsonValue, *, drop: bool = False) -> JsonValue:
    changed = copy.deepcopy(answer)
    outer = changed
    for key in place[:-1]:
        outer = _part(outer, key)
    last = place[-1]
    if isinstance(outer, dict) and isinstance(last, str):
        if drop:
            del outer[last]
        else:
            outer[last] = other
    elif isinstance(outer, list) and isinstance(last, int):
        outer[last] = other
    return changed


def _part(outer: JsonValue, key: str | int) -> JsonValue:
    if isinstance(outer, dict) and isinstance(key, str):
        return outer[key]
    assert isinstance(outer, list)
    assert isinstance(key, int)
    return outer[key]


@dataclass
class AnsweringSender:
    """Answers each operation (`Operation.key`) with what stands in `answers`, at once; else with `{}`."""

    answers: dict[str, JsonValue] = field(default_factory=dict)

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        task = asyncio.create_task(self._answer(request))
        task.add_done_callback(lambda ended: done(ended.result()))
        return task

    def drop(self, flight: Flight) -> bool:
        return False

    async def close(self) -> None:
        pass

    async def _answer(self, request: Request) -> Result:
        operation = find_operation(request.method, request.path)
        body = self.answers.get(operation.key, {}) if operation else {}
        return Answer(200, (("X-RateLimit-Remaining", "1000"),), exact_json.dumps(body, orjson.dumps))


@dataclass(frozen=True)
class Sandbox:
    """A server to take answers from."""

    url: str
    key: str

    def ask(self, method: str, path: str, body: Json | None = None) -> JsonValue:
        """The JSON of an answer."""
        target = urlsplit(self.url)
        connection = HTTPConnection(target.hostname or "", target.port)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        connection.request(method, target.path + path, content, headers)
        answer = connection.getresponse()
        assert answer.status < 300, (method, path, answer.status)
        value: JsonValue = json.loads(answer.read())
        connection.close()
        return value
