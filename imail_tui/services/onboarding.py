"""The first run: a key that is checked before it is used, or a sandbox of one's own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from imail_tui.api.errors import ApiError, NotFound
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace
from imail_tui.services.detached import run_detached
from imail_tui.services.key_check import KeyRefused, explained, typed_key
from imail_tui.services.sandbox_process import SandboxProcess


class WorkspaceReader(Protocol):
    """The workspace resource of a client."""

    async def get(self) -> Workspace:
        """GET /workspace. Raises ApiError."""


class KeyedClient(Protocol):
    """As much of a client as checking its key takes."""

    @property
    def workspace(self) -> WorkspaceReader:
        """The workspace of the key."""


class Checkable(Protocol):
    """A session whose key can be tried."""

    @property
    def client(self) -> KeyedClient:
        """Its client."""

    async def close(self) -> None:
        """End it."""


S_co = TypeVar("S_co", bound=Checkable, covariant=True)


class Onboarding(Generic[S_co]):
    """Two ways to a session. Close it when the app ends: a sandbox it started ends with it."""

    def __init__(
        self,
        base_url: str,
        open_session: Callable[[Secret, str], S_co],
        keep_key: Callable[[Secret, bool], str],
        find_kept: Callable[[], Awaitable[S_co | None]],
        *,
        sandbox: Callable[[], SandboxProcess] = SandboxProcess,
    ) -> None:
        """`open_session` makes a session for a key and a base URL without sending anything.

        `keep_key` keeps a key that was accepted (True: in a private file) and says in words where; it is
        called in a thread.
        `find_kept` gives a session with a key kept earlier; it may take long.
        """
        self.base_url = base_url
        self._open_session = open_session
        self._keep_key = keep_key
        self._find_kept = find_kept
        self._sandbox = sandbox
        self._process: SandboxProcess | None = None

    async def find_kept(self) -> S_co | None:
        """A session with the key that is kept, None if there is none. Raises KeyFailed."""
        return await self._find_kept()

    async def use_key(self, typed: str) -> S_co:
        """A session for a key that the server accepts. Raises KeyRefused."""
        session = self._open_session(typed_key(typed), self.base_url)
        try:
            await session.client.workspace.get()
        except NotFound:
            # A server without /workspace took the key all the same.
            return session
        except ApiError as error:
            await session.close()
            raise KeyRefused(explained(error, self.base_url)) from None
        return session

    async def keep(self, typed: str, *, in_file: bool) -> str:
        """Keep a key that was accepted for the next start; says in words where. Raises KeyFailed."""
        return await run_detached(lambda: self._keep_key(Secret(typed.strip()), in_file))

    async def start_sandbox(self) -> S_co:
        """A session on a sandbox that runs as long as this process. Raises SandboxFailed."""
        if self._process is None:
            self._process = self._sandbox()
        process = self._process
        address = process.address
        if address is None:
            address = await asyncio.to_thread(process.start)
        return self._open_session(address.test_key, address.url)

    def close(self) -> None:
        """End the sandbox."""
        if self._process is not None:
            self._process.stop()
            self._process = None
