"""`imail-tui budget`: what all processes of the machine share, from a shell."""

import json
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress

from .test_command_line import UNREACHABLE, QuickShell, Shell


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return QuickShell(sandbox, tmp_path)


def test_it_asks_once_and_then_knows_what_other_processes_spent(shell: Shell) -> None:
    first = json.loads(shell.run("budget", "--json").stdout)
    assert (first["burst"], first["processes"], first["waiting"]["job"]) == (60_000, 1, 0)
    assert first["shared_in"].endswith(".sqlite3")
    assert first["why_alone"] is first["last_429_seconds_ago"] is None
    # Without a server: the level is the one that the process before left behind.
    second = json.loads(shell.run("budget", "--json").stdout)
    assert second["left"] >= first["left"]


def test_in_words(shell: Shell) -> None:
    done = shell.run("budget")
    facts = dict(line.split("\t") for line in done.stdout.splitlines())
    assert facts["last 429"].startswith("never")
    assert "of 60,000 requests" in facts["left"]


def test_a_server_that_is_away_is_told(shell: Shell) -> None:
    done = shell.run("budget", IMAIL_BASE_URL=UNREACHABLE)
    assert done.returncode == Exit.OFFLINE


def test_a_place_that_cannot_be_shared_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    told = json.loads(shell.run("budget", "--json").stdout)
    assert told["shared_in"] is None
    assert "cannot be shared" in told["why_alone"]
