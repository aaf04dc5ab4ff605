"""`imail-tui doctor` and `imail-tui requests` as a person or a script runs them."""

import json
import os
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from imail_tui.__main__ import PIPE_CLOSED
from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.store.request_log import RequestLogFile
from tests.patience import PATIENCE

from .test_command_line import UNREACHABLE, Shell

DOCUMENT = "/openapi.json"
"""Read beside what was asked for."""
CHECKS = {"terminal", "config", "key", "keyring", "connection", "tls", "server", "clock", "rate-headers"} | {
    "workspace", "capabilities", "cache", "runtime", "request-log", "disk",
}  # fmt: skip


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path)


def test_all_is_well_on_a_sandbox(shell: Shell) -> None:
    done = shell.run("doctor")
    assert (done.returncode, done.stderr) == (Exit.OK, "")
    *lines, summary = done.stdout.splitlines()
    assert "✗" not in done.stdout
    assert "ok" in summary
    assert any(line.startswith("✓ ok") and "Halden Pike" in line for line in lines)


def test_the_report_as_json_has_every_check(shell: Shell) -> None:
    done = shell.run("doctor", "--json")
    report = json.loads(done.stdout)
    assert report["counts"]["error"] == 0
    assert {each["check"] for each in report["findings"]} >= CHECKS
    for each in report["findings"]:
        assert set(each) == {"check", "verdict", "what", "remedy"}
        assert each["verdict"] in ("ok", "warning", "error", "skipped")
        assert bool(each["remedy"]) == (each["verdict"] in ("warning", "error"))


def test_it_costs_one_token_and_is_in_the_log(shell: Shell) -> None:
    assert shell.run("doctor").returncode == Exit.OK
    (line,) = json.loads(shell.run("requests", "--json").stdout)
    assert (line["method"], line["path"], line["result"]) == ("GET", "/workspace", "ok")


@pytest.mark.parametrize(
    ("arguments", "environment", "check", "remedy"),
    [
        ((), {"IMAIL_API_KEY": ""}, "key", "IMAIL_API_KEY"),
        ((), {"IMAIL_API_KEY": "imk_test_0123456789ABCDEFGHJKMNPQRS"}, "server", "key"),
        (("--base-url", UNREACHABLE), {}, "connection", "server runs"),
        (("--base-url", "nonsense"), {}, "profile", "https://"),
        (("--profile", "nobody"), {}, "profile", "Profiles"),
        ((), {"IMAIL_TUI_HOME": "~nobody-of-that-name"}, "home", "IMAIL_TUI_HOME"),
    ],
)
def test_what_is_wrong_is_an_error_with_a_remedy_and_exit_code_1(
    shell: Shell, arguments: tuple[str, ...], environment: dict[str, str], check: str, remedy: str
) -> None:
    done = shell.run("doctor", "--json", *arguments, **environment)
    assert (done.returncode, done.stderr) == (Exit.FAILED, "")
    findings = json.loads(done.stdout)["findings"]
    (error,) = [each for each in findings if (each["check"], each["verdict"]) == (check, "error")]
    assert remedy in error["remedy"]


def test_no_home_and_no_runtime_directory(shell: Shell, tmp_path: Path) -> None:
    places = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    done = shell.run("doctor", IMAIL_TUI_HOME="", **places)
    assert (done.returncode, done.stderr) == (Exit.OK, "")


def test_a_home_nothing_can_be_written_to(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = shell.run("doctor", IMAIL_TUI_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == Exit.FAILED, "the config is behind a file, too"
    assert "Requests are not being logged" in done.stdout
    assert "✓ ok       server" in done.stdout


def test_a_terminal_of_another_age(shell: Shell) -> None:
    done = shell.run("doctor", PYTHONIOENCODING="latin-1")
    assert done.returncode == Exit.OK
    assert "UTF-8" in done.stdout


def test_the_newest_requests_come_first(shell: Shell) -> None:
    assert shell.run("requests").stdout.splitlines() == [
        "at\tresult\tstatus\tmethod\tpath\tms\tleft\tattempt\tprofile\trequest_id"
    ]
    shell.run("inboxes", "list")
    shell.run("campaigns", "list", "--base-url", UNREACHABLE)
    rows = [line.split("\t") for line in shell.run("requests").stdout.splitlines()[1:]]
    answered = [row for row in rows if row[1] == "ok" and row[4] != DOCUMENT]
    refused = [row for row in rows if row[1] == "error" and row[4] != DOCUMENT]
    assert [row[4] for row in answered] == ["/inboxes", "/workspace"]
    assert {(row[2], row[4], row[9]) for row in refused} == {("not_sent", "/workspace", "–")}
    assert all(row[9].startswith("req_") for row in answered)
    times = [datetime.fromisoformat(row[0]) for row in rows]
    assert times == sorted(times, reverse=True)


def test_a_reader_that_has_seen_enough_is_no_fault(shell: Shell, tmp_path: Path) -> None:
    log = RequestLogFile(tmp_path / "state" / "requests" / "requests.jsonl")
    log.append([{"path": "/inboxes", "status": 200, "attempt": 1}] * 5_000)
    command = f"{shlex.quote(sys.executable)} -m imail_tui requests --most 5000 | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        env={"PATH": os.environ["PATH"], "IMAIL_TUI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (PIPE_CLOSED, "")
    assert done.stdout.startswith("at\tresult")


def test_requests_by_answer_and_number(shell: Shell) -> None:
    shell.run("inboxes", "list")
    shell.run("inboxes", "list", IMAIL_API_KEY="imk_test_0123456789ABCDEFGHJKMNPQRS")

    def asked(*arguments: str) -> list[tuple[str, int]]:
        listed = json.loads(shell.run("requests", "--json", *arguments).stdout)
        return [(each["path"], each["status"]) for each in listed if each["path"] != DOCUMENT]

    assert asked("--status", "4xx") == [("/workspace", 401)]
    # The newest of all may be the document.
    assert asked("--status", "200", "--most", "2")[0] == ("/inboxes", 200)
    assert asked("--status", "5xx") == []
    assert len(asked()) == 3
    assert asked("--profile", "nobody") == []
