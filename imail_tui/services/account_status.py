"""How each profile's key stands: where it is, and whether its server still takes it."""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace

from imail_tui.model.problem import Problem
from imail_tui.services.detached import run_detached
from imail_tui.services.key_check import KeyRefused, check_key
from imail_tui.services.known_profiles import KnownProfile, known_profiles
from imail_tui.store import keyring_store
from imail_tui.store.files import exposure
from imail_tui.store.key_notes import note_workspace
from imail_tui.store.keyring_store import KeyringReport
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, load_settings
from imail_tui.store.secrets import FoundKey, KeyFailed, find_given_key, find_kept_key

_NO_KEY = Problem("No key is kept for it.", "`imail-tui auth add` keeps one.", code="no_key")


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One key, tried on one server. `problem` None: the server takes it.

    `key` is its kind and its last four characters at most; `source`, `key`, `workspace`, `tier` and `mode`
    are empty where they are not known.
    """

    profile: str
    base_url: str
    is_default: bool
    source: str = ""
    key: str = ""
    workspace: str = ""
    tier: str = ""
    mode: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class AccountReport:
    """All of it.

    `given`: a key given for this run, which is used instead of every kept one. `exposed`: files at risk.
    """

    profiles: Sequence[KeyStatus]
    given: KeyStatus | None
    keyring: KeyringReport
    exposed: Sequence[Problem]


async def account_report(
    paths: Paths,
    environment: MutableMapping[str, str],
    name: str | None = None,
    base_url: str | None = None,
) -> AccountReport:
    """Look at the secret store and try every key (or that of `name`), all at once; one request a key.

    A given key is tried on `base_url`, else on the server of the profile it would be used with. Takes as long
    as the slowest of them: a secret store that hangs costs its limit once. Raises SettingsRefused. The key's
    variable is taken out of the environment.
    """
    known = known_profiles(paths)
    chosen = [each for each in known if name is None or each.profile.name == name]
    used = load_settings(paths).profile(name or environment.get("IMAIL_PROFILE"))
    used = replace(used, base_url=base_url or environment.get("IMAIL_BASE_URL") or used.base_url)
    async with asyncio.TaskGroup() as tasks:
        given = tasks.create_task(_given(paths, environment, used))
        keyring = tasks.create_task(run_detached(keyring_store.report))
        profiles = [tasks.create_task(_kept(paths, each)) for each in chosen]
    return AccountReport(
        [each.result() for each in profiles], given.result(), keyring.result(), _exposed(paths, known)
    )


async def _given(paths: Paths, environment: MutableMapping[str, str], used: Profile) -> KeyStatus | None:
    status = KeyStatus(used.name, used.base_url, is_default=False)
    try:
        found = find_given_key(environment)
    except KeyFailed as error:
        return replace(status, problem=error.problem)
    return None if found is None else await _tried(paths, status, used, found)


async def _kept(paths: Paths, known: KnownProfile) -> KeyStatus:
    status, profile = _status(known), known.profile
    try:
        found = await run_detached(lambda: find_kept_key(paths, profile))
    except KeyFailed as error:
        return replace(status, problem=error.problem)
    if found is None:
        return replace(status, source="", problem=_NO_KEY)
    return await _tried(paths, status, profile, found)


async def _tried(paths: Paths, status: KeyStatus, profile: Profile, found: FoundKey) -> KeyStatus:
    """Ask the server about a key; what it says is remembered with the profile."""
    secret = found.secret
    assert secret is not None, "only a note of an earlier start lacks the key"
    status = replace(status, source=found.source, key=repr(secret), mode=found.ledger)
    try:
        key = await check_key(paths, profile, secret)
    except KeyRefused as error:
        return replace(status, problem=error.problem)
    if key.workspace is None:
        return status
    note_workspace(paths, profile, found.source, key.workspace)
    return replace(status, workspace=key.workspace.name, tier=key.workspace.tier or "", mode=key.mode)


def _status(known: KnownProfile) -> KeyStatus:
    profile = known.profile
    return KeyStatus(
        profile.name,
        profile.base_url,
        known.is_default,
        source=known.key_source,
        workspace=known.workspace,
        mode=known.mode,
    )


def _exposed(paths: Paths, known: Sequence[KnownProfile]) -> tuple[Problem, ...]:
    """Files that others could put something into: a command to run, or a server to send the key to."""
    files = [paths.key_file(each.profile.name, each.profile.base_url) for each in known]
    places = (paths.config, paths.settings_file, *{file.parent for file in files}, *files)
    return tuple(problem for place in places if (problem := exposure(place)) is not None)
