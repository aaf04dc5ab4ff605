"""Profiles and their keys: adding, choosing, rotating and removing them."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from imail_tui.model.problem import Problem
from imail_tui.model.profile_rules import NAME_RULE
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace
from imail_tui.services.account_status import AccountReport, account_report
from imail_tui.services.key_check import CheckedKey, KeyRefused, check_key
from imail_tui.services.key_guard import OtherWorkspace, check_fits
from imail_tui.services.known_profiles import KnownProfile, known_profiles
from imail_tui.store.key_notes import read_note
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import (
    DEFAULT_BASE_URL,
    Profile,
    SettingsRefused,
    is_api_version,
    is_base_url,
    is_profile_name,
    load_settings,
    remove_profile,
    save_profile,
    save_setting,
)
from imail_tui.store.secrets import (
    FoundKey,
    KeyFailed,
    command_in_words,
    file_in_words,
    forget_key,
    keep_key,
    note_key,
    read_key_file,
    run_key_command,
)


class AccountRefused(Exception):
    """Nothing was changed; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


ACCOUNT_ERRORS = (AccountRefused, KeyRefused, KeyFailed, SettingsRefused)
"""What the functions here raise. Each carries a `problem`."""


AllowFile = Callable[[Problem, Path], bool]
"""Asks a person whether the key may be kept in this private file, since the secret store fails so."""


class Accounts:
    """The profiles of one user. Raises `ACCOUNT_ERRORS` throughout; some calls ask a secret store."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Those whose files the environment points to."""
        return cls(Paths.find(environment))

    def known(self) -> tuple[KnownProfile, ...]:
        """All profiles, at once."""
        return known_profiles(self.paths)

    def broken(self) -> tuple[Problem, ...]:
        """Why some profiles are not used: one mistake of each, with its line."""
        return tuple(load_settings(self.paths).broken.values())

    async def report(
        self, environment: MutableMapping[str, str], name: str | None = None, base_url: str | None = None
    ) -> AccountReport:
        """How the keys stand: `account_report`."""
        return await account_report(self.paths, environment, name, base_url)

    def get(self, name: str) -> KnownProfile:
        """The profile of that name."""
        known = {each.profile.name: each for each in self.known()}
        if name not in known:
            names = ", ".join(known) or "none yet; `imail-tui auth add NAME` makes one"
            raise _refused("There is no such profile.", f"Profiles: {names}.", where=name)
        return known[name]

    def plan(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_version: str | None = None,
        api_key_command: tuple[str, ...] | None = None,
    ) -> Profile:
        """The profile as it would be added; what is None is taken from the settings. Keeps nothing."""
        if not is_profile_name(name):
            raise _refused("A profile cannot be called so.", f"A name has {NAME_RULE}.", where=name)
        if base_url is not None and not is_base_url(base_url):
            remedy = f"Give one such as {DEFAULT_BASE_URL}."
            raise _refused("This is not an address a client can be pointed at.", remedy, where=base_url)
        if api_version is not None and not is_api_version(api_version):
            raise _refused("This is no API version.", "Give one such as 2026-05-10.", where=api_version)
        there = load_settings(self.paths).profile(name)
        if read_note(self.paths, there) is not None:
            remedy = f"`imail-tui auth rotate {name}` replaces its key, `auth rm {name}` removes it."
            raise _refused("This profile has a key already.", remedy, where=name)
        return replace(
            there,
            base_url=(base_url or there.base_url).rstrip("/"),
            api_version=api_version or there.api_version,
            api_key_command=api_key_command or there.api_key_command,
        )

    async def check(self, profile: Profile, secret: Secret) -> CheckedKey:
        """Try a key on the profile's server; nothing is kept."""
        return await check_key(self.paths, profile, secret)

    def add(self, profile: Profile, key: CheckedKey, *, in_file: bool, allow_file: AllowFile) -> str:
        """Keep a checked key and its profile; says in words where the key is.

        A key that a command prints stays where it is. The first profile becomes the default.
        """
        first = not self.known()
        if profile.api_key_command:
            source = command_in_words(profile.api_key_command)
            note_key(self.paths, profile, FoundKey(key.secret, source), key.workspace)
        else:
            source = self._keep(profile, key, in_file, allow_file)
        try:
            save_profile(self.paths, profile)
            if first:
                self.use(profile.name)
        except SettingsRefused:
            forget_key(self.paths, profile)
            raise
        return source

    def use(self, name: str) -> None:
        """Make a profile the default."""
        save_setting(self.paths, (), "default", self.get(name).profile.name)

    def remove(self, name: str) -> None:
        """Remove a profile and its key."""
        known = self.get(name)
        forget_key(self.paths, known.profile)
        remove_profile(self.paths, name)
        if known.is_default:
            save_setting(self.paths, (), "default", None)

    def rotatable(self, name: str) -> KnownProfile:
        """The profile whose key is to be replaced; refused where no key of it is ours to replace."""
        known = self.get(name)
        if known.profile.api_key_command:
            command = known.profile.api_key_command[0]
            raise _refused("Its key is not kept by us.", f"Change it where `{command}` reads it.", where=name)
        if not known.key_source:
            raise _refused("No key is kept for it.", f"Add one: imail-tui auth add {name}", where=name)
        return known

    async def check_rotation(self, known: KnownProfile, secret: Secret, *, any_workspace: bool) -> CheckedKey:
        """Try a new key, and see that it opens the workspace and ledger of the old one."""
        key = await check_key(self.paths, known.profile, secret)
        if not any_workspace:
            note = read_note(self.paths, known.profile)
            named = note is not None and note.workspace_id
            owner = Workspace(id=note.workspace_id, name=note.workspace) if note and named else None
            try:
                check_fits(secret, known.mode or key.mode, owner, key.workspace)
            except OtherWorkspace as error:
                remedy = "Add it as a profile of its own, or say --other-workspace."
                raise _refused(error.problem.what, remedy, where=known.profile.name) from None
        return key

    def rotate(self, known: KnownProfile, key: CheckedKey, *, in_file: bool, allow_file: AllowFile) -> str:
        """Put a checked key where the old one is; says in words where that is.

        An app that runs with the old key finds the new one when the server refuses the old.
        """
        profile = known.profile
        file = self.paths.key_file(profile.name, profile.base_url)
        return self._keep(profile, key, in_file or known.key_source == file_in_words(file), allow_file)

    def _keep(self, profile: Profile, key: CheckedKey, in_file: bool, allow_file: AllowFile) -> str:
        try:
            return keep_key(self.paths, profile, key.secret, in_file=in_file, workspace=key.workspace)
        except KeyFailed as error:
            file = self.paths.key_file(profile.name, profile.base_url)
            if in_file or not allow_file(error.problem, file):
                raise
        return keep_key(self.paths, profile, key.secret, in_file=True, workspace=key.workspace)


def key_in_file(path: Path) -> Secret:
    """The key in a private file. Raises KeyFailed."""
    return read_key_file(path)


def key_of_command(command: tuple[str, ...]) -> Secret:
    """The key that a command prints. Raises KeyFailed."""
    return run_key_command(command)


def _refused(what: str, remedy: str, *, where: str) -> AccountRefused:
    return AccountRefused(Problem(what, remedy, where=where, code="usage"))
