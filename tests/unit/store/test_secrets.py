"""Where keys come from, in which order, and secret stores that misbehave."""

import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from imail_tui.model.secret import Secret
from imail_tui.store import keyring_store
from imail_tui.store.keyring_store import KeyringState, NoKeyring
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import (
    FoundKey,
    KeyFailed,
    find_given_key,
    find_kept_key,
    find_key_at_once,
    forget_key,
    keep_key,
)
from tests.patience import PATIENCE

KEY = "imk_test_01HZ8KABCDEFGHJKMNPQRSTVWX"
PROFILE = Profile("work", "https://a/v1")


class MemoryKeyring(KeyringBackend):
    """A secret store that works."""

    priority = -1  # never chosen by itself: keyring considers every backend class it has seen

    @cached_property
    def kept(self) -> dict[tuple[str, str], str]:
        return {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """One that nobody unlocks; its words quote what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"cannot store {password}")


class HangingKeyring(MemoryKeyring):
    """One that does not answer while the test runs."""

    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait()
        return None


class ForgetfulKeyring(MemoryKeyring):
    """One that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


def keyring_threads() -> list[threading.Thread]:
    """Those that ask a store now."""
    return [thread for thread in threading.enumerate() if thread.name == "keyring"]


def made(kind: Callable[[], MemoryKeyring]) -> MemoryKeyring:
    return kind()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})


@pytest.fixture(autouse=True)
def store() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = made(MemoryKeyring)
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def private(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_the_order_of_places(paths: Paths, tmp_path: Path, store: MemoryKeyring) -> None:
    environment = {
        "IMAIL_API_KEY": KEY + "1",
        "IMAIL_API_KEY_FILE": str(private(tmp_path / "named", KEY + "2\n")),
        "CREDENTIALS_DIRECTORY": str(private(tmp_path / "credentials" / "imail-api-key", KEY + "3").parent),
    }
    with_command = Profile("work", "https://a/v1", api_key_command=(sys.executable, "-c", f"print('{KEY}4')"))
    keep_key(paths, PROFILE, Secret(KEY + "5"))
    keep_key(paths, PROFILE, Secret(KEY + "6"), in_file=True)
    paths.key_note_file(PROFILE.name, PROFILE.base_url).unlink()

    def found(profile: Profile) -> str:
        key = find_given_key(environment) or find_kept_key(paths, profile)
        return key.secret.reveal().removeprefix(KEY) if key and key.secret else "none"

    order = [found(with_command)]
    order.append(found(with_command))
    del environment["IMAIL_API_KEY_FILE"]
    order.append(found(with_command))
    del environment["CREDENTIALS_DIRECTORY"]
    order.append(found(with_command))
    order.append(found(PROFILE))
    store.kept.clear()
    order.append(found(PROFILE))
    paths.key_file(PROFILE.name, PROFILE.base_url).unlink()
    order.append(found(PROFILE))
    assert order == ["1", "2", "3", "4", "5", "6", "none"]


def test_the_variable_is_gone_after_reading() -> None:
    environment = {"IMAIL_API_KEY": f" {KEY}\n", "PATH": "/bin"}
    assert find_given_key(environment) == FoundKey(Secret(KEY), "environment")
    assert environment == {"PATH": "/bin"}


def test_a_kept_key_is_not_sent_to_another_server(paths: Paths) -> None:
    keep_key(paths, PROFILE, Secret(KEY))
    keep_key(paths, PROFILE, Secret(KEY), in_file=True)
    assert find_kept_key(paths, Profile("work", "https://evil/v1")) is None
    assert find_kept_key(paths, Profile("other", "https://a/v1")) is None


def test_the_next_start_knows_of_the_key_without_fetching_it(paths: Paths, store: MemoryKeyring) -> None:
    keep_key(paths, PROFILE, Secret(KEY))
    store.kept.clear()
    found = find_key_at_once(paths, PROFILE, {})
    assert found == FoundKey(None, "keyring", "test")
    assert found.ledger == "test"
    note = paths.key_note_file(PROFILE.name, PROFILE.base_url)
    assert KEY[9:] not in note.read_text(encoding="utf-8")
    # Once it turns out to be gone, it is looked for again.
    assert find_kept_key(paths, PROFILE) is None
    assert find_key_at_once(paths, PROFILE, {}) is None


def test_a_kept_file_is_private_and_can_be_forgotten(paths: Paths) -> None:
    place = keep_key(paths, PROFILE, Secret(KEY), in_file=True)
    file = paths.key_file(PROFILE.name, PROFILE.base_url)
    assert place == f"file {file}"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    forget_key(paths, PROFILE)
    forget_key(paths, PROFILE)
    assert find_key_at_once(paths, PROFILE, {}) is None


@pytest.mark.parametrize("content", ["", "\n\n", "two words", "kéy", "\x1b[2J"])
def test_a_file_without_a_key_says_so(tmp_path: Path, content: str) -> None:
    with pytest.raises(KeyFailed, match="no API key"):
        find_given_key({"IMAIL_API_KEY_FILE": str(private(tmp_path / "key", content))})


def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    private(tmp_path / "key", KEY).chmod(0o644)
    with pytest.raises(KeyFailed, match="read by other users"):
        find_given_key({"IMAIL_API_KEY_FILE": str(tmp_path / "key")})
    with pytest.raises(KeyFailed, match="cannot be read"):
        find_given_key({"IMAIL_API_KEY_FILE": str(tmp_path / "nothing")})


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; print('no such entry', file=sys.stderr); sys.exit(1)", "no such entry"),
        ("pass", "no API key"),
    ],
)
def test_a_command_that_gives_no_key_says_why(paths: Paths, code: str, why: str) -> None:
    with pytest.raises(KeyFailed, match=why):
        find_kept_key(paths, Profile("work", api_key_command=(sys.executable, "-c", code)))


