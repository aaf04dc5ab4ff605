"""A sender that plays a script instead of speaking HTTP, and answers to put into it."""

import asyncio
from collections.abc import Callable, Sequence

import orjson
from pydantic import JsonValue

from imail_tui.api.flights import Flight
from imail_tui.api.wire import Answer, Pairs, Request, Result
from imail_tui.domain.budget import Priority
from imail_tui.model.record import Json


def answer(status: int, body: JsonValue | bytes = None, *headers: tuple[str, str]) -> Answer:
    """An answer with a JSON body, or with these bytes; plenty of budget unless `headers` say otherwise."""
    budget: Pairs = () if headers else (("X-RateLimit-Remaining", "200"),)
    return Answer(status, (*headers, *budget), body if isinstance(body, bytes) else orjson.dumps(body))


def refusal(status: int, code: str, *headers: tuple[str, str], **details: JsonValue) -> Answer:
    """An error of the documented shape."""
    error: Json = {
        "code": code,
        "message": f"it is {code}",
        "field": "name",
        "doc": "doc",
        "details": details,
    }
    return answer(status, {"error": error, "request_id": "req_1"}, *headers)


class ScriptedSender:
    """Answers the n-th attempt with the n-th entry, each after `latency` seconds."""

    def __init__(self, script: Sequence[Result], *, latency: float = 0.0) -> None:
        self._script = list(script)
        self._latency = latency
        self.requests: list[Request] = []
        self.limits: list[float] = []
        self.closed = False

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        self.requests.append(request)
        self.limits.append(seconds)
        task = asyncio.create_task(self._play(self._script[len(self.requests) - 1]))
        task.add_done_callback(lambda ended: done(ended.result()))
        return task

    def drop(self, flight: Flight) -> bool:
        return False

    async def close(self) -> None:
        self.closed = True

    async def _play(self, result: Result) -> Result:
        await asyncio.sleep(self._latency)
        return result
