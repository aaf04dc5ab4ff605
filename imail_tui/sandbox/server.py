"""Runs the sandbox: opens its world, listens, lets the world move, and ends without a trace."""

import asyncio
import contextlib
import datetime as dt
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import uvicorn

from imail_tui.sandbox.app import ServerOptions, create_app, keys_of
from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.faults.file import read_faults
from imail_tui.sandbox.faults.line import CuttableProtocol
from imail_tui.sandbox.key_ring import check_keys
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.seedfile.reading import read_world
from imail_tui.sandbox.tiers import LOWEST, TIERS
from imail_tui.sandbox.webhooks.sender import WebhookSender
from imail_tui.sandbox.worlds import Ledgers, WorldOptions, open_ledgers

_BEAT_SECONDS = 0.5
_GRACE_SECONDS = 2
"""How long running requests may take to end after a signal."""


@dataclass(frozen=True)
class SandboxOptions:
    """Everything a sandbox can be told. `port` 0 = any free one; `start` None = now.

    `per_minute` and `burst` replace the tier's bucket; the keys replace those made from the seed.
    `seed_file` (YAML) replaces the seeded world, `faults_file` (JSON) holds faults that are up from the
    start. Webhooks go to loopback addresses only, unless remote ones are allowed. `watch_stdin` ends the
    server when its standard input closes, however its parent ended.
    """

    host: str = "127.0.0.1"
    port: int = 0
    db: str = ":memory:"
    tier: str = "surge"
    per_minute: float | None = None
    burst: int | None = None
    seed: int = 1
    start: dt.datetime | None = None
    speed: float = 1.0
    size: str = "small"
    frozen: bool = False
    test_key: str | None = None
    live_key: str | None = None
    seed_file: str | None = None
    faults_file: str | None = None
    allow_remote_webhooks: bool = False
    watch_stdin: bool = False

    def check(self) -> None:
        """Raise `CannotServe` for values that no server can have."""
        rules = (
            (0 <= self.port <= 65_535, "--port must be between 0 and 65535"),
            (self.per_minute is None or 0 < self.per_minute < 1e9, "--rate must be more than 0"),
            (self.burst is None or self.burst >= 1, "--burst must be at least 1"),
            (0 < self.speed <= 1e6, "--speed must be more than 0 and at most 1,000,000"),
            (
                self.start is None or self.start.tzinfo is not None,
                "--start needs a zone, such as 2026-05-10T09:00:00Z",
            ),
        )
        for kept, message in rules:
            if not kept:
                raise CannotServe(message)

    def world(self) -> WorldOptions:
        """The part that says what there is. Raises `CannotServe` for a bad seed file."""
        by_hand = None if self.seed_file is None else read_world(self.seed_file)
        tier = TIERS.get(self.tier, TIERS[LOWEST])
        return WorldOptions(self.db, self.size, self.seed, self.start, self.speed, self.frozen, by_hand, tier)

    def server(self) -> ServerOptions:
        """The part that says how callers are treated. Raises `CannotServe` for bad keys or faults."""
        check_keys(self.test_key, self.live_key)
        per_minute = None if self.per_minute is None else Fraction(self.per_minute)
        faults = () if self.faults_file is None else read_faults(self.faults_file)
        return ServerOptions(
            self.tier,
            per_minute,
            self.burst,
            self.seed,
            self.test_key,
            self.live_key,
            faults,
            self.allow_remote_webhooks,
        )


def serve(options: SandboxOptions) -> None:
    """Serve until SIGTERM, SIGINT or, with `watch_stdin`, the end of standard input.

    The first line on standard output, once requests are accepted, is JSON: `url`, `api_key` (of the test
    ledger), `live_key`, `pid`. Raises `CannotServe` for options or a database that do not fit, `OSError`
    when the port is taken, `SystemExit(0)` when told to stop while the world is still being made.
    """
    options.check()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    if options.watch_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    # Before the world is made: a port that is taken should be heard of at once.
    with listen(options.host, options.port) as listener:
        how = options.server()
        ledgers = open_ledgers(options.world())
        try:
            asyncio.run(_serve(options.host, ledgers, how, listener))
        finally:
            ledgers.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Naming TCP makes asyncio switch Nagle's delay (40 ms an answer) off on what is accepted.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(host: str, ledgers: Ledgers, how: ServerOptions, listener: socket.socket) -> None:
    server = make_server(ledgers, how)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    serving = asyncio.create_task(server.run_on(listener))
    await server.accepting.wait()
    if not server.should_exit:
        sys.stdout.write(json.dumps(_readiness(host, keys_of(ledgers, how), listener)) + "\n")
        sys.stdout.flush()
    await serving


class Server(uvicorn.Server):
    """uvicorn on a socket of ours, with the world moving and webhooks leaving beside it."""

    def __init__(self, config: uvicorn.Config, ledgers: Ledgers, sender: WebhookSender) -> None:
        super().__init__(config)
        self._ledgers = ledgers
        self._sender = sender
        self.accepting = asyncio.Event()

    async def run_on(self, listener: socket.socket) -> None:
        """Serve until `should_exit`; signals are the caller's business."""
        heart = asyncio.create_task(_beat(self._ledgers))
        sending = asyncio.create_task(self._sender.run())
        try:
            await self.serve([listener])
        finally:
            heart.cancel()
            sending.cancel()
            for ledger in (self._ledgers.test, self._ledgers.live):
                ledger.halt()
            await asyncio.gather(sending, return_exceptions=True)
            self.accepting.set()

    def stop(self) -> None:
        """End soon; call it on the server's event loop."""
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again after a clean end."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when requests are accepted."""
        await super().startup(sockets=sockets)
        self.accepting.set()


def make_server(ledgers: Ledgers, options: ServerOptions) -> Server:
    """A server for some ledgers, not yet running."""
    app = create_app(ledgers, options)
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return Server(config, ledgers, app.sender)


async def _beat(ledgers: Ledgers) -> None:
    """Let both worlds move on, in a thread: a long catch-up gives way to requests between its steps."""
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        for ledger in (ledgers.test, ledgers.live):
            await asyncio.shield(asyncio.to_thread(_catch_up, ledger))


def _catch_up(ledger: Ledger) -> None:
    try:
        ledger.catch_up()
    except Exception:
        # The server goes on answering; a world that stands still must not do so in silence.
        sys.stderr.write(f"The {ledger.mode} world failed to move on:\n{traceback.format_exc()}")


def _readiness(host: str, keys: tuple[str, str], listener: socket.socket) -> dict[str, object]:
    test_key, live_key = keys
    host = f"[{host}]" if ":" in host else host
    return {
        "url": f"http://{host}:{listener.getsockname()[1]}/v1",
        "api_key": test_key,
        "live_key": live_key,
        "pid": os.getpid(),
    }


def _end_with_stdin() -> None:
    """Stop at the end of standard input, which the kernel brings about when the parent dies."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
