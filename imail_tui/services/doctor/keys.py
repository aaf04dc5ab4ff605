"""The API key and the system's secret store."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final

from imail_tui.model.secret import Secret
from imail_tui.services.detached import run_detached
from imail_tui.services.doctor.finding import Finding, Verdict, error, ok, told, warning
from imail_tui.store.keyring_store import KeyringReport, KeyringState, report
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey, KeyFailed, find_given_key, find_kept_key

PREFIX: Final = "imk_"
"""What every key of imail begins with."""
KEY_SECONDS: Final = 5.0
"""How long a key may take to be found before the server is asked without one."""


@dataclass(frozen=True, slots=True)
class KeyLook:
    """The key, if there is one, and what there is to say about it."""

    found: FoundKey | None
    finding: Finding


async def check_key(paths: Paths, profile: Profile, environment: MutableMapping[str, str]) -> KeyLook:
    """Look for the key in every place, as a start does; at most its last four characters are told.

    The key's variable is taken out of the environment.
    """
    try:
        async with asyncio.timeout(KEY_SECONDS):
            found = find_given_key(environment) or await run_detached(lambda: find_kept_key(paths, profile))
    except TimeoutError:
        remedy = "Run the profile's api_key_command by hand: it may wait for a password."
        return KeyLook(None, error("key", f"No key within {KEY_SECONDS:g} s.", remedy))
    except KeyFailed as failed:
        return KeyLook(None, told("key", Verdict.ERROR, failed.problem))
    if found is None or found.secret is None:
        remedy = "Run `imail-tui auth add`, or set IMAIL_API_KEY. `imail-tui demo` needs none."
        return KeyLook(None, error("key", "No API key was found.", remedy))
    what = f"{found.ledger.upper()} key {found.secret!r} from {found.source}"
    if not found.secret.reveal().startswith(PREFIX):
        remedy = f"imail's keys begin with {PREFIX}; check that it was copied whole."
        return KeyLook(found, warning("key", f"{what}: it does not look like a key of imail.", remedy))
    return KeyLook(found, ok("key", what))


def secret_of(found: FoundKey | None) -> Secret | None:
    """The key itself, when there is one."""
    return None if found is None else found.secret


async def check_keyring() -> list[Finding]:
    """Ask the secret store for something that is not there. A store is not needed."""
    return [_judge_keyring(await run_detached(report))]


def _judge_keyring(look: KeyringReport) -> Finding:
    name = look.backend or "no backend"
    match look.state:
        case KeyringState.REACHABLE:
            return ok("keyring", name)
        case KeyringState.ABSENT:
            return ok("keyring", "none here; keys come from IMAIL_API_KEY, a command or a private file")
        case KeyringState.LOCKED:
            return warning("keyring", f"{name}: {look.why}", "Unlock it, or set IMAIL_API_KEY.")
        case _:
            return warning("keyring", f"{name}: {look.why}", "Set IMAIL_API_KEY, or keep the key in a file.")
