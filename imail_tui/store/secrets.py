"""Where API keys come from and where they are kept.

Order: IMAIL_API_KEY, IMAIL_API_KEY_FILE, a systemd credential, the profile's api_key_command, the system's
secret store, and a private file, which is written only when a person agreed to it. A kept key belongs to a
profile and a server: it is not sent to another one.
"""

import subprocess
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import mode_of_key
from imail_tui.store import keyring_store
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.keyring_store import NoKeyring
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

KEY_VARIABLE = "IMAIL_API_KEY"
KEY_FILE_VARIABLE = "IMAIL_API_KEY_FILE"
_CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
_CREDENTIAL = "imail-api-key"
COMMAND_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and where it came from, in words a person understands.

    `secret` None: it is known to be kept there and of that `mode` (live or test), but not fetched yet.
    """

    secret: Secret | None
    source: str
    mode: str = ""

    @property
    def ledger(self) -> str:
        """live or test."""
        return self.mode if self.secret is None else mode_of_key(self.secret.reveal())


class KeyFailed(Exception):
    """A place that should hold the key cannot be used; `problem` says which and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def find_given_key(environment: MutableMapping[str, str]) -> FoundKey | None:
    """The key given for this run. Raises KeyFailed.

    IMAIL_API_KEY is removed from the environment, so that editors and pagers started later do not inherit it.
    """
    value = environment.pop(KEY_VARIABLE, "").strip()
    if value:
        return FoundKey(Secret(value), "environment")
    named = environment.get(KEY_FILE_VARIABLE)
    if named:
        return FoundKey(_from_file(Path(named).expanduser()), f"file {named}")
    folder = environment.get(_CREDENTIALS_VARIABLE)
    if folder and (Path(folder) / _CREDENTIAL).exists():
        return FoundKey(_from_file(Path(folder) / _CREDENTIAL), "systemd credential")
    return None


def find_kept_key(paths: Paths, profile: Profile) -> FoundKey | None:
    """The key kept for a profile; may take seconds. Raises KeyFailed."""
    found = _ask_keepers(paths, profile)
    _note(paths, profile, found)
    return found


def _ask_keepers(paths: Paths, profile: Profile) -> FoundKey | None:
    if profile.api_key_command:
        return FoundKey(_from_command(profile.api_key_command), f"command {profile.api_key_command[0]}")
    try:
        secret = keyring_store.read(_account(profile))
    except NoKeyring:
        secret = None
    if secret is not None:
        return FoundKey(secret, "keyring")
    file = paths.key_file(profile.name, profile.base_url)
    return FoundKey(_from_file(file), f"file {file}") if file.exists() else None


def find_key(paths: Paths, profile: Profile, environment: MutableMapping[str, str]) -> FoundKey | None:
    """The key for a profile, None when there is none anywhere. Raises KeyFailed.

    A kept key that an earlier start found is not fetched here, so that the interface does not wait for it.
    """
    return find_given_key(environment) or _noted_key(paths, profile) or find_kept_key(paths, profile)


def keep_key(paths: Paths, profile: Profile, secret: Secret, *, in_file: bool = False) -> str:
    """Keep a key for the next start; returns where, in words. Raises KeyFailed.

    The secret store is used unless `in_file`: a person agreed to a private file instead.
    """
    if not in_file:
        try:
            keyring_store.write(_account(profile), secret)
        except NoKeyring as error:
            remedy = f"Set {KEY_VARIABLE}, or allow a file that only you can read."
            raise KeyFailed(Problem(f"The key was not kept: {error}.", remedy, code="no_keyring")) from None
        _note(paths, profile, FoundKey(secret, "keyring"))
        return "keyring"
    file = paths.key_file(profile.name, profile.base_url)
    try:
        write_private(file, secret.reveal().encode() + b"\n")
    except OSError as error:
        raise KeyFailed(_problem(str(file), f"The key was not kept: {error.strerror}.")) from None
    _note(paths, profile, FoundKey(secret, f"file {file}"))
    return f"file {file}"


def forget_key(paths: Paths, profile: Profile) -> None:
    """Remove what was kept for a profile, wherever it is. Raises KeyFailed."""
    # A secret store that cannot be reached holds nothing that could be removed.
    with suppress(NoKeyring):
        keyring_store.delete(_account(profile))
    _note(paths, profile, None)
    try:
        paths.key_file(profile.name, profile.base_url).unlink(missing_ok=True)
    except OSError as error:
        file = str(paths.key_file(profile.name, profile.base_url))
        raise KeyFailed(_problem(file, f"The key was not removed: {error.strerror}.")) from None


def _noted_key(paths: Paths, profile: Profile) -> FoundKey | None:
    try:
        note = orjson.loads(read_checked(paths.key_note_file(profile.name, profile.base_url)))
    except (OSError, FileRefused, ValueError):
        return None
    match note:
        case {"source": str(source), "mode": "live" | "test" as mode}:
            return FoundKey(None, source, mode)
    return None


def _note(paths: Paths, profile: Profile, found: FoundKey | None) -> None:
    """Remember for the next start that, and where, there is a key."""
    file = paths.key_note_file(profile.name, profile.base_url)
    # Without the note the next start only takes longer.
    with suppress(OSError):
        if found is None:
            file.unlink(missing_ok=True)
        else:
            write_private(file, orjson.dumps({"source": found.source, "mode": found.ledger}))


def _account(profile: Profile) -> str:
    return f"{profile.name} at {profile.base_url}"


def _from_file(path: Path) -> Secret:
    try:
        return _checked(read_checked(path, private=True).decode(errors="replace"), str(path))
    except FileRefused as error:
        raise KeyFailed(error.problem) from None
    except OSError as error:
        raise KeyFailed(_problem(str(path), f"The key file cannot be read: {error.strerror}.")) from None


def _from_command(command: tuple[str, ...]) -> Secret:
    where = f"api_key_command {command[0]}"
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise KeyFailed(_problem(where, f"It gave no key within {COMMAND_SECONDS:g} s.")) from None
    except (OSError, ValueError) as error:
        raise KeyFailed(_problem(where, f"It cannot be run: {error}.")) from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise KeyFailed(_problem(where, f"It failed: {said[-1] if said else f'exit {done.returncode}'}."))
    return _checked(done.stdout, where)


def _checked(text: str, where: str) -> Secret:
    lines = text.strip().splitlines()
    key = lines[0].strip() if lines else ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise KeyFailed(_problem(where, "There is no API key in it."))
    return Secret(key)


def _problem(where: str, what: str) -> Problem:
    return Problem(what, "Correct it, or remove the setting.", where=where, code="key_failed")
