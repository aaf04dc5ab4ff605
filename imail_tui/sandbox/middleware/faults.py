"""Faults on demand, around everything else: what they ask for happens to real connections and answers."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.faults.answers import Answer
from imail_tui.sandbox.faults.board import FaultBoard
from imail_tui.sandbox.faults.cursors import true_query
from imail_tui.sandbox.faults.line import cut
from imail_tui.sandbox.faults.rules import BulkRows, Cut, IdempotencyOff, Latency, RequestFault, Status

_KEY = "imail.faults"


@dataclass
class Struck:
    """The faults of one request; `reached` = it was let in as far as its operation."""

    faults: list[RequestFault] = field(default_factory=list)
    reached: bool = False

    @property
    def bulk_rows(self) -> BulkRows | None:
        """The fault of a bulk import's rows, if there is one."""
        return next((fault for fault in self.faults if isinstance(fault, BulkRows)), None)

    def cut_at(self, place: str) -> bool:
        """Whether the connection ends at a place: `before`, `after` or `within`."""
        return any(isinstance(fault, Cut) and fault.at == place for fault in self.faults)


def struck(scope: Scope) -> Struck:
    """The faults of the request a scope belongs to."""
    found = scope.get(_KEY)
    return found if isinstance(found, Struck) else Struck()


class Faults:
    """The outermost layer: asks the board what strikes a request, and does it."""

    def __init__(self, app: ASGIApp, board: FaultBoard, mode_of: Callable[[Headers], str | None]) -> None:
        """`mode_of` names the ledger (`test`, `live`) the key of a request opens."""
        self._app = app
        self._board = board
        self._mode_of = mode_of
        self._rng = random.Random(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = scope["query_string"].decode("latin-1")
        scope = {**scope, "query_string": true_query(asked).encode("latin-1")}
        hits = self._board.request(scope["method"], scope["path"], self._mode_of(Headers(scope=scope)))
        if not hits:
            await self._app(scope, receive, send)
            return
        found = Struck(list(hits))
        scope[_KEY] = found
        await asyncio.sleep(sum(hit.draw(self._rng) for hit in hits if isinstance(hit, Latency)))
        if found.cut_at("before"):
            await cut(scope, receive)
            return
        if any(isinstance(hit, IdempotencyOff) for hit in hits):
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"idempotency-key"]
        await self._spoil(found, asked, scope, receive, send)

    async def _spoil(self, found: Struck, asked: str, scope: Scope, receive: Receive, send: Send) -> None:
        collected: list[Message] = []

        async def collect(message: Message) -> None:
            collected.append(message)

        await self._app(scope, receive, collect)
        if found.cut_at("after"):
            await cut(scope, receive)
            return
        if not collected:
            # Whoever asked is gone.
            return
        start, *parts = collected
        headers = MutableHeaders(raw=list(start["headers"]))
        body = b"".join(part.get("body", b"") for part in parts)
        answer = Answer(start["status"], headers, body, asked, found.reached)
        answer.spoil(found.faults)
        await send({"type": start["type"], "status": answer.status, "headers": answer.headers.raw})
        if found.cut_at("within"):
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await cut(scope, receive)
            return
        await send({"type": "http.response.body", "body": answer.body})


class Instead:
    """Stands before the operations: a fault that takes the place of the work ends the request here.

    By now the request has been let in and charged, as one that failed in the service would have been.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` with the status asked for."""
        found = struck(scope)
        found.reached = True
        for fault in found.faults:
            if isinstance(fault, Status) and fault.work == "instead":
                raise ApiFault(fault.status, fault.code, fault.message)
        await self._app(scope, receive, send)
