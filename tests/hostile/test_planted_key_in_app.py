"""A key is planted and the real app does all it does with keys: it must turn up nowhere.

Searched are the terminal's bytes, every file below the home (SQLite files and logs too), and the environment
and arguments of children. Allowed is the private file that a person agreed to keep the key in.
"""

import re
import sys
from pathlib import Path

from imail_tui.cli.exits import Exit
from imail_tui.ui.areas import AREAS, Area
from tests.fakes.rotating_sandbox import RotatingSandbox
from tests.wire.terminal import Terminal

from .planted import KEY, NEW_KEY, WRONG_KEY, PlantedHome

QUIT = "\x11"
CLEAR = "\x15"
HIDDEN = "•"


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
