"""The sandbox as a process of its own, at the end of a slow line, that tells at its end what it saw.

Its first line on standard output is a `Ready`, its last, after standard input was closed, a list of `Hit`s.
"""

import asyncio
import contextlib
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from subprocess import PIPE, Popen

from pydantic import TypeAdapter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imail_tui.sandbox.app import create_app, keys_of
from imail_tui.sandbox.server import SandboxOptions, listen, make_server
from imail_tui.sandbox.worlds import Ledgers, open_ledgers
from tests.benchmarks.limiter import BURST, LONGEST, MOST_PROCESSES, PER_MINUTE, SHORTEST, WORKERS

SEED = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the server listens, its key, and one lead for each caller to ask for."""

    url: str
    api_key: str
    leads: list[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One request: when it reached the server (monotonic seconds), for which lead, and the status."""

    at: float
    lead: str
    status: int


READY, HITS = TypeAdapter(Ready), TypeAdapter(list[Hit])


class SlowLine:
    """Delays requests and answers, and records when each request for a lead reached the app behind."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._chance = random.Random(SEED)
        self.hits: list[Hit] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._travel()
        at = time.monotonic()

        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope["path"].startswith("/v1/leads/"):
                    self.hits.append(Hit(at, scope["path"].rpartition("/")[2], message["status"]))
                await self._travel()
            await send(message)

        await self._app(scope, receive, send_late)

    async def _travel(self) -> None:
        await asyncio.sleep(self._chance.uniform(SHORTEST, LONGEST))


class RecordingServer:
    """The process as its parent sees it."""

    def __init__(self, child: "Popen[str]", ready: Ready) -> None:
        self._child = child
        self.ready = ready

    def finish(self) -> list[Hit]:
        """End the server; everything it saw."""
        said, _ = self._child.communicate(timeout=30)
        return HITS.validate_json(said)


@contextlib.contextmanager
def recording_server() -> Iterator[RecordingServer]:
    """A server with a full bucket, for the length of a block."""
    with Popen([sys.executable, "-m", __name__], stdin=PIPE, stdout=PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield RecordingServer(child, READY.validate_json(child.stdout.readline()))
        finally:
            child.terminate()


async def serve(options: SandboxOptions, ledgers: Ledgers) -> None:
    """Serve until standard input ends."""
    with listen(options.host, options.port) as listener:
        server = make_server(ledgers, options.server())
        line = server.config.app = SlowLine(create_app(ledgers, options.server()))
        loop = asyncio.get_running_loop()

        def stop_at_the_end() -> None:
            sys.stdin.read()
            loop.call_soon_threadsafe(server.stop)

        threading.Thread(target=stop_at_the_end, daemon=True).start()
        with ledgers.test.read() as connection:
            found = connection.execute("SELECT id FROM lead LIMIT ?", (WORKERS * MOST_PROCESSES,)).fetchall()
        url = f"http://{options.host}:{listener.getsockname()[1]}/v1"
        ready = Ready(url, keys_of(ledgers, options.server())[0], [lead for (lead,) in found])
        print(READY.dump_json(ready).decode(), flush=True)
        await server.run_on(listener)
    print(HITS.dump_json(line.hits).decode(), flush=True)


def main() -> None:
    """Open a world that stands still and serve it."""
    options = SandboxOptions(per_minute=PER_MINUTE, burst=BURST, seed=SEED, frozen=True)
    with contextlib.closing(open_ledgers(options.world())) as ledgers:
        asyncio.run(serve(options, ledgers))


if __name__ == "__main__":
    main()
