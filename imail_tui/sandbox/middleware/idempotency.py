"""`Idempotency-Key` on POST: the same request again gets the same answer and changes nothing."""

import hashlib
import re

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imail_tui.sandbox.errors import invalid
from imail_tui.sandbox.middleware.claim import Claim, StoredAnswer
from imail_tui.sandbox.middleware.context import context_of

_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_KEPT_HEADERS = ("content-type", "location", "allow")


class Idempotency:
    """Answers with 2xx are remembered by the operation itself, refusals here; 5xx never."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 400 or 409."""
        key = Headers(scope=scope).get("idempotency-key")
        context = context_of(scope)
        if scope["method"] != "POST" or key is None or context.ledger is None:
            await self._app(scope, receive, send)
            return
        if re.fullmatch(_UUID, key) is None:
            raise invalid("Idempotency-Key", "Idempotency-Key must be a UUID.")
        body = await Request(scope, receive).body()
        identity = (context.api_key, scope["method"], scope["path"], key.lower())
        claim = Claim(context.ledger, identity, hashlib.sha256(body).hexdigest())
        before = await run_in_threadpool(claim.take)
        if before is not None:
            headers = before.headers | {"Idempotency-Replayed": "true"}
            await Response(before.body, before.status, headers)(scope, receive, send)
            return
        context.claim = claim
        await self._answer(claim, scope, _Again(body), send)

    async def _answer(self, claim: Claim, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request to its end and settle the claim before the answer leaves."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        answer = StoredAnswer(500, {}, b"")
        try:
            await self._app(scope, receive, collect)
            answer = _stored(messages)
        finally:
            if not claim.kept:
                await run_in_threadpool(claim.settle, answer)
        for message in messages:
            await send(message)


class _Again:
    """Gives a body that was read already once more."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self) -> Message:
        return {"type": "http.request", "body": self._body, "more_body": False}


def _stored(messages: list[Message]) -> StoredAnswer:
    start = next(message for message in messages if message["type"] == "http.response.start")
    given = Headers(raw=start["headers"])
    headers = {name: given[name] for name in _KEPT_HEADERS if name in given}
    body = b"".join(message.get("body", b"") for message in messages)
    return StoredAnswer(start["status"], headers, body)