def test_a_command_that_is_not_there_says_so(paths: Paths) -> None:
    with pytest.raises(KeyFailed, match="cannot be run"):
        find_kept_key(paths, Profile("work", api_key_command=("imail-no-such-command",)))


@pytest.mark.parametrize("backend", [LockedKeyring, ForgetfulKeyring])
def test_a_store_that_does_not_keep_is_said_without_the_key(
    paths: Paths, backend: type[MemoryKeyring]
) -> None:
    keyring.set_keyring(made(backend))
    with pytest.raises(KeyFailed) as failed:
        keep_key(paths, PROFILE, Secret(KEY))
    assert failed.value.problem.code == "no_keyring"
    assert KEY not in failed.value.problem.sentence()


def test_a_locked_store_is_said_and_does_not_make_us_forget_where_the_key_is(
    paths: Paths, store: MemoryKeyring
) -> None:
    keep_key(paths, PROFILE, Secret(KEY))
    keyring.set_keyring(made(LockedKeyring))
    with pytest.raises(KeyFailed, match="locked"):
        find_kept_key(paths, PROFILE)
    with pytest.raises(KeyFailed, match="nothing was removed"):
        forget_key(paths, PROFILE)
    keyring.set_keyring(store)
    assert find_key_at_once(paths, PROFILE, {}) == FoundKey(None, "keyring", "test")
    assert find_kept_key(paths, PROFILE) == FoundKey(Secret(KEY), "keyring")


def test_a_key_known_to_be_in_the_file_waits_for_no_store(paths: Paths) -> None:
    place = keep_key(paths, PROFILE, Secret(KEY), in_file=True)
    keyring.set_keyring(made(LockedKeyring))
    assert find_kept_key(paths, PROFILE) == FoundKey(Secret(KEY), place)
    forget_key(paths, PROFILE)
    assert find_key_at_once(paths, PROFILE, {}) is None


def test_a_key_that_moves_to_the_store_leaves_no_file_behind(paths: Paths) -> None:
    keep_key(paths, PROFILE, Secret(KEY), in_file=True)
    keep_key(paths, PROFILE, Secret(KEY + "2"))
    assert not paths.key_file(PROFILE.name, PROFILE.base_url).exists()
    assert find_kept_key(paths, PROFILE) == FoundKey(Secret(KEY + "2"), "keyring")


