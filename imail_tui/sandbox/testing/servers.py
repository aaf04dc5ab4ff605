"""Sandboxes for tests, each on a free loopback port: as a process of its own, or quicker in a thread."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imail_tui.sandbox.app import keys_of
from imail_tui.sandbox.server import SandboxOptions, listen, make_server
from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.sandbox.worlds import Ledgers, open_ledgers

_DEFAULTS = SandboxOptions()
_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its API root (with `/v1`), the keys of its two ledgers, its process."""

    url: str
    api_key: str
    live_key: str
    pid: int

    @property
    def control(self) -> SandboxControl:
        """Its controls."""
        return SandboxControl(self.url)


@dataclass(frozen=True)
class ThreadSandbox:
    """A sandbox in this process, whose ledgers a test may look into and let move on."""

    url: str
    api_key: str
    live_key: str
    ledgers: Ledgers

    @property
    def control(self) -> SandboxControl:
        """Its controls."""
        return SandboxControl(self.url)


@contextlib.contextmanager
def running_sandbox(options: SandboxOptions = _DEFAULTS) -> Iterator[Sandbox]:
    """A sandbox as a child process, ended with the block. Raises `RuntimeError` when it does not start."""
    command = [sys.executable, "-m", "imail_tui.sandbox", "--watch-stdin", *_flags(options)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(options)
    ) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            if not line:
                raise RuntimeError(f"the sandbox ended with {child.wait()} instead of starting")
            ready = json.loads(line)
            yield Sandbox(ready["url"], ready["api_key"], ready["live_key"], ready["pid"])
        finally:
            child.terminate()
            try:
                child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


@contextlib.contextmanager
def sandbox_in_thread(
    options: SandboxOptions = _DEFAULTS, wall: Callable[[], float] = time.time
) -> Iterator[ThreadSandbox]:
    """A sandbox in a thread of this process; `wall` (Unix seconds) is the clock behind all its time."""
    how = options.server()
    ledgers = open_ledgers(options.world(), wall)
    loop = asyncio.new_event_loop()
    listener = listen(options.host, options.port)
    with contextlib.closing(ledgers), contextlib.closing(loop), listener:
        server = make_server(ledgers, how)
        thread = threading.Thread(target=loop.run_until_complete, args=(server.run_on(listener),))
        thread.start()
        try:
            # Connections are queued from the moment the socket listens, so there is nothing to wait for.
            url = f"http://{options.host}:{listener.getsockname()[1]}/v1"
            yield ThreadSandbox(url, *keys_of(ledgers, how), ledgers)
        finally:
            loop.call_soon_threadsafe(server.stop)
            thread.join(_STOP_SECONDS)
            loop.run_until_complete(loop.shutdown_default_executor())


def _flags(options: SandboxOptions) -> list[str]:
    flags = {
        "--host": options.host,
        "--port": options.port,
        "--db": options.db,
        "--tier": options.tier,
        "--rate": options.per_minute,
        "--burst": options.burst,
        "--seed": options.seed,
        "--start": None if options.start is None else options.start.isoformat(),
        "--speed": options.speed,
        "--size": options.size,
        "--seed-file": options.seed_file,
        "--faults": options.faults_file,
    }
    switches = {"--frozen": options.frozen, "--allow-remote-webhooks": options.allow_remote_webhooks}
    given = [f"{name}={value}" for name, value in flags.items() if value is not None]
    return [*given, *(name for name, on in switches.items() if on)]


def _environment(options: SandboxOptions) -> dict[str, str]:
    """Keys go by the environment: arguments can be read by every user of the machine."""
    keys = {"IMAIL_SANDBOX_TEST_KEY": options.test_key, "IMAIL_SANDBOX_LIVE_KEY": options.live_key}
    return {**os.environ, **{name: key for name, key in keys.items() if key is not None}}
