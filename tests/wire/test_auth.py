"""`imail-tui auth` with a person at the terminal, and beside an app that runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as MissingKeyring

from imail_tui.cli.exits import Exit
from tests.fakes.keyrings import WorkingKeyring, backend_environment
from tests.fakes.rotating_sandbox import FIRST_KEY, RotatingSandbox, rotating_sandbox
from tests.wire.terminal import TRUECOLOR, Terminal

IMAIL = (sys.executable, "-m", "imail_tui")
SECOND_KEY = "imk_test_SECONDSECONDSECOND0002"
QUIT = "\x11"


@pytest.fixture(scope="module")
def world() -> Iterator[RotatingSandbox]:
    with rotating_sandbox() as running:
        yield running


@pytest.fixture
def server(world: RotatingSandbox) -> RotatingSandbox:
    world.rotate(FIRST_KEY)
    return world


def environment(backend: type[object], home: Path, server: RotatingSandbox) -> dict[str, str]:
    return {
        **TRUECOLOR,
        **backend_environment(backend, home / "keyring"),
        "IMAIL_TUI_HOME": str(home / "files"),
        "IMAIL_BASE_URL": server.url,
    }


def auth(*arguments: str, env: dict[str, str]) -> Terminal:
    return Terminal([*IMAIL, "auth", *arguments], env=env, columns=120)


def key_files(home: Path) -> list[Path]:
    return list((home / "files" / "config" / "keys").glob("*"))


@pytest.mark.parametrize(("answer", "kept"), [("y", True), ("n", False), ("", False)])
def test_without_a_secret_store_a_person_is_asked_for_a_file(
    server: RotatingSandbox, tmp_path: Path, answer: str, kept: bool
) -> None:
    with auth("add", "work", env=environment(MissingKeyring, tmp_path, server)) as terminal:
        terminal.wait_text(f"API key for {server.url}")
        terminal.press(f"{FIRST_KEY}\r")
        terminal.wait_text("not encrypted)? [y/N]")
        assert "no secret store is running here" in terminal.text
        assert key_files(tmp_path) == []
        terminal.press(f"{answer}\r")
        assert terminal.wait_exit() == (Exit.OK if kept else Exit.FAILED)
        assert ("TEST. Key: file" in terminal.text) is kept
        assert FIRST_KEY not in terminal.raw.decode()
    files = key_files(tmp_path)
    assert [oct(file.stat().st_mode)[-3:] for file in files] == (["600"] if kept else [])
    assert (tmp_path / "files" / "config" / "config.toml").exists() is kept


def test_leaving_the_prompt_keeps_nothing(server: RotatingSandbox, tmp_path: Path) -> None:
    with auth("add", "work", env=environment(WorkingKeyring, tmp_path, server)) as terminal:
        terminal.wait_text("API key for")
        terminal.press("\x03")
        assert terminal.wait_exit() == Exit.INTERRUPTED
        assert "Traceback" not in terminal.text
    assert not (tmp_path / "files" / "config").exists()


def test_removing_asks_first(server: RotatingSandbox, tmp_path: Path) -> None:
    env = environment(WorkingKeyring, tmp_path, server)
    add(env, FIRST_KEY)
    for answer, status in (("n", Exit.FAILED), ("y", Exit.OK)):
        with auth("rm", "work", env=env) as terminal:
            terminal.wait_text("Remove the profile work (Halden Pike Outbound, TEST) and its key? [y/N]")
            terminal.press(f"{answer}\r")
            assert terminal.wait_exit() == status
    with auth("list", env=env) as terminal:
        assert terminal.wait_exit() == Exit.OK
        assert "No profiles" in terminal.text


def test_an_app_that_runs_takes_the_key_that_another_terminal_rotated(
    server: RotatingSandbox, tmp_path: Path
) -> None:
    env = environment(WorkingKeyring, tmp_path, server)
    add(env, FIRST_KEY)
    with Terminal(IMAIL, env=env) as terminal:
        terminal.wait_text("data now")
        server.rotate(SECOND_KEY)
        pipe("auth", "rotate", "work", "--key-file", "-", key=SECOND_KEY, env=env)
        terminal.press("r")
        terminal.wait_text("The key was replaced")
        terminal.press("7")
        terminal.wait_text(f"imk_…{SECOND_KEY[-4:]}")
        terminal.press(QUIT)
        assert terminal.wait_exit() == Exit.OK


def add(env: dict[str, str], key: str) -> None:
    """Add the profile `work`."""
    pipe("auth", "add", "work", "--key-file", "-", key=key, env=env)


def pipe(*arguments: str, key: str, env: dict[str, str]) -> None:
    """A command that reads the key from standard input, and works."""
    subprocess.run([*IMAIL, *arguments], input=key, env=env, check=True, text=True, capture_output=True)
