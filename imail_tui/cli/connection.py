"""Which workspace a command talks to."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from imail_tui.cli.exits import Exit, tell
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session


@dataclass(frozen=True, slots=True)
class Connection:
    """Options of every command that talks to imail."""

    profile: Annotated[str | None, Parameter(env_var="IMAIL_PROFILE")] = None
    "Profile of the config to use."

    base_url: Annotated[str | None, Parameter(env_var="IMAIL_BASE_URL")] = None
    "Server to talk to, with /v1, instead of the profile's."


def run_on_workspace(connection: Connection, command: Callable[["Session"], Awaitable[Exit]]) -> int:
    """Open the workspace, run a command on it, and give the exit code; a fault is told on standard error."""
    from imail_tui.api.errors import ApiError
    from imail_tui.services.opening import NotOpened

    async def run() -> Exit:
        async with _workspace(connection) as session:
            return await command(session)

    try:
        return asyncio.run(run())
    except (NotOpened, ApiError) as error:
        return tell(error.problem)
    except KeyboardInterrupt:
        return tell(Problem("Interrupted.", code="interrupted"))


@asynccontextmanager
async def _workspace(connection: Connection) -> AsyncIterator["Session"]:
    from imail_tui.services.opening import open_workspace

    session = open_workspace(os.environ, connection.profile, connection.base_url)
    try:
        await session.connect()
        yield session
    finally:
        await session.close()
