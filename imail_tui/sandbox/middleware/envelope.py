"""The outermost layer: request ids and clocks on every answer, and no fault without its body."""

import sys
import traceback
from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imail_tui.sandbox.clock import WorldClock, rfc3339
from imail_tui.sandbox.errors import ApiFault, fault_response
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.middleware.context import Context, put_context


class Envelope:
    """Adds `X-Request-Id`, `Date` and, where world time is another, `Imail-Now`."""

    def __init__(self, app: ASGIApp, clock: WorldClock, ids: IdSource) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        wall = self._clock.wall_seconds()
        context = Context(self._ids.new("req", int(wall * 1000)))
        put_context(scope, context)
        started = False

        async def outgoing(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(context.headers)
                headers["X-Request-Id"] = context.request_id
                headers["Date"] = formatdate(wall, usegmt=True)
                if self._clock.differs:
                    headers["Imail-Now"] = rfc3339(self._clock.now_ms())
            await send(message)

        try:
            await self._app(scope, receive, outgoing)
        except ApiFault as fault:
            await fault_response(fault, context.request_id)(scope, receive, outgoing)
        except Exception:
            sys.stderr.write(f"{context.request_id} failed:\n{traceback.format_exc()}")
            if not started:
                await fault_response(internal_error(), context.request_id)(scope, receive, outgoing)


def internal_error() -> ApiFault:
    """500: a defect of the sandbox; the traceback is on its standard error under the request id."""
    return ApiFault(500, "internal_error", "The sandbox failed; its standard error has the traceback.")
