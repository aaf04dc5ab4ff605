"""Webhooks from the command line: a listener run as a user runs it, and a sandbox that delivers to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress
from tests.fakes.commands import run_imail
from tests.patience import PATIENCE
from tests.unit.sandbox.webhooks.receiver import Receiver, receiving


class Shell:
    """Runs `imail-tui` without a secret store, in a home of its own."""

    def __init__(self, sandbox: SandboxAddress, home: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home),
            "IMAIL_BASE_URL": sandbox.url,
            "IMAIL_API_KEY": sandbox.test_key.reveal(),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """One command."""
        return run_imail(*arguments, env={**self.environment, **environment})

    def good(self, *arguments: str) -> str:
        """What a command prints that must succeed."""
        done = self.run(*arguments)
        assert done.returncode == Exit.OK, (arguments, done.stderr)
        return done.stdout

    def webhooks(self) -> list[dict[str, Any]]:
        """The subscriptions there are."""
        found: list[dict[str, Any]] = json.loads(self.good("webhooks", "list", "--json"))
        return found

    @contextmanager
    def listening(self, *arguments: str) -> Iterator["Listening"]:
        """A listener in the foreground."""
        process = subprocess.Popen(
            [sys.executable, "-m", "imail_tui", "listen", "--port", "0", "--json", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Listening(process)
        finally:
            process.kill()
            process.wait()


class Listening:
    """A listener that runs; its lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stderr is not None
        self.said = process.stderr.readline()
        while "Listening at" not in self.said:
            line = process.stderr.readline()
            assert line, self.said
            self.said += line
        self.url = self.said.split()[-1]

    def line(self) -> dict[str, Any]:
        """The next line."""
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def ended(self) -> int:
        """Its exit code once it ends by itself."""
        return self._process.wait(PATIENCE)

    def end(self, number: signal.Signals) -> int:
        """Its exit code after a signal."""
        self._process.send_signal(number)
        return self._process.wait(PATIENCE)


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(sandbox, tmp_path)
    yield shell
    shell.run("listen", "--stop")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_subscribed_for_as_long_as_it_runs(shell: Shell, receiver: Receiver) -> None:
    forward = ("--forward-to", receiver.url, "--events", "inbox")
    with shell.listening("--subscribe", *forward) as listener:
        assert [each["url"] for each in shell.webhooks()] == [listener.url]
        shell.good("trigger", "reply.received", "--text", "Tell me more", "--label", "interested")
        event_id = shell.good("trigger", "inbox.disconnected").strip()
        first, second = listener.line(), listener.line()
        assert (first["fate"], first["event"]["id"]) == ("new", event_id), "replies were not asked for"
        assert (second["forwarded"], second["status"]) == (event_id, 204)
        passed_on = receiver.arrived.get(timeout=PATIENCE)
        assert (passed_on.event["type"], passed_on.event_id) == ("inbox.disconnected", event_id)
        assert passed_on.header("Imail-Signature")
        refused = shell.run("listen")
        assert refused.returncode == Exit.FAILED
        assert "runs already" in refused.stderr
        assert listener.end(signal.SIGINT) == Exit.OK
    assert shell.webhooks() == []


def test_a_webhook_made_while_it_listens_is_believed_at_once_and_after_a_rotation(shell: Shell) -> None:
    with shell.listening() as listener:
        assert "No secret is known" in listener.said
        assert f"imail-tui webhooks add {listener.url}" in listener.said
        made = json.loads(shell.good("webhooks", "add", listener.url, "--in-file", "--json"))
        assert "whsec_" not in json.dumps(made)
        for _ in range(2):
            shell.good("webhooks", "test", made["id"])
            told = listener.line()
            while told["fate"] == "refused":
                # The sandbox was faster than the listener's look; it tries again, and so do we.
                shell.good("webhooks", "test", made["id"])
                told = listener.line()
            assert (told["fate"], told["event"]["type"]) == ("new", "webhook.test")
            shell.good("webhooks", "rotate", made["id"], "--in-file")
        newest = json.loads(shell.good("webhooks", "deliveries", made["id"], "--json"))[0]
        assert (newest["status"], newest["response_status"]) == ("delivered", 200)
        shell.good("webhooks", "redeliver", newest["id"])
        assert listener.line()["fate"] == "known"
        shell.good("webhooks", "pause", made["id"])
        assert [each["active"] for each in shell.webhooks()] == [False]
        shell.good("webhooks", "resume", made["id"])
        shell.good("webhooks", "rm", made["id"])
        assert shell.webhooks() == []


