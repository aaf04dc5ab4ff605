"""What resources speak through: verbs on paths at one priority."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from urllib.parse import quote

import orjson

from imail_tui.api.errors import NotFound, NotOffered
from imail_tui.api.wire import Answer, Pairs, Repeat, Request, Sink
from imail_tui.domain import exact_json
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import Capabilities, Keyed, missing_problem
from imail_tui.domain.operations import find_operation
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json

V = TypeVar("V")
QueryValue = str | int | bool | datetime | None


class Caller(Protocol):
    """Carries one request through to its result."""

    async def call(self, request: Request, priority: Priority, read: Callable[[Answer], V]) -> V:
        """The result `read` makes of the answer. Raises `ApiError`."""
        ...


_REPEATS = {Keyed.YES: Repeat.KEYED, Keyed.NO: Repeat.ONCE, Keyed.UNKNOWN: Repeat.KEYED}
"""How a POST is repeated: a server that lists no Idempotency-Key for it would carry it out twice."""


class Channel:
    """Verbs of the API at one priority; all of them raise `ApiError`.

    What the server is known not to offer is not sent: it raises `NotOffered`.
    """

    def __init__(self, caller: Caller, priority: Priority, capabilities: Callable[[], Capabilities]) -> None:
        self._caller = caller
        self._priority = priority
        self._capabilities = capabilities

    async def get(self, path: str, read: Callable[[Answer], V], query: Pairs = (), accept: str = "") -> V:
        """GET."""
        headers: Pairs = (("Accept", accept),) if accept else ()
        return await self._send(Request("GET", path, query, headers), read)

    async def download(
        self, path: str, read: Callable[[Answer], V], query: Pairs, accept: str, sink: Sink
    ) -> V:
        """GET whose body goes to `sink` as it arrives. Each attempt begins it anew."""
        return await self._send(Request("GET", path, query, (("Accept", accept),), sink=sink), read)

    async def get_public(
        self, path: str, read: Callable[[Answer], V], *, headers: Pairs = (), at_root: bool = False
    ) -> V:
        """GET without the key; costs no token. `at_root`: the path counts from the host."""
        return await self._send(Request("GET", path, headers=headers, public=True, at_root=at_root), read)

    async def post(
        self, path: str, body: Json, read: Callable[[Answer], V], *, changes_nothing: bool = False
    ) -> V:
        """POST under an Idempotency-Key that stays the same over all attempts."""
        repeat = Repeat.SAFE if changes_nothing else self._repeat(path)
        text = exact_json.dumps(body, orjson.dumps)
        return await self._post(path, text, str(uuid.uuid4()), repeat, read)

    async def post_again(
        self, path: str, body: bytes, key: str, read: Callable[[Answer], V], *, listed_only: bool = False
    ) -> V:
        """POST bytes under a key that the caller keeps, to send the same another day.

        `listed_only`: it is repeated only where the server's document is known and lists the key.
        """
        keyed = self._capabilities().keyed(path) is Keyed.YES
        repeat = self._repeat(path) if keyed or not listed_only else Repeat.ONCE
        return await self._post(path, body, key, repeat, read)

    async def _post(self, path: str, body: bytes, key: str, repeat: Repeat, read: Callable[[Answer], V]) -> V:
        headers = (("Idempotency-Key", key),)
        return await self._send(Request("POST", path, headers=headers, body=body, repeat=repeat), read)

    def _repeat(self, path: str) -> Repeat:
        return _REPEATS[self._capabilities().keyed(path)]

    async def patch(
        self, path: str, changes: Json, read: Callable[[Answer], V], if_match: datetime | str | None = None
    ) -> V:
        """PATCH by merge patch (RFC 7396); `if_match` is the `updated_at` the change was made on.

        As a string it goes out unchanged, which suits a server that compares texts.
        """
        body = exact_json.dumps(changes, orjson.dumps)
        return await self._send(Request("PATCH", path, headers=_match(if_match), body=body), read)

    async def delete(
        self, path: str, read: Callable[[Answer], V], if_match: datetime | str | None = None
    ) -> V:
        """DELETE, only what did not move since `if_match`."""
        return await self._send(Request("DELETE", path, headers=_match(if_match)), read)

    async def _send(self, request: Request, read: Callable[[Answer], V]) -> V:
        operation = find_operation(request.method, request.path)
        if operation is not None and not self._capabilities().has(operation):
            raise NotOffered(missing_problem(operation))
        return await self._caller.call(request, self._priority, read)


def _match(stamp: datetime | str | None) -> Pairs:
    if stamp is None:
        return ()
    return (("If-Match", f'"{stamp if isinstance(stamp, str) else instant(stamp)}"'),)


def path_of(*segments: str) -> str:
    """A path of literal and foreign segments, each quoted whole. Raises `NotFound` for an empty one."""
    if "" in segments:
        raise NotFound(Problem(what="The record has no id.", code="no_id"))
    # Dots alone would climb the path.
    quoted = (s.replace(".", "%2E") if s in {".", ".."} else quote(s, safe="") for s in segments)
    return "/" + "/".join(quoted)


def query_of(values: Mapping[str, QueryValue]) -> Pairs:
    """Query pairs of the values that are not None."""
    return tuple((name, _query_text(value)) for name, value in values.items() if value is not None)


def instant(moment: datetime) -> str:
    """An aware datetime as RFC 3339 in UTC, with milliseconds, or microseconds where it has them."""
    digits = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(UTC).isoformat(timespec=digits).replace("+00:00", "Z")


def _query_text(value: str | int | bool | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return instant(value) if isinstance(value, datetime) else str(value)
