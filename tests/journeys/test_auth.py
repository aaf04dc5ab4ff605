"""`imail-tui auth` as a script runs it: what it prints, and the exit codes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress
from tests.fakes.commands import run_imail

UNREACHABLE = "http://127.0.0.1:9/v1"
UNKNOWN_KEY = "imk_test_0123456789ABCDEFGHJKMNPQRS"


class Shell:
    """Runs `imail-tui auth …` without a secret store, in a home of its own."""

    def __init__(self, home: Path, url: str) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home),
            "IMAIL_BASE_URL": url,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def auth(self, *arguments: str, key: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """One command, with `key` on standard input."""
        return run_imail("auth", *arguments, env={**self._environment, **environment}, given=key)

    def add(self, name: str, key: str) -> None:
        """Add a profile whose key is kept in a file."""
        done = self.auth("add", name, "--key-file", "-", "--in-file", key=key)
        assert (done.returncode, done.stderr) == (Exit.OK, "")


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return Shell(tmp_path, sandbox.url)


def test_two_workspaces_side_by_side(shell: Shell, sandbox: SandboxAddress, tmp_path: Path) -> None:
    live = tmp_path / "live.key"
    live.touch(mode=0o600)
    live.write_text(f"{sandbox.live_key.reveal()}\n", encoding="utf-8")
    shell.add("work", sandbox.test_key.reveal())
    assert shell.auth("add", "live", "--key-file", str(live), "--in-file", "--use").stdout.startswith(
        "live: Halden Pike Outbound (surge), LIVE. Key: file "
    )
    header, *rows = [line.split("\t") for line in shell.auth("list").stdout.splitlines()]
    assert header == ["default", "profile", "server", "workspace", "ledger", "key"]
    assert [(row[0], row[1], row[4]) for row in rows] == [("", "work", "TEST"), ("*", "live", "LIVE")]
    listed = json.loads(shell.auth("list", "--json").stdout)
    assert [(each["profile"], each["mode"], each["default"]) for each in listed] == [
        ("work", "test", False),
        ("live", "live", True),
    ]
    assert shell.auth("use", "work").returncode == Exit.OK
    assert [each["default"] for each in json.loads(shell.auth("list", "--json").stdout)] == [True, False]


def test_status_says_what_works_and_where_the_keys_are(shell: Shell, sandbox: SandboxAddress) -> None:
    shell.add("work", sandbox.test_key.reveal())
    done = shell.auth("status", "--json")
    report = json.loads(done.stdout)
    (status,) = report["profiles"]
    assert (done.returncode, status["works"], status["tier"]) == (Exit.OK, True, "surge")
    assert status["key"] == f"imk_…{sandbox.test_key.reveal()[-4:]}"
    assert report["keyring"]["state"] == "absent"
    refused = shell.auth("status", IMAIL_API_KEY=UNKNOWN_KEY)
    assert refused.returncode == Exit.NO_KEY
    assert "used instead of every kept one" in refused.stderr
    assert refused.stdout.splitlines()[2].endswith("\tworks")


def test_a_key_is_replaced_and_removed(shell: Shell, sandbox: SandboxAddress) -> None:
    key, live = sandbox.test_key.reveal(), sandbox.live_key.reveal()
    shell.add("work", key)
    other = shell.auth("rotate", "work", "--key-file", "-", key=live)
    assert (other.returncode, "LIVE key" in other.stderr) == (Exit.USAGE, True)
    assert shell.auth("rotate", "work", "--key-file", "-", key=key).returncode == Exit.OK
    taken = shell.auth("rotate", "work", "--key-file", "-", "--other-workspace", key=live)
    assert "LIVE" in taken.stdout
    assert shell.auth("rm", "work", "--yes").returncode == Exit.OK
    done = shell.auth("list")
    assert (done.returncode, len(done.stdout.splitlines())) == (Exit.OK, 1)
    assert "imail-tui auth add NAME" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "key", "code", "told"),
    [
        (("add", "work"), "", Exit.USAGE, "--key-file -"),
        (("add", "work", "--key-file", "-"), "", Exit.NO_KEY, "No key was given"),
        (("add", "work", "--key-file", "-"), "two words", Exit.USAGE, "This is no key"),
        (("add", "work", "--key-file", "-", "--in-file"), UNKNOWN_KEY, Exit.NO_KEY, "req_"),
        (("add", "work", "--key-file", "/no/such/file"), "", Exit.FAILED, "/no/such/file"),
        (("add", "../work", "--key-file", "-"), UNKNOWN_KEY, Exit.USAGE, "cannot be called so"),
        (("add", "a\x1b[2Jb", "--key-file", "-"), UNKNOWN_KEY, Exit.USAGE, "␛"),
        (("add", "work", "--api-key-command", "false", "--in-file"), "", Exit.USAGE, "keeps none"),
        (("add", "work", "--api-key-command", "false"), "", Exit.FAILED, "api_key_command false"),
        (("add", "work", "--key-file", "-", "--base-url", "x"), UNKNOWN_KEY, Exit.USAGE, "not an address"),
        (("add", "work", "--key-file", "-", "--base-url", UNREACHABLE), UNKNOWN_KEY, Exit.OFFLINE, "reached"),
        (("use", "nobody"), "", Exit.USAGE, "Profiles: none yet"),
        (("rm", "nobody", "--yes"), "", Exit.USAGE, "Profiles: none yet"),
        (("rotate", "nobody"), "", Exit.USAGE, "Profiles: none yet"),
        (("status", "nobody"), "", Exit.USAGE, "Profiles: none yet"),
        (("status",), "", Exit.NO_KEY, "auth add"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_and_an_exit_code(
    shell: Shell, arguments: tuple[str, ...], key: str, code: Exit, told: str
) -> None:
    done = shell.auth(*arguments, key=key)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert UNKNOWN_KEY not in done.stdout + done.stderr