def test_in_the_background_until_it_is_stopped(shell: Shell) -> None:
    said = shell.good("listen", "--daemon", "--subscribe", "--port", "0")
    assert "in the background as process" in said
    event_id = shell.good("trigger", "inbox.reconnected").strip()
    log = Path(said.split("It prints to ")[1].strip().removesuffix("."))
    pid = int(said.split("as process ")[1].split(".")[0])
    assert log.stat().st_mode & 0o077 == 0
    assert shell.good("listen", "--stop") == f"Stopped the listener, process {pid}.\n"
    while shell.webhooks():
        pass
    assert event_id in log.read_text()
    assert shell.run("listen", "--stop").returncode == Exit.NOT_FOUND


def test_in_the_background_what_cannot_start_is_told_here(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = shell.run("listen", "--daemon", "--port", port, IMAIL_WEBHOOK_SECRET="whsec_x")
    assert (done.returncode, done.stdout) == (Exit.FAILED, "")
    assert done.stderr.startswith("imail-tui: ")
    assert port in done.stderr


def test_a_secret_that_cannot_be_kept_is_not_lost(shell: Shell, receiver: Receiver) -> None:
    done = shell.run("webhooks", "add", receiver.url)
    assert done.returncode == Exit.FAILED
    (made,) = shell.webhooks()
    assert f"imail-tui webhooks rotate {made['id']} --in-file" in done.stderr
    shown = shell.good("webhooks", "rotate", made["id"], "--in-file", "--show-secret")
    secret = next(word for word in shown.split() if word.startswith("whsec_"))
    shell.good("webhooks", "test", made["id"])
    delivery = receiver.arrived.get(timeout=PATIENCE)
    head = "".join(f"{name}: {value}\r\n" for name, value in delivery.headers)
    file = shell.home / "delivery.txt"
    file.write_bytes(head.encode() + b"\r\n" + delivery.body)
    check = ("webhooks", "verify", str(file), "--secret-env", "SECRET")
    genuine = shell.run(*check, SECRET=secret)
    assert (genuine.returncode, genuine.stdout.split(":")[0]) == (Exit.OK, "Genuine")
    other = shell.run(*check, SECRET="whsec_another")
    assert other.returncode == Exit.FAILED
    assert "Refused" in other.stdout + other.stderr
    shell.good("webhooks", "rm", made["id"])


def test_it_ends_by_itself_after_so_many_deliveries(shell: Shell) -> None:
    with shell.listening("--subscribe", "--count", "1") as listener:
        shell.good("trigger", "reply.received", "--text", "Tell me more")
        assert listener.line()["event"]["type"] == "reply.received"
        assert listener.ended() == Exit.OK
    assert shell.webhooks() == []


def test_inboxes_are_watched_until_one_is_lost(shell: Shell) -> None:
    command = [sys.executable, "-m", "imail_tui", "inboxes", "watch", "--json", "--count", "1"]
    connected = json.loads(shell.good("inboxes", "list", "--status", "connected", "--json"))[0]["id"]
    for inbox in json.loads(shell.good("inboxes", "list", "--status", "disconnected", "--json")):
        shell.good("trigger", "inbox.reconnected", "--inbox", inbox["id"])
    with subprocess.Popen(command, env=shell.environment, stdout=subprocess.PIPE, text=True) as watching:
        # It is connected when its first question is in the log.
        deadline = time.monotonic() + PATIENCE
        while "/inboxes" not in shell.good("requests", "--most", "5"):
            assert time.monotonic() < deadline
        shell.good("trigger", "inbox.disconnected", "--inbox", connected)
        out, _ = watching.communicate(timeout=PATIENCE)
        assert watching.returncode == Exit.OK
    told = [json.loads(line) for line in out.splitlines()]
    assert (told[-1]["id"], told[-1]["status"]) == (connected, "disconnected")


def test_what_is_lost_already_ends_a_watch_at_once_in_a_line_for_people(shell: Shell) -> None:
    shell.run("trigger", "inbox.disconnected")
    lost = json.loads(shell.good("inboxes", "list", "--status", "disconnected", "--json"))
    (line,) = shell.good("inboxes", "watch", "--exit-on", "disconnected").splitlines()
    assert any(f"disconnected   {inbox['email']}" in line for inbox in lost)
