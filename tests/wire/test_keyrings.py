"""The real app on a terminal over secret stores that misbehave: it is there first, and gone when told."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from keyring.backends.fail import Keyring as MissingKeyring

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.benchmarks.startup import WORLD
from tests.fakes.keyrings import (
    HangingKeyring,
    LockedKeyring,
    SlowKeyring,
    WorkingKeyring,
    backend_environment,
)
from tests.wire.terminal import TRUECOLOR, Terminal

APP: Final = (sys.executable, "-m", "imail_tui")
APP_WITHOUT_LIMIT: Final = (
    sys.executable,
    "-c",
    "from imail_tui.store import keyring_store\n"
    "keyring_store.read.__defaults__ = (3_600.0,)\n"
    "from imail_tui.__main__ import main\n"
    "main()",
)
"""It waits an hour for a secret store."""
QUIT: Final = "\x11"
ESCAPE: Final = "\x1b"
WELCOME: Final = "Keys are made in imail's web app"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxAddress]:
    """A world that stands still."""
    with running_sandbox(WORLD) as address:
        yield address


@pytest.fixture(scope="module")
def home(sandbox: SandboxAddress, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose key is in a working secret store, and whose cache is filled."""
    home = tmp_path_factory.mktemp("home")
    env = environment(WorkingKeyring, home)
    subprocess.run(
        [*APP, "auth", "add", "work", "--base-url", sandbox.url, "--key-file", "-"],
        input=sandbox.test_key.reveal(),
        env=env,
        check=True,
        text=True,
        capture_output=True,
    )
    with app(env) as terminal:
        terminal.wait_text("data now")
        leave(terminal)
    return home


def environment(backend: type[object], home: Path) -> dict[str, str]:
    """Where an app finds its files and its secret store, which was not asked yet."""
    env = backend_environment(backend, home / "keyring")
    (home / "keyring" / "asked").unlink(missing_ok=True)
    return {**TRUECOLOR, **env, "IMAIL_TUI_HOME": str(home / "files")}


def app(env: Mapping[str, str], command: Sequence[str] = APP) -> Terminal:
    """The app in a terminal of 80x24."""
    return Terminal(command, env=env)


def leave(terminal: Terminal) -> None:
    """Leave; whoever waited for a store without a limit would never be gone."""
    terminal.press(QUIT)
    assert terminal.wait_exit() == 0


def was_asked(home: Path) -> bool:
    return (home / "keyring" / "asked").exists()


def test_a_store_that_hangs_keeps_nobody_from_the_cache_nor_from_leaving(home: Path) -> None:
    with app(environment(HangingKeyring, home), APP_WITHOUT_LIMIT) as terminal:
        terminal.wait_text("@")
        terminal.wait_for(lambda: was_asked(home), "question to the store")
        leave(terminal)


def test_a_store_that_hangs_is_named_and_the_cache_stays_on_show(home: Path) -> None:
    with app(environment(HangingKeyring, home)) as terminal:
        terminal.wait_text("did not answer")
        terminal.press(ESCAPE)
        terminal.wait_text("@")
        leave(terminal)


def test_a_locked_store_is_named_and_the_cache_stays_on_show(home: Path) -> None:
    with app(environment(LockedKeyring, home)) as terminal:
        terminal.wait_text("the secret store is locked")
        terminal.press(ESCAPE)
        terminal.wait_text("@")
        leave(terminal)


def test_a_slow_store_gives_the_key_while_the_cache_is_on_show(sandbox: SandboxAddress, home: Path) -> None:
    with app(environment(SlowKeyring, home)) as terminal:
        terminal.wait_text("@")
        terminal.press("7")
        terminal.wait_text("not fetched yet")
        terminal.press("r")
        terminal.wait_text(sandbox.test_key.reveal()[-4:])
        leave(terminal)


def test_the_very_first_start_is_there_before_a_store_that_hangs(tmp_path: Path) -> None:
    with app(environment(HangingKeyring, tmp_path), APP_WITHOUT_LIMIT) as terminal:
        terminal.wait_text("looking for a key kept earlier")
        terminal.wait_for(lambda: was_asked(tmp_path), "question to the store")
        assert WELCOME in terminal.text
        leave(terminal)


def test_the_very_first_start_with_a_slow_store_goes_in_by_itself(
    sandbox: SandboxAddress, home: Path
) -> None:
    env = environment(SlowKeyring, home)
    env["IMAIL_TUI_HOME"] = str(home / "other files")
    config = home / "other files" / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        f'default = "work"\n[profiles.work]\nbase_url = "{sandbox.url}"\n', encoding="utf-8"
    )
    with app(env) as terminal:
        terminal.wait_text(WELCOME)
        terminal.wait_text("data now")
        leave(terminal)


@pytest.mark.parametrize(
    ("backend", "told"), [(LockedKeyring, "the secret store is locked"), (MissingKeyring, "No key?")]
)
def test_the_very_first_start_without_a_usable_store_asks_for_the_key(
    backend: type[object], told: str, tmp_path: Path
) -> None:
    with app(environment(backend, tmp_path)) as terminal:
        terminal.wait_for(lambda: told in terminal.text and "looking" not in terminal.text, repr(told))
        assert WELCOME in terminal.text
        leave(terminal)
