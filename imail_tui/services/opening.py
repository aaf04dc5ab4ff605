"""From the options of a start to an open session: profile, server, key."""

import tempfile
import weakref
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from imail_tui.domain.alerts import AlertSettings
from imail_tui.domain.replies.moves import ReplySettings
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.sources import ListenerDefaults, Retention
from imail_tui.services.detached import run_detached
from imail_tui.services.onboarding import Onboarding
from imail_tui.services.sandbox_process import SandboxAddress, SandboxProcess, lively
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import (
    Profile,
    Settings,
    SettingsRefused,
    is_base_url,
    load_settings,
    save_profile,
)
from imail_tui.store.secrets import FoundKey, KeyFailed, find_kept_key, find_key_at_once, keep_key


class NotOpened(Exception):
    """No session can be opened; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Start:
    """What a start found out: the profile with its server, all settings, and the key if one is known of.

    Without one, a key may still be kept where it takes long to look: `way_in` looks there.
    """

    paths: Paths
    settings: Settings
    profile: Profile
    found_key: FoundKey | None


def find_start(environment: MutableMapping[str, str], profile: str | None, base_url: str | None) -> Start:
    """Read settings and look for the key where that takes no time. Raises NotOpened.

    `base_url` stands in for the profile's; where an argument is None, IMAIL_PROFILE and IMAIL_BASE_URL are
    asked. The key's variable is taken out of the environment.
    """
    profile = profile or environment.get("IMAIL_PROFILE")
    base_url = base_url or environment.get("IMAIL_BASE_URL")
    paths = Paths.find(environment)
    try:
        settings = load_settings(paths)
        chosen = _profile(settings, profile, base_url)
        return Start(paths, settings, chosen, find_key_at_once(paths, chosen, environment))
    except (SettingsRefused, KeyFailed) as error:
        raise NotOpened(error.problem) from None


def open_workspace(
    environment: MutableMapping[str, str], profile: str | None, base_url: str | None
) -> Session:
    """The session of a command that cannot ask for a key. Sends nothing. Raises NotOpened."""
    start = find_start(environment, profile, base_url)
    try:
        found = start.found_key or find_kept_key(start.paths, start.profile)
    except KeyFailed as error:
        raise NotOpened(error.problem) from None
    if found is None:
        raise NotOpened(
            Problem(
                "No API key was found.",
                "Keep one: imail-tui auth add NAME; or set IMAIL_API_KEY. Keys are made in imail's web app"
                " under Settings → API keys.",
                code="no_key",
            )
        )
    return open_session(start.paths, start.profile, found, **_options(start.settings))


def open_keyless(environment: MutableMapping[str, str], profile: str | None, base_url: str | None) -> Session:
    """The session of a command that reads what is kept or public, without a key. Raises NotOpened."""
    start = find_start(environment, profile, base_url)
    found = start.found_key or FoundKey(Secret(""), "none")
    return open_session(start.paths, start.profile, found, **_options(start.settings))


def find_profile_start(paths: Paths, name: str) -> Start:
    """A start with another profile while the app runs: with its own kept key only. Raises NotOpened.

    The key given for this run belongs to the profile the app was started with.
    """
    try:
        settings = load_settings(paths)
        chosen = _profile(settings, name, None)
        return Start(paths, settings, chosen, find_key_at_once(paths, chosen, {}))
    except (SettingsRefused, KeyFailed) as error:
        raise NotOpened(error.problem) from None


def open_found(start: Start) -> Session:
    """The session of a start that found a key. Sends nothing."""
    assert start.found_key is not None, "a start without a key goes the way in"
    return open_session(start.paths, start.profile, start.found_key, **_options(start.settings))


def way_in(start: Start) -> Onboarding[Session]:
    """How a newcomer without a key gets a session: a key for this start's profile, or a sandbox."""

    def open_with(secret: Secret, base_url: str) -> Session:
        if base_url != start.profile.base_url:
            return open_sandbox_session(SandboxAddress(base_url, secret, secret, 0))
        found = FoundKey(secret, "typed")
        return open_session(start.paths, start.profile, found, **_options(start.settings))

    async def find_kept() -> Session | None:
        found = await run_detached(lambda: find_kept_key(start.paths, start.profile))
        if found is None:
            return None
        return open_session(start.paths, start.profile, found, **_options(start.settings))

    def keep(secret: Secret, in_file: bool) -> str:
        where = keep_key(start.paths, start.profile, secret, in_file=in_file)
        save_profile(start.paths, start.profile)
        return where

    return Onboarding(
        start.profile.base_url,
        open_with,
        keep,
        find_kept,
        sandbox=lambda: SandboxProcess(lively(datetime.now(UTC))),
    )


def open_sandbox_session(address: SandboxAddress) -> Session:
    """A session on a sandbox's test ledger. Its files live in a folder of their own that goes with it.

    A sandbox makes a new world each time, so nothing of it is worth keeping, and nothing of it may mix with
    a real workspace's cache.
    """
    folder = tempfile.TemporaryDirectory(prefix="imail-tui-demo-", ignore_cleanup_errors=True)
    root = Path(folder.name)
    paths = Paths(root / "config", root / "data", root / "state", root / "run")
    session = open_session(paths, Profile("sandbox", address.url), FoundKey(address.test_key, "sandbox"))
    weakref.finalize(session, folder.cleanup)
    return session


class _Options(TypedDict):
    alerts: AlertSettings
    retention: Retention
    reply_settings: ReplySettings


def _options(settings: Settings) -> _Options:
    """What the settings say of a session."""
    return {
        "alerts": settings.alerts,
        "retention": settings.retention,
        "reply_settings": settings.replies,
    }


def keymap_of(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the settings say of keys. Raises NotOpened."""
    try:
        return load_settings(Paths.find(environment)).keys
    except SettingsRefused as error:
        raise NotOpened(error.problem) from None


def listener_defaults(environment: Mapping[str, str]) -> ListenerDefaults:
    """What the settings say of listening. Raises NotOpened."""
    try:
        settings = load_settings(Paths.find(environment))
        if "listener" in settings.wrong:
            # What is open to the network is never made up.
            raise SettingsRefused(settings.wrong["listener"])
        return settings.listener
    except SettingsRefused as error:
        raise NotOpened(error.problem) from None


def _profile(settings: Settings, name: str | None, base_url: str | None) -> Profile:
    """The profile that is meant. Raises NotOpened, SettingsRefused."""
    profile = settings.profile(name)
    if name is not None and name not in settings.profiles and name != settings.default:
        known = ", ".join(settings.profiles) or "none yet"
        raise NotOpened(
            Problem(
                "There is no such profile.", f"Profiles: {known}.", where=f"--profile {name}", code="usage"
            )
        )
    if base_url is None:
        return profile
    if not is_base_url(base_url):
        raise NotOpened(
            Problem(
                "This is not an address a client can be pointed at.",
                "Give one such as https://api.imail.now/v1.",
                where=f"--base-url {base_url}",
                code="usage",
            )
        )
    return replace(profile, base_url=base_url.rstrip("/"))
