"""The listener: a socket, the connections on it, and the pulse that tells sessions it is there."""

import asyncio
import contextlib
import ipaddress
import secrets
from dataclasses import dataclass, field

from imail_tui.model.problem import Problem
from imail_tui.model.sources import Source
from imail_tui.services.event_sources import EventSources
from imail_tui.services.listener.connection import Connection, Deliver, Door
from imail_tui.services.listener.limits import Limits
from imail_tui.store.event_store import EventsNotKept, EventStore

PORT = 8787
PULSE = 10.0
"""Seconds between two pulses; one lasts two and a half times as long."""
_PATH = "listener.path"
_TOKEN_BYTES = 24


class CannotListen(Exception):
    """The listener cannot start; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ListenerOptions:
    """Where to listen. `hosts`: names senders or a proxy use in `Host`, besides those of this machine."""

    bind: str = "127.0.0.1"
    port: int = PORT
    hosts: tuple[str, ...] = ()
    remote: bool = False
    """Whether other machines may connect directly."""
    limits: Limits = field(default_factory=Limits)


def listener_path(store: EventStore) -> str:
    """The unguessable path of a store's listener: made once, so that a proxy's configuration stays right."""
    made = f"/hooks/{secrets.token_urlsafe(_TOKEN_BYTES)}"
    return store.change(_PATH, lambda before: before or made) or made


class Listener:
    """Takes deliveries from `start` to `stop`."""

    def __init__(
        self, store: EventStore, sources: EventSources, deliver: Deliver, options: ListenerOptions
    ) -> None:
        """Raises CannotListen for an address of other machines without leave."""
        if not options.remote and not _is_loopback(options.bind):
            raise CannotListen(
                Problem(
                    f"{options.bind} can be reached by other machines.",
                    "Listen on 127.0.0.1 behind a proxy or tunnel, or give --allow-remote.",
                    where="--bind",
                    code="usage",
                )
            )
        self._sources = sources
        self._deliver = deliver
        self._options = options
        self.path = listener_path(store)
        self._open: dict[Connection, None] = {}
        """The one that waits the longest first."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._door = Door(self.path, frozenset())

    async def start(self) -> str:
        """Begin; returns the URL on this machine. Raises CannotListen."""
        options = self._options
        try:
            self._server = await asyncio.start_server(self._accept, options.bind, options.port)
        except OSError as error:
            remedy = "Another listener may run: stop it, or choose another --port."
            where = f"{options.bind}:{options.port}"
            raise CannotListen(Problem(f"Cannot listen: {error.strerror or error}", remedy, where)) from None
        port = self._server.sockets[0].getsockname()[1]
        address = f"[{options.bind}]" if ":" in options.bind else options.bind
        own = {f"{name}:{port}" for name in (address, "localhost", "127.0.0.1", "[::1]")}
        self._door = Door(self.path, frozenset({*own, *(host.lower() for host in options.hosts)}))
        url = f"http://{address}:{port}{self.path}"
        await self._give_pulse(f"{address}:{port}")
        self._pulse = asyncio.create_task(self._beat(f"{address}:{port}"))
        return url

    async def stop(self) -> None:
        """End it: nothing more comes in; what is being kept is kept and answered."""
        if self._pulse is not None:
            self._pulse.cancel()
            await asyncio.gather(self._pulse, return_exceptions=True)
            await asyncio.to_thread(self._sources.leave, Source.WEBHOOKS)
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            if not connection.busy:
                connection.drop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._options.limits.read_seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._door, self._options.limits, self._deliver)
        if len(self._open) >= self._options.limits.connections and not self._make_room():
            writer.transport.abort()
            return
        self._open[connection] = None
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await connection.serve()
        finally:
            self._open.pop(connection, None)
            self._tasks.discard(task)

    def _make_room(self) -> bool:
        """Close the connection that has waited the longest; False when all are at work."""
        for connection in self._open:
            if not connection.busy:
                connection.drop()
                del self._open[connection]
                return True
        return False

    async def _beat(self, detail: str) -> None:
        while True:
            await asyncio.sleep(PULSE)
            await self._give_pulse(detail)

    async def _give_pulse(self, detail: str) -> None:
        # A full disk may have room again at the next one.
        with contextlib.suppress(EventsNotKept):
            await asyncio.to_thread(
                self._sources.give, Source.WEBHOOKS, PULSE * 2.5, knows=True, detail=detail
            )


def _is_loopback(bind: str) -> bool:
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"
