"""A listener on a free port of this machine, and what a sender sends it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from imail_tui.domain.signatures import HEADER, sign
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.event_sources import EventSources
from imail_tui.services.listener.limits import Limits
from imail_tui.services.listener.receiver import Fate, Received, Receiver
from imail_tui.services.listener.server import Listener, ListenerOptions
from imail_tui.store.event_store import EventStore
from tests.patience import PATIENCE

SECRET = "whsec_correct-horse-battery-staple"
NOW = 1_790_000_000


@dataclass
class Running:
    """A listener that runs, its store and what it told."""

    url: str
    store: EventStore
    told: list[Received] = field(default_factory=list)
    now: float = NOW

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def fates(self) -> list[Fate]:
        return [each.fate for each in self.told]

    def request(
        self, body: bytes, signature: str | None = None, *, path: str | None = None, **changes: str
    ) -> bytes:
        """A delivery as bytes, signed now unless told otherwise."""
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Content-Length": str(len(body)),
            HEADER: sign(body, [SECRET], int(self.now)) if signature is None else signature,
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        lines = [
            f"POST {path or self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items() if value),
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    async def send(self, raw: bytes) -> bytes:
        """What comes back for some bytes, until the listener hangs up or has answered once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(raw)
            return await answer(reader)
        finally:
            writer.close()

    async def deliver(self, body: bytes, signature: str | None = None, **changes: str) -> int:
        """The status a delivery is answered with."""
        return status(await self.send(self.request(body, signature, **changes)))


async def answer(reader: asyncio.StreamReader) -> bytes:
    """One answer, or what came until the end."""
    async with asyncio.timeout(PATIENCE):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as ended:
            return ended.partial
        except ConnectionResetError:
            return b""
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return head + await reader.readexactly(length)


def status(raw: bytes) -> int:
    """The status of an answer, 0 = none came."""
    return int(raw.split(b" ")[1]) if raw else 0


def body_of(number: int, **more: str) -> bytes:
    """The body of one event."""
    row: Json = {
        "id": f"evt_{number:06}",
        "type": "reply.received",
        "created_at": "2026-09-21T12:00:00Z",
        "data": dict(more),
    }
    return json.dumps(row).encode()


@asynccontextmanager
async def listening(
    folder: Path,
    *,
    limits: Limits | None = None,
    secrets: Sequence[str] = (SECRET,),
    hosts: tuple[str, ...] = (),
    tolerance: float = 300.0,
) -> AsyncIterator[Running]:
    """A listener for one test."""
    store = EventStore.open(folder / "events.sqlite3")
    running = Running("", store)
    receiver = Receiver(
        store, [Secret(each) for each in secrets], running.told.append, lambda: running.now, tolerance
    )
    options = ListenerOptions(port=0, hosts=hosts, limits=limits or Limits())
    listener = Listener(store, EventSources(store, lambda: running.now), receiver.deliver, options)
    running.url = await listener.start()
    try:
        yield running
    finally:
        await listener.stop()
        store.close()
