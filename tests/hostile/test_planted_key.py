"""A key is planted and the real program does all it does with keys: it must turn up nowhere.

Searched are the terminal's bytes, every file below the home (SQLite files and logs too), and the environment
and arguments of children. Allowed is the private file that a person agreed to keep the key in.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.ui.areas import AREAS, Area
from tests.fakes.rotating_sandbox import RotatingSandbox, rotating_sandbox
from tests.wire.terminal import Terminal

from .planted import KEY, NEW_KEY, WRONG_KEY, PlantedHome

QUIT = "\x11"
CLEAR = "\x15"
HIDDEN = "•"
PER_MINUTE = 60_000
UNREACHABLE = "http://127.0.0.1:9/v1"


@pytest.fixture(scope="module")
def world() -> Iterator[RotatingSandbox]:
    options = SandboxOptions(seed=7, frozen=True, per_minute=PER_MINUTE, burst=PER_MINUTE)
    with rotating_sandbox(options) as running:
        yield running


@pytest.fixture
def server(world: RotatingSandbox) -> RotatingSandbox:
    world.rotate(KEY)
    return world


@pytest.fixture
def home(server: RotatingSandbox, tmp_path: Path) -> PlantedHome:
    return PlantedHome(tmp_path, server.url)


def leave(home: PlantedHome, terminal: Terminal) -> None:
    terminal.press(QUIT)
    assert home.ended(terminal) == Exit.OK


def enter(terminal: Terminal, key: str) -> None:
    """Type a key into the empty or filled field that has the focus."""
    terminal.press(CLEAR)
    terminal.wait_for(lambda: HIDDEN not in terminal.text, "empty field")
    terminal.wait_quiet()
    terminal.press(key)
    terminal.wait_for(lambda: HIDDEN * len(key) in terminal.text, "hidden key")
    terminal.press("\r")


def visit(terminal: Terminal, area: Area) -> None:
    """Show an area and wait until all of it is there."""
    terminal.press(area.key)
    terminal.wait_for(lambda: terminal.text.startswith(f" {area.title}"), f"area {area.title}")
    terminal.wait_quiet()


@pytest.mark.parametrize(
    "place", ["imail/state/log", "imail/data/cache.sqlite3-wal", "tmp/crash", f"tmp/{KEY[9:-4]}.txt"]
)
def test_the_search_finds_what_is_planted(home: PlantedHome, place: str) -> None:
    assert home.hits() == []
    file = home.files / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\x00\x01 Bearer " + KEY.encode() + b"\xff")
    assert str(file) in home.hits()


def test_commands_with_a_given_key(home: PlantedHome) -> None:
    given = {"IMAIL_API_KEY": KEY}
    for command in (
        ("inboxes", "list", "--json"),
        ("stats", "--days", "7"),
        ("auth", "status", "--json"),
        ("budget", "--json"),
        ("requests",),
    ):
        assert home.run(*command, env=given).returncode == Exit.OK, command
    home.run("doctor", "--json", env=given)
    assert home.run("inboxes", "list", "--base-url", UNREACHABLE, env=given).returncode == Exit.OFFLINE
    assert home.run("inboxes", "list", env={"IMAIL_API_KEY": WRONG_KEY}).returncode == Exit.NO_KEY
    assert home.run("inboxes", "list", env={"IMAIL_API_KEY": f"{KEY} x"}).returncode == Exit.FAILED
    assert home.run("nonsense", env=given).returncode == Exit.USAGE
    assert home.hits() == []


def test_the_life_of_a_kept_key(home: PlantedHome, server: RotatingSandbox) -> None:
    add = ("auth", "add", "--key-file", "-")
    assert home.run(*add, "store", given=KEY).returncode == Exit.OK
    assert home.run(*add, "file", "--in-file", given=KEY).returncode == Exit.OK
    assert home.run(*add, "wrong", given=WRONG_KEY).returncode == Exit.NO_KEY
    assert home.run(*add, "torn", given=f"{KEY} {KEY}").returncode == Exit.USAGE
    assert home.run("inboxes", "list", "--profile", "file").returncode == Exit.OK
    server.rotate(NEW_KEY)
    assert home.run("auth", "status", "--json").returncode == Exit.NO_KEY
    for name in ("store", "file"):
        refused = home.run("auth", "rotate", name, "--key-file", "-", given=WRONG_KEY)
        assert refused.returncode == Exit.NO_KEY
        assert home.run("auth", "rotate", name, "--key-file", "-", given=NEW_KEY).returncode == Exit.OK
    assert home.run("auth", "status").returncode == Exit.OK
    assert len(home.key_files()) == 1
    assert home.run("auth", "remove", "file", "--yes").returncode == Exit.OK
    assert home.key_files() == set()
    assert home.hits() == []


def test_a_key_typed_at_the_hidden_prompt(home: PlantedHome) -> None:
    with home.terminal("auth", "add", "work") as terminal:
        terminal.wait_text("API key for")
        terminal.press(f"{KEY}\r")
        terminal.wait_text("TEST. Key: keyring.")
        assert home.ended(terminal) == Exit.OK
    assert home.hits() == []


def test_the_app_with_a_kept_key_in_every_area(home: PlantedHome) -> None:
    assert home.run("auth", "add", "work", "--key-file", "-", given=KEY).returncode == Exit.OK
    with home.terminal() as terminal:
        terminal.wait_text("data now")
        for area in (*AREAS, AREAS[0]):
            visit(terminal, area)
        leave(home, terminal)
    assert home.hits() == []


def test_the_app_while_its_key_is_refused_and_another_one_is_typed(
    home: PlantedHome, server: RotatingSandbox
) -> None:
    with home.terminal(env={"IMAIL_API_KEY": KEY}) as terminal:
        terminal.wait_text("data now")
        server.rotate(NEW_KEY)
        terminal.press("r")
        terminal.wait_text("The server refuses the key")
        for typed, told in ((WRONG_KEY, "does not know this key"), (NEW_KEY, "data now")):
            enter(terminal, typed)
            terminal.wait_text(told)
        leave(home, terminal)
    assert home.hits() == []


def test_the_screen_that_takes_the_first_key(home: PlantedHome) -> None:
    with home.terminal() as terminal:
        terminal.wait_text("Keys are made in imail's web app")
        enter(terminal, WRONG_KEY)
        terminal.wait_text("does not know this key")
        enter(terminal, KEY)
        terminal.wait_text("data now")
        leave(home, terminal)
    assert home.hits() == []


def test_a_crash_of_ours_with_the_key_in_its_hands(home: PlantedHome) -> None:
    crashing = (sys.executable, "-m", "tests.wire.apps.crashing_app")
    with home.terminal(env={"IMAIL_API_KEY": KEY}, argv=crashing) as terminal:
        assert home.ended(terminal) == Exit.FAILED
    assert b"Report it with these lines" in home.said
    assert b"KeyError: 'there is no imk_test_" in home.said
    assert home.hits() == []


def test_children_of_the_app_do_not_inherit_the_key(home: PlantedHome) -> None:
    record = home.tool("tmux")
    with home.terminal(env={"IMAIL_API_KEY": KEY, "TMUX": "/tmp/tmux,1,0"}) as terminal:
        terminal.wait_text("data now")
        terminal.press("y")
        terminal.wait_for(record.exists, "a child of the app")
        limits = Path(f"/proc/{terminal.process.pid}/limits").read_text(encoding="utf-8")
        assert re.search(r"Max core file size +0 +0 ", limits), "a core file would hold the key"
        leave(home, terminal)
    assert "IMAIL_TUI_HOME=" in record.read_text(encoding="utf-8")
    assert home.hits() == []


def test_the_command_that_prints_the_key(home: PlantedHome, tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    safe.write_text(KEY, encoding="utf-8")
    record = home.tool("show-key", says=str(safe))
    assert home.run("auth", "add", "work", "--api-key-command", "show-key imail").returncode == Exit.OK
    assert home.run("auth", "status").returncode == Exit.OK
    with home.terminal() as terminal:
        terminal.wait_text("data now")
        leave(home, terminal)
    assert record.read_text(encoding="utf-8").count("ARGUMENTS") >= 3
    assert home.hits() == []
