"""The commands as a script runs them: plain and JSON output, and the exit codes the README promises."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.fakes.commands import run_imail, run_on_terminal
from tests.fakes.commands_here import run_here

from .workspace import WORLD

UNREACHABLE = "http://127.0.0.1:9/v1"


class Shell:
    """Runs `imail-tui` with a home of its own and, unless told otherwise, the sandbox's test key."""

    def __init__(self, sandbox: SandboxAddress, home: Path, key: Secret | None = None) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home),
            "IMAIL_BASE_URL": sandbox.url,
            "IMAIL_API_KEY": (key or sandbox.test_key).reveal(),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def run(self, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """One command; a variable given as "" is left out."""
        return run_imail(*arguments, env=self._variables(environment), given=given)

    def on_terminal(self, *arguments: str, typed: str = "", **environment: str) -> tuple[int, str]:
        """One command on a terminal: exit code, and all it shows."""
        variables = self._variables({"TERM": "xterm-256color", **environment})
        return run_on_terminal(*arguments, env=variables, typed=typed)

    def json(self, *arguments: str, **environment: str) -> Any:
        """What a command that succeeds prints with `--json`."""
        done = self.run(*arguments, "--json", **environment)
        assert done.returncode == Exit.OK, done.stderr
        return json.loads(done.stdout)

    def _variables(self, changed: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in {**self._environment, **changed}.items() if value}


class QuickShell(Shell):
    """The same in this process, which costs half as much. Not where a loop runs."""

    def run(self, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """One command; a variable given as "" is left out."""
        return run_here(*arguments, env=self._variables(environment), given=given)


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path)


def test_inboxes_in_a_pipe_are_lines_with_tabs(shell: Shell) -> None:
    done = shell.run("inboxes", "list")
    header, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (Exit.OK, "")
    assert header.split("\t")[:3] == ["status", "email", "provider"]
    assert len(rows) == 24
    assert {len(row.split("\t")) for row in rows} == {len(header.split("\t"))}


def test_inboxes_by_state_as_json(shell: Shell) -> None:
    (inbox,) = json.loads(shell.run("inboxes", "list", "--status", "disconnected", "--json").stdout)
    assert inbox["status"] == "disconnected"
    assert inbox["id"].startswith("inb_")


def test_campaigns_of_every_state(shell: Shell) -> None:
    campaigns = json.loads(shell.run("campaigns", "list", "--json").stdout)
    assert sorted(each["status"] for each in campaigns) == [
        "active", "active", "archived", "completed", "draft", "paused",
    ]  # fmt: skip
    assert len(shell.run("campaigns", "list").stdout.splitlines()) == 7


def test_version_and_help(shell: Shell) -> None:
    assert shell.run("--version").stdout.startswith("imail-tui 0.")
    assert "demo" in shell.run("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "told"),
    [
        (("inboxes", "list"), {"IMAIL_API_KEY": ""}, Exit.NO_KEY, "IMAIL_API_KEY"),
        (("inboxes", "list"), {"IMAIL_API_KEY": "imk_test_0123456789ABCDEFGHJKMNPQRS"}, Exit.NO_KEY, "req_"),
        (("inboxes", "list", "--base-url", UNREACHABLE), {}, Exit.OFFLINE, "cannot be reached"),
        (("inboxes", "list", "--base-url", "nonsense"), {}, Exit.USAGE, "--base-url nonsense"),
        (("inboxes", "list", "--profile", "nobody"), {}, Exit.USAGE, "--profile nobody"),
        (("inboxes", "lst"), {}, Exit.USAGE, "list"),
        (("stats", "--days", "0"), {}, Exit.USAGE, "days"),
        ((), {}, Exit.FAILED, "not a terminal"),
    ],
)
def test_a_fault_is_one_line_and_an_exit_code(
    shell: Shell, arguments: tuple[str, ...], environment: dict[str, str], code: Exit, told: str
) -> None:
    done = shell.run(*arguments, **environment)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_tier_without_the_api_has_its_own_exit_code(tmp_path: Path) -> None:
    with running_sandbox((*WORLD, "--tier", "none")) as sandbox:
        done = Shell(sandbox, tmp_path).run("campaigns", "list")
    assert done.returncode == Exit.FORBIDDEN
    assert "Surge" in done.stderr


def test_the_key_is_in_no_output_and_no_file(shell: Shell, sandbox: SandboxAddress, tmp_path: Path) -> None:
    key = sandbox.test_key.reveal()
    done = shell.run("inboxes", "list", "--json")
    assert key not in done.stdout + done.stderr
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or key.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
