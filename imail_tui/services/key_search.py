"""Fetching a kept key while the interface already shows the cache."""

from imail_tui.api.errors import Unauthorized
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.services.detached import run_detached
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import KeyFailed, find_kept_key

_NO_KEY = Problem(
    what="The API key that was kept is not there any more.",
    remedy="Give it again; keys are made in imail's web app under Settings → API keys.",
    code="no_key",
)


async def fetch_kept_key(paths: Paths, profile: Profile) -> Secret:
    """The key as it is kept now. Raises `Unauthorized` when it cannot be had.

    Asked again after a 401 it gives the new key when another process has replaced it meanwhile.
    """
    try:
        found = await run_detached(lambda: find_kept_key(paths, profile))
    except KeyFailed as error:
        raise Unauthorized(error.problem) from None
    if found is None or found.secret is None:
        raise Unauthorized(_NO_KEY)
    return found.secret
