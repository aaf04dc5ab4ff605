"""Where API keys come from and where they are kept.

Order: IMAIL_API_KEY, IMAIL_API_KEY_FILE, a systemd credential, the profile's api_key_command, the system's
secret store, and a private file, which is written only when a person agreed to it. A kept key belongs to a
profile and a server: it is not sent to another one.
"""

import subprocess
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path

from imail_tui.domain.redaction import without_keys
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace, mode_of_key
from imail_tui.store import keyring_store
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.key_notes import KeyNote, read_note, write_note
from imail_tui.store.keyring_store import KeyringState, NoKeyring
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

KEY_VARIABLE = "IMAIL_API_KEY"
KEY_FILE_VARIABLE = "IMAIL_API_KEY_FILE"
_CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
_CREDENTIAL = "imail-api-key"
COMMAND_SECONDS = 10.0
KEYRING = "keyring"
"""How the system's secret store is named as a key's source."""


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
        return FoundKey(read_key(value, KEY_VARIABLE), "environment")
    named = environment.get(KEY_FILE_VARIABLE)
    if named:
        return FoundKey(read_key_file(Path(named).expanduser()), f"file {named}")
    folder = environment.get(_CREDENTIALS_VARIABLE)
    if folder and (Path(folder) / _CREDENTIAL).exists():
        # systemd may grant access by an access list: such a file is root's and looks readable by a group.
        return FoundKey(_from_file(Path(folder) / _CREDENTIAL, private=False), "systemd credential")
    return None


def find_kept_key(paths: Paths, profile: Profile) -> FoundKey | None:
    """The key kept for a profile; may take seconds. Raises KeyFailed.

    A key that is known to be in the private file is read there at once, so that nobody waits for a secret
    store that does not work.
    """
    note = read_note(paths, profile)
    found = _ask_keepers(paths, profile, note)
    if found is None:
        write_note(paths, profile, None)
    elif note is None or (note.source, note.mode) != (found.source, found.ledger):
        note_key(paths, profile, found, None)
    return found


def _ask_keepers(paths: Paths, profile: Profile, note: KeyNote | None) -> FoundKey | None:
    if profile.api_key_command:
        return FoundKey(run_key_command(profile.api_key_command), command_in_words(profile.api_key_command))
    file = paths.key_file(profile.name, profile.base_url)
    if note is not None and note.source == file_in_words(file) and (found := _kept_in(file)):
        return found
    try:
        secret = keyring_store.read(_account(profile))
    except NoKeyring as error:
        found = _kept_in(file)
        if found is None and error.state is not KeyringState.ABSENT:
            remedy = f"Unlock it, or set {KEY_VARIABLE}."
            raise KeyFailed(Problem(f"No API key was found: {error}.", remedy, code="no_key")) from None
        return found
    return FoundKey(secret, KEYRING) if secret is not None else _kept_in(file)


def find_key_at_once(
    paths: Paths, profile: Profile, environment: MutableMapping[str, str]
) -> FoundKey | None:
    """The key given for this run, or what is known of the kept one. Raises KeyFailed.

    Waits for no secret store and no command, so that the interface is there first. None does not mean that
    there is no key: `find_kept_key` may know of one.
    """
    given = find_given_key(environment)
    note = None if given else read_note(paths, profile)
    return FoundKey(None, note.source, note.mode) if note else given


def keep_key(
    paths: Paths,
    profile: Profile,
    secret: Secret,
    *,
    in_file: bool = False,
    workspace: Workspace | None = None,
) -> str:
    """Keep a key for the next start; returns where, in words. Raises KeyFailed.

    The secret store is used unless `in_file`: a person agreed to a private file instead. `workspace`: whose
    key it is, when known.
    """
    file = paths.key_file(profile.name, profile.base_url)
    if in_file:
        try:
            write_private(file, secret.reveal().encode() + b"\n")
        except OSError as error:
            raise KeyFailed(_problem(str(file), f"The key was not kept: {error.strerror}.")) from None
        source = file_in_words(file)
    else:
        try:
            keyring_store.write(_account(profile), secret)
        except NoKeyring as error:
            remedy = f"Set {KEY_VARIABLE}, or keep it in a private file: imail-tui auth add NAME --in-file."
            raise KeyFailed(Problem(f"The key was not kept: {error}.", remedy, code="no_keyring")) from None
        _unlink(file)
        source = KEYRING
    note_key(paths, profile, FoundKey(secret, source), workspace)
    return source


def note_key(paths: Paths, profile: Profile, found: FoundKey, workspace: Workspace | None) -> None:
    """Remember where a profile's key is and, when known, whose it is."""
    note = KeyNote(found.source, found.ledger)
    if workspace is not None:
        note = replace(note, workspace=workspace.name, workspace_id=workspace.id)
    write_note(paths, profile, note)


def forget_key(paths: Paths, profile: Profile) -> None:
    """Remove what was kept for a profile, wherever it is.

    Raises KeyFailed, and nothing is removed, when a secret store that may hold the key cannot be asked.
    """
    note = read_note(paths, profile)
    try:
        keyring_store.delete(_account(profile))
    except NoKeyring as error:
        # A store that was never used for it need not be asked; one that is gone holds nothing.
        if error.state is not KeyringState.ABSENT and (note is None or note.source == KEYRING):
            remedy = "Unlock it and try again; nothing was removed."
            raise KeyFailed(
                Problem(f"The key was not removed: {error}.", remedy, code="no_keyring")
            ) from None
    _unlink(paths.key_file(profile.name, profile.base_url))
    write_note(paths, profile, None)


def read_key(text: str, where: str) -> Secret:
    """The key in what a file, a command or a person gave: its first line, one word. Raises KeyFailed."""
    lines = text.strip().splitlines()
    key = lines[0].strip() if lines else ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise KeyFailed(_problem(where, "There is no API key in it."))
    return Secret(key)


def read_key_file(path: Path) -> Secret:
    """The key in a private file. Raises KeyFailed."""
    return _from_file(path, private=True)


def file_in_words(file: Path) -> str:
    """How a key file is named as a key's source."""
    return f"file {file}"


def command_in_words(command: tuple[str, ...]) -> str:
    """How a command is named as a key's source: without its arguments."""
    return f"command {command[0]}"


def _unlink(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise KeyFailed(_problem(str(file), f"The key was not removed: {error.strerror}.")) from None


def _account(profile: Profile) -> str:
    return f"{profile.name} at {profile.base_url}"


def _kept_in(file: Path) -> FoundKey | None:
    try:
        content = read_checked(file, private=True)
    except FileNotFoundError:
        return None
    except (OSError, FileRefused) as error:
        raise _unreadable(file, error) from None
    return FoundKey(read_key(content.decode(errors="replace"), str(file)), file_in_words(file))


def _from_file(path: Path, *, private: bool) -> Secret:
    try:
        return read_key(read_checked(path, private=private).decode(errors="replace"), str(path))
    except (OSError, FileRefused) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | FileRefused) -> KeyFailed:
    if isinstance(error, FileRefused):
        return KeyFailed(error.problem)
    return KeyFailed(_problem(str(path), f"The key file cannot be read: {error.strerror}."))


def run_key_command(command: tuple[str, ...]) -> Secret:
    """The key that a command prints within COMMAND_SECONDS. Raises KeyFailed."""
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
        said = without_keys(done.stderr).strip().splitlines()
        raise KeyFailed(_problem(where, f"It failed: {said[-1] if said else f'exit {done.returncode}'}."))
    return read_key(done.stdout, where)


def _problem(where: str, what: str) -> Problem:
    return Problem(what, "Correct it, or remove the setting.", where=where, code="key_failed")
