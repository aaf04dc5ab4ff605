"""A sandbox whose test key can be rotated while it runs: the old key is refused from then on."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions, listen, make_server
from imail_tui.sandbox.worlds import open_ledgers
from tests.fakes.moments import START

FIRST_KEY = "imk_test_FIRSTFIRSTFIRSTFIRST01"
STANDING_STILL = SandboxOptions(start=START, seed=7, frozen=True, per_minute=60_000, burst=60_000)
_HEADER = b"authorization"


@dataclass
class RotatingSandbox:
    """`keys` are those accepted now, each with the sandbox's own key that stands behind it."""

    url: str = ""
    live_key: Secret = field(default_factory=lambda: Secret(""))
    keys: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    """Requests with another key so far."""
    carried_out: list[str] = field(default_factory=list)
    """Method and path of each request with an accepted one."""

    def rotate(self, key: str) -> Secret:
        """Accept `key` in the place of the present test key."""
        self.keys = {key: next(iter(self.keys.values()))}
        return Secret(key)

    def accept_too(self, key: str) -> Secret:
        """Accept `key` beside the present test key."""
        self.keys[key] = next(iter(self.keys.values()))
        return Secret(key)


@contextlib.contextmanager
def rotating_sandbox(options: SandboxOptions = STANDING_STILL) -> Iterator[RotatingSandbox]:
    """It runs in a thread inside the block, and begins with FIRST_KEY."""
    door = RotatingSandbox()
    ledgers = open_ledgers(options.world())
    loop = asyncio.new_event_loop()
    listener = listen(options.host, 0)
    with contextlib.closing(ledgers), contextlib.closing(loop), listener:
        server = make_server(ledgers, options.server())
        server.config.app = _Door(server.config.app, door)
        door.url = f"http://{options.host}:{listener.getsockname()[1]}/v1"
        door.live_key = Secret(ledgers.live.api_key)
        door.keys = {FIRST_KEY: ledgers.test.api_key}
        thread = threading.Thread(target=loop.run_until_complete, args=(server.run_on(listener),))
        thread.start()
        try:
            yield door
        finally:
            loop.call_soon_threadsafe(server.stop)
            thread.join(10)
            loop.run_until_complete(loop.shutdown_default_executor())


class _Door:
    """Puts the sandbox's own key in the place of an accepted one."""

    def __init__(self, app: object, door: RotatingSandbox) -> None:
        assert callable(app)
        self._app: ASGIApp = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [self._translated(scope, *header) for header in scope["headers"]]}
        await self._app(scope, receive, send)

    def _translated(self, scope: Scope, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name != _HEADER:
            return name, value
        given = value.decode().removeprefix("Bearer ")
        own = self._door.keys.get(given)
        if own is None and given != self._door.live_key.reveal():
            self._door.refused += 1
            return name, b"Bearer imk_test_REFUSED"
        self._door.carried_out.append(f"{scope['method']} {scope['path']}")
        return name, f"Bearer {own or given}".encode()
