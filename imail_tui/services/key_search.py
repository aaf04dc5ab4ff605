"""Fetching a kept key while the interface already shows the cache."""

import asyncio
import threading

from imail_tui.api.errors import Unauthorized
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey, KeyFailed, find_kept_key

_NO_KEY = Problem(
    what="The API key that was kept is not there any more.",
    remedy="Give it again; keys are made in imail's web app under Settings → API keys.",
    code="no_key",
)


async def fetch_kept_key(paths: Paths, profile: Profile) -> Secret:
    """The key from wherever it is kept. Raises `Unauthorized` when it cannot be had.

    In a daemon thread: a secret store or command that hangs must not delay the end of the program.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[FoundKey | None] = loop.create_future()

    def tell(found: FoundKey | None, error: KeyFailed | None) -> None:
        if result.done():
            return
        if error is None:
            result.set_result(found)
        else:
            result.set_exception(error)

    def search() -> None:
        found, failure = None, None
        try:
            found = find_kept_key(paths, profile)
        except KeyFailed as error:
            failure = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, found, failure)

    threading.Thread(target=search, name="key", daemon=True).start()
    try:
        found = await result
    except KeyFailed as error:
        raise Unauthorized(error.problem) from None
    if found is None or found.secret is None:
        raise Unauthorized(_NO_KEY)
    return found.secret
