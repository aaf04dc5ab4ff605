"""Which workspace a command talks to."""

import asyncio
import gc
import io
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imail_tui.cli.exits import Exit, tell
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session


@dataclass(frozen=True, slots=True)
class Connection:
    """Options of every command that talks to imail."""

    profile: str | None = None
    "Profile of the config to use, instead of IMAIL_PROFILE or the default one."

    base_url: str | None = None
    "Server to talk to, with /v1, instead of IMAIL_BASE_URL or the profile's."


def run_on_workspace(
    connection: Connection,
    command: Callable[["Session"], Awaitable[Exit]],
    *,
    connect: bool = True,
    keyless: bool = False,
) -> int:
    """Open the workspace, run a command on it, and give the exit code; a fault is told on standard error.

    Without `connect` the key is found, and nothing is sent before the command does. `keyless`: not even the
    key is looked for where that takes time; the command only reads what is kept, or what is public.
    """
    from imail_tui.api.errors import ApiError
    from imail_tui.services.full_disk import full_disk
    from imail_tui.services.imports.errors import ImportRefused
    from imail_tui.services.key_check import KeyRefused
    from imail_tui.services.opening import NotOpened
    from imail_tui.services.refused import Refused

    # A listing may be long; only starting up is better without the collector.
    gc.enable()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An output that cannot show a character must not end the command.
        sys.stdout.reconfigure(errors="replace")

    async def run() -> Exit:
        async with _workspace(connection, connect=connect, keyless=keyless) as session:
            return await command(session)

    try:
        return asyncio.run(run())
    except (NotOpened, ApiError, ImportRefused, KeyRefused, Refused) as error:
        return tell(error.problem)
    except (KeyboardInterrupt, EOFError):
        return tell(Problem("Interrupted.", code="interrupted"))
    except Exception as error:
        problem = full_disk(error)
        if problem is None:
            raise
        return tell(problem)


@asynccontextmanager
async def _workspace(connection: Connection, *, connect: bool, keyless: bool) -> AsyncIterator["Session"]:
    from imail_tui.services.opening import open_keyless, open_workspace

    open_one = open_keyless if keyless else open_workspace
    session = open_one(os.environ, connection.profile, connection.base_url)
    try:
        if not keyless:
            await (session.connect() if connect else session.find_key())
        yield session
    finally:
        await session.close()
