"""A real receiver of webhooks on loopback, which answers as a test tells it to."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from imail_tui.domain.signatures import Refused, Verified, verify


@dataclass(frozen=True)
class Delivery:
    """A request as it came: path, headers, raw body, and the status it was answered with."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int

    def header(self, name: str) -> str:
        """A header that is there once."""
        (value,) = [value for key, value in self.headers if key.lower() == name.lower()]
        return value

    @property
    def event(self) -> dict[str, Any]:
        """What it says."""
        event: dict[str, Any] = orjson.loads(self.body)
        return event

    @property
    def event_id(self) -> str:
        """Which event it is about, by its header."""
        return self.header("Imail-Event-Id")

    def checked(self, secrets: list[str], now: float) -> Verified | Refused:
        """What a receiver who knows some secrets makes of it."""
        return verify(self.body, self.headers, secrets, now)


@dataclass
class Receiver:
    """`answer` decides the status of each request by its event id and how often that event came before."""

    url: str = ""
    answer: Callable[[str, int], int] = lambda _event_id, _before: 204
    headers: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    arrived: "queue.Queue[Delivery]" = field(default_factory=queue.Queue)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, headers: tuple[tuple[str, str], ...], body: bytes) -> int:
        """Note a request and decide its status."""
        event_id = next(value for name, value in headers if name.lower() == "imail-event-id")
        with self._lock:
            before = sum(one.event_id == event_id for one in self.deliveries)
        status = self.answer(event_id, before)
        delivery = Delivery(path, headers, body, status)
        with self._lock:
            self.deliveries.append(delivery)
        self.arrived.put(delivery)
        return status

    def event_ids(self, *, accepted: bool = False) -> list[str]:
        """The events that came, in order, or only those that were accepted."""
        return [one.event_id for one in self.deliveries if not accepted or one.status < 300]


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs inside the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(self.path, tuple(self.headers.items()), body)
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
