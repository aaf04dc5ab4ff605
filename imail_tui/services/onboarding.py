"""The first run: a key that is checked before it is used, or a sandbox of one's own."""

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from imail_tui.api.errors import ApiError, Forbidden, NotFound, Unauthorized, Unreachable
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace
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


class KeyRefused(Exception):
    """The key cannot be used; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class Onboarding(Generic[S_co]):
    """Two ways to a session. Close it when the app ends: a sandbox it started ends with it."""

    def __init__(
        self,
        base_url: str,
        open_session: Callable[[Secret, str], S_co],
        keep_key: Callable[[Secret], str],
        *,
        sandbox: Callable[[], SandboxProcess] = SandboxProcess,
    ) -> None:
        """`open_session` makes a session for a key and a base URL without sending anything.

        `keep_key` keeps a key that was accepted and says in words where; it is called in a thread.
        """
        self.base_url = base_url
        self._open_session = open_session
        self._keep_key = keep_key
        self._sandbox = sandbox
        self._process: SandboxProcess | None = None

    async def use_key(self, typed: str) -> S_co:
        """A session for a key that the server accepts. Raises KeyRefused."""
        key = typed.strip()
        if not key:
            raise KeyRefused(Problem("no key was given", "Paste one, or start the sandbox.", code="no_key"))
        if not (key.isascii() and key.isprintable()) or " " in key:
            problem = Problem("this is no key", "A key is one word of letters and digits.", code="bad_key")
            raise KeyRefused(problem)
        session = self._open_session(Secret(key), self.base_url)
        try:
            await session.client.workspace.get()
        except NotFound:
            # A server without /workspace took the key all the same.
            return session
        except ApiError as error:
            await session.close()
            raise KeyRefused(_explained(error, self.base_url)) from None
        return session

    async def keep(self, typed: str) -> str:
        """Keep a key that was accepted for the next start; says in words where."""
        return await asyncio.to_thread(self._keep_key, Secret(typed.strip()))

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


def _explained(error: ApiError, base_url: str) -> Problem:
    """The problem in the words of somebody who is just starting."""
    problem = error.problem
    match error:
        case Unauthorized():
            what, remedy = (
                "the server does not know this key",
                "Check that it was copied whole, or make a new one.",
            )
        case Forbidden():
            what = "the key is right, but this workspace's tier has no API access"
            remedy = "The API needs the Surge tier or above."
        case Unreachable():
            what, remedy = (
                f"{base_url} cannot be reached",
                "Check the network; the sandbox works without one.",
            )
        case _:
            return problem
    return Problem(what, remedy, "", problem.code, problem.status, problem.request_id)
