"""A key is planted and the real commands do all they do with keys: it must turn up nowhere.

Searched are the terminal's bytes, every file below the home (SQLite files and logs too), and the environment
and arguments of children. Allowed is the private file that a person agreed to keep the key in.
"""

import pytest

from imail_tui.cli.exits import Exit
from tests.fakes.rotating_sandbox import RotatingSandbox

from .planted import KEY, NEW_KEY, WRONG_KEY, PlantedHome

UNREACHABLE = "http://127.0.0.1:9/v1"


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
    assert home.run("auth", "rm", "file", "--yes").returncode == Exit.OK
    assert home.key_files() == set()
    assert home.hits() == []


def test_a_key_typed_at_the_hidden_prompt(home: PlantedHome) -> None:
    with home.terminal("auth", "add", "work") as terminal:
        terminal.wait_text("API key for")
        terminal.press(f"{KEY}\r")
        terminal.wait_text("TEST. Key: keyring.")
        assert home.ended(terminal) == Exit.OK
    assert home.hits() == []
