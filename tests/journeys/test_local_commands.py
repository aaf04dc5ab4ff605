"""Commands about this machine: settings, keys, completion in a real shell, and what support gets."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from imail_tui.cli.exits import Exit
from imail_tui.domain.text import FORBIDDEN
from imail_tui.services.live_settings import SettingsWatch
from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from imail_tui.services.session import Session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import load_settings
from imail_tui.ui.options import UiOptions

from .hostile_world import ESCAPE, write_world
from .test_acting_commands import ALONE
from .test_command_line import Shell
from .workspace import app_on, shown, until, until_shown


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxAddress]:
    world = write_world(tmp_path_factory.mktemp("world") / "world.yaml")
    with running_sandbox((*ALONE, "--seed-file", str(world))) as address:
        yield address


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir()
    return file


def test_settings_are_shown_and_checked(shell: Shell, config: Path) -> None:
    assert shell.run("config", "path").stdout == f"{config}\n"
    assert shell.run("config", "check").returncode == Exit.OK
    config.write_text(
        f'theme = "pink"\nthem = "{ESCAPE.encode("unicode_escape").decode()}"\n'.replace("\\x", "\\u00")
    )
    assert shell.run("config", "show").stdout == config.read_text()
    done = shell.run("config", "check")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    wrong, unknown = done.stderr.splitlines()
    assert wrong.startswith(f"error: {config}:1: theme: The value must be imail-dark, ")
    assert unknown.startswith(f"warning: {config}:2: them: ")
    assert "Did you mean theme?" in unknown
    assert [each["code"] for each in json.loads(shell.run("config", "check", "--json").stdout)] == [
        "bad_setting",
        "unknown_setting",
    ]
    config.write_text('[columns]\nleads = ["email",\n "shoe"]\n')
    wrong = shell.run("config", "check").stderr
    assert "config.toml:2: columns.leads" in wrong
    assert "custom.NAME" in wrong
    config.write_text("theme = \n")
    assert "line 1" in shell.run("config", "check").stderr
    assert json.loads(shell.run("config", "schema").stdout)["additionalProperties"] is False


def test_editing_checks_and_goes_back(shell: Shell, config: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "theme = 3" > "$1"\n')
    editor.chmod(0o755)
    config.write_text('theme = "imail-light"\n')
    code, shown = shell.on_terminal("config", "edit", typed="n\ny\n", EDITOR=str(editor))
    assert (code, "The value must be" in shown) == (Exit.FAILED, True)
    assert config.read_text() == 'theme = "imail-light"\n'
    code, shown = shell.on_terminal("config", "edit", EDITOR="/nowhere/editor")
    assert (code, "cannot be run" in shown) == (Exit.USAGE, True)
    assert shell.run("config", "edit").returncode == Exit.USAGE


def test_keys_and_what_is_wrong_with_them(shell: Shell, config: Path) -> None:
    rows = shell.json("keys")
    assert rows["problems"] == []
    (down,) = (row for row in rows["keys"] if row["id"] == "table.down")
    assert down["keys"] == down["default"] == ["down", "j"]
    config.write_text('[keys]\n"table.down" = "k"\n"no.such" = "x"\n')
    done = shell.run("keys")
    assert done.returncode == Exit.FAILED
    assert done.stdout.splitlines()[0] == "keys\tid\twhere\twhat"
    assert "k means" in done.stderr
    assert "there is no command no.such" in done.stderr


COMPLETED = """
source "$1"
complete_words() {
  COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  _imail_tui
  echo "${COMPREPLY[*]}"
}
complete_words imail-tui camp
complete_words imail-tui campaigns pau
complete_words imail-tui inboxes add --prov
complete_words imail-tui inboxes add --provider sm
complete_words imail-tui config s
"""


def test_completion_in_bash(shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "imail-tui.bash"
    script.write_text(shell.run("completion", "bash").stdout)
    done = subprocess.run(
        ["bash", "-c", COMPLETED, "bash", str(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["campaigns", "pause pause-all", "--provider", "smtp", "show schema"]
    assert "imail" in shell.run("completion", "fish").stdout
    assert shell.run("completion", "tcsh").returncode == Exit.USAGE


def test_what_support_gets_holds_no_key_and_no_lead(
    shell: Shell, sandbox: SandboxAddress, tmp_path: Path
) -> None:
    shell.run("leads", "list")
    shell.run("leads", "list", "--search", "ada@client.example")
    shell.run("campaigns", "show", "cmp_nobody")
    file = tmp_path / "bundle.txt"
    code, shown = shell.on_terminal("support-bundle", str(file), typed="y\n")
    assert code == Exit.OK
    text = file.read_text()
    assert text.splitlines()[0] in shown
    assert "GET /campaigns/cmp_nobody 404" in text
    assert "req_" in text
    for secret in (sandbox.test_key.reveal(), "client.example", "ada"):
        assert secret not in text
    assert not FORBIDDEN.search(text.replace("\n", ""))
    again = shell.run("support-bundle", str(file), "--yes")
    assert (again.returncode, "is there already" in again.stderr) == (Exit.USAGE, True)
    assert shell.run("support-bundle", "other.txt").returncode == Exit.USAGE
    assert shell.run("support-bundle", "-").stdout.startswith("# imail-tui support bundle\n")


async def test_a_running_app_takes_on_settings(session: Session, config: Path, tmp_path: Path) -> None:
    os.environ.pop("IMAIL_TUI_HOME", None)
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    write(config, 'theme = "pink"\n')
    watch = SettingsWatch(paths, load_settings(paths), "journey")
    options = UiOptions(settings=watch, status_seconds=0.05)
    async with app_on(session, (100, 30), options) as pilot:
        await until(pilot, lambda: told(pilot, "config.toml:1: theme: The value must be"), "the mistake")
        write(
            config,
            'theme = "imail-light"\n[keys]\n"inboxes.add" = "f7"\n[alerts.inbox_down]\nminutes = 9\n'
            '[columns]\nleads = ["custom.plan", "email"]\n',
        )
        await until(pilot, lambda: pilot.app.theme == "imail-light", "other theme")
        await until_shown(pilot, "The changed settings are in use.", "f7")
        await pilot.press("f7")
        await until_shown(pilot, "Google")
        await pilot.press("escape", "3")
        await until_shown(pilot, "plan   ", "Email")
        assert "Company" not in shown(pilot)
        write(config, "theme = \n")
        await until(pilot, lambda: told(pilot, "Correct the line."), "the mistake")
        assert pilot.app.theme == "imail-light"


def told(pilot: Pilot[None], text: str) -> bool:
    """Whether a toast says it, wherever its lines are broken."""
    return any(text in each.message for each in pilot.app._notifications)


def write(config: Path, text: str) -> None:
    config.write_text(text)