def test_a_store_that_hangs_costs_the_limit_and_no_more() -> None:
    keyring.set_keyring(made(HangingKeyring))
    with pytest.raises(NoKeyring, match="did not answer"):
        keyring_store.read("work", seconds=0.1)
    HangingKeyring.released.set()


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"])
def test_a_store_that_is_none_is_not_used(name: str) -> None:
    keyring.set_keyring(keyring.core.load_keyring(name))
    with pytest.raises(NoKeyring):
        keyring_store.read("work")
    with pytest.raises(NoKeyring):
        keyring_store.write("work", Secret(KEY))


def test_a_store_that_hangs_is_not_asked_again_before_it_answered() -> None:
    HangingKeyring.released.clear()
    keyring.set_keyring(made(HangingKeyring))
    with pytest.raises(NoKeyring, match="did not answer"):
        keyring_store.read("work", seconds=0.1)
    asking = keyring_threads()
    for _ in range(5):
        with pytest.raises(NoKeyring, match="still does not answer"):
            keyring_store.read("work")
    assert keyring_threads() == asking
    HangingKeyring.released.set()
    for thread in keyring_threads():
        thread.join()
    assert keyring_store.read("work") is None


class Chain(MemoryKeyring):
    """A chain, as keyring makes one where several stores are installed; it keeps nothing itself."""

    backends: Sequence[KeyringBackend] = ()

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("the stores of a chain are used, not the chain")


def chain_of(*backends: KeyringBackend) -> KeyringBackend:
    class Chained(Chain):
        pass

    Chained.backends = backends
    return made(Chained)


def test_of_a_chain_the_first_store_that_really_keeps_secrets_is_used(store: MemoryKeyring) -> None:
    useless = keyring.core.load_keyring("keyring.backends.null.Keyring")
    keyring.set_keyring(chain_of(useless, store, made(MemoryKeyring)))
    keyring_store.write("work", Secret(KEY))
    assert list(store.kept.values()) == [KEY]
    assert keyring_store.read("work") == Secret(KEY)
    keyring_store.delete("work")
    keyring_store.delete("work")
    assert store.kept == {}
    keyring.set_keyring(chain_of(useless))
    assert keyring_store.report().state is KeyringState.ABSENT


@pytest.mark.parametrize(
    ("backend", "state"),
    [
        (MemoryKeyring, KeyringState.REACHABLE),
        (LockedKeyring, KeyringState.LOCKED),
        (HangingKeyring, KeyringState.SILENT),
    ],
)
def test_how_a_store_is_found(backend: type[MemoryKeyring], state: KeyringState) -> None:
    HangingKeyring.released.clear()
    keyring.set_keyring(made(backend))
    assert keyring_store.report(seconds=0.2).state is state
    HangingKeyring.released.set()
    for thread in keyring_threads():
        thread.join()


def test_a_command_that_fails_is_quoted_without_the_key(paths: Paths) -> None:
    code = f"import sys; sys.exit('cannot use {KEY}')"
    with pytest.raises(KeyFailed, match="cannot use imk_test_…") as failed:
        find_kept_key(paths, Profile("work", api_key_command=(sys.executable, "-c", code)))
    assert KEY not in failed.value.problem.sentence()


def test_a_given_key_must_be_one_word() -> None:
    environment = {"IMAIL_API_KEY": f"{KEY} {KEY}"}
    with pytest.raises(KeyFailed, match="no API key") as failed:
        find_given_key(environment)
    assert environment == {}
    assert KEY not in failed.value.problem.sentence()


def test_a_credential_that_systemd_grants_by_an_access_list_is_read(tmp_path: Path) -> None:
    private(tmp_path / "imail-api-key", KEY).chmod(0o440)
    found = find_given_key({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert found == FoundKey(Secret(KEY), "systemd credential")


def test_a_hanging_store_does_not_delay_the_end_of_the_program() -> None:
    code = """
import keyring, threading
from keyring.backend import KeyringBackend
from imail_tui.store import keyring_store
class Hanging(KeyringBackend):
    priority = -1  # never chosen by itself: keyring considers every backend class it has seen
    def get_password(self, service, username): threading.Event().wait()
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass
keyring.set_keyring(Hanging())
try:
    keyring_store.read("work", seconds=0.1)
except keyring_store.NoKeyring:
    print("gave up")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == "gave up\n"
