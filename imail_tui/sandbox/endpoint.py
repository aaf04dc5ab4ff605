"""How an operation runs: strict JSON in, one transaction, and the answer written inside of it."""

import functools
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.responses import Response

from imail_tui.sandbox.acts import record
from imail_tui.sandbox.call import Call
from imail_tui.sandbox.errors import invalid, json_response
from imail_tui.sandbox.middleware.claim import StoredAnswer


class LedgerRoute(APIRoute):
    """An operation on a ledger: its function takes `call` by name and returns what the body shall hold.

    It runs in a worker thread, alone with the ledger. A method other than GET runs in a transaction that
    also remembers the answer under the request's Idempotency-Key.
    """

    def __init__(self, path: str, endpoint: Callable[..., object], **options: Any) -> None:
        writes = options["methods"] != ["GET"]
        super().__init__(path, _answering(endpoint, options["status_code"] or 200, writes), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        """The handler behind the strict reading of query and body."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            _refuse_repeated(request)
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict


class _StrictRequest(Request):
    """JSON as RFC 8259 has it: no NaN, no half surrogates, no numbers beyond reason."""

    async def json(self) -> object:
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as error:
            # The one error FastAPI does not replace by a text of its own.
            raise json.JSONDecodeError(str(error), "", 0) from None


def _refuse_repeated(request: Request) -> None:
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen:
            raise invalid(name, f"{name} is given more than once.")
        seen.add(name)


def _answering(endpoint: Callable[..., object], status: int, writes: bool) -> Callable[..., Response]:
    @functools.wraps(endpoint)
    def answer(*, call: Call, **arguments: object) -> Response:
        with call.ledger.transaction() if writes else call.ledger.read() as connection:
            call.db = connection
            result = endpoint(call=call, **arguments)
            response = _response(result, status)
            if call.claim is not None:
                headers = {"content-type": response.headers.get("content-type", "application/json")}
                call.claim.keep(connection, StoredAnswer(response.status_code, headers, bytes(response.body)))
            if writes:
                _record(call, endpoint.__name__, arguments, result)
            return response

    return answer


def _record(call: Call, operation: str, arguments: Mapping[str, object], result: object) -> None:
    """Write down a change: the ids it was about, and the one of what it answered with."""
    about = {name: value for name, value in arguments.items() if name.endswith("_id")}
    made = result.get("id") if isinstance(result, dict) else None
    key = None if call.claim is None else call.claim.key
    record(
        call.db,
        call.now,
        "operation",
        made if isinstance(made, str) else None,
        operation=operation,
        **about,
        request_id=call.request_id,
        idempotency_key=key,
    )


def _response(result: object, status: int) -> Response:
    if isinstance(result, Response):
        return result
    return Response(status_code=204) if status == 204 else json_response(result, status)


def ledger_router(tag: str) -> APIRouter:
    """A router of operations on ledgers."""
    return APIRouter(route_class=LedgerRoute, tags=[tag])
