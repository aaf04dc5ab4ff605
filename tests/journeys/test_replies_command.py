"""`imail-tui replies` as a script runs it: plain, JSON, errors, and mail that means harm."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from imail_tui.services.sandbox_process import SandboxAddress

from .test_command_line import QuickShell, Shell


@pytest.fixture(scope="module")
def replying() -> Iterator[ThreadSandbox]:
    """A sandbox these tests answer in."""
    with sandbox_in_thread(SandboxOptions(per_minute=1e6, burst=100_000)) as running:
        yield running


@pytest.fixture(scope="module")
def shell(replying: ThreadSandbox, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    address = SandboxAddress(replying.url, Secret(replying.api_key), Secret(replying.api_key), 0)
    return QuickShell(address, tmp_path_factory.mktemp("home"))


def test_lists_views_and_filters(shell: Shell) -> None:
    done = shell.run("replies", "list", "--most", "5")
    header, *rows = done.stdout.splitlines()
    assert (done.returncode, len(rows)) == (Exit.OK, 5)
    assert {len(row.split("\t")) for row in rows} == {len(header.split("\t"))}
    needing = shell.json("replies", "list", "--view", "needs_me", "--most", "30")
    assert all(each["needy"] and each["waiting_since"] for each in needing)
    assert [each["needs"] for each in needing] == sorted(each["needs"] for each in needing)
    labelled = shell.json("replies", "list", "--filter", "label:positive since:365d")
    assert {each["stance"] for each in labelled} == {"positive"}
    unknown = shell.run("replies", "list", "--view", "nope")
    assert (unknown.returncode, unknown.stdout) == (Exit.USAGE, "")
    assert "Views: all, needs_me" in unknown.stderr


def test_label_done_snooze_and_their_errors(shell: Shell) -> None:
    first, second = shell.json("replies", "list", "--view", "needs_me", "--most", "2")
    (now,) = shell.json("replies", "label", "meeting-request", first["head"]["id"], "--done")
    label = now["head"]["classification"]
    assert (label["label"], label["source"], now["head"]["done"]) == ("meeting_request", "human", True)
    (put_off,) = shell.json("replies", "snooze", "tomorrow 14:00", second["id"])
    assert put_off["head"]["snoozed_until"]
    assert second["id"] in {each["id"] for each in shell.json("replies", "list", "--view", "snoozed")}
    for arguments, code in (
        (("snooze", "yesterdayish", second["id"]), Exit.USAGE),
        (("done", "rpl_01HZ8KABC00000000000000000"), Exit.NOT_FOUND),
        (("done", "nobody@nowhere.example"), Exit.NOT_FOUND),
    ):
        done = shell.run("replies", *arguments)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert done.stderr.startswith("imail-tui: ")


def test_an_answer_is_sent_listed_cancelled(shell: Shell) -> None:
    found = shell.json("replies", "list", "--view", "positive", "--most", "20")
    connected = {each["id"] for each in shell.json("inboxes", "list", "--status", "connected")}
    reply = next(each for each in found if each["head"]["inbox_id"] in connected)
    sent = shell.json("replies", "send", reply["id"], "--text", "Gladly.", "--wait", "600")
    assert (sent["state"], sent["text"].splitlines()[0]) == ("scheduled", "Gladly.")
    assert [each["state"] for each in shell.json("replies", "outbox")] == ["scheduled"]
    assert shell.run("replies", "cancel", sent["id"][:9]).returncode == Exit.OK
    again = shell.run("replies", "cancel", sent["id"])
    assert (again.returncode, "it is cancelled" in again.stderr) == (Exit.FAILED, True)
    empty = shell.run("replies", "send", reply["id"], given="  \n")
    assert (empty.returncode, "no word of yours" in empty.stderr) == (Exit.USAGE, True)


def test_the_morning_queue_counts_and_says_what_to_do(shell: Shell) -> None:
    report = shell.json("replies", "queue")
    assert report["counts"]["needs_me"] > 0
    assert report["oldest"]["waiting_since"]
    assert report["actions"]


def test_hostile_mail_is_printed_as_text(shell: Shell, replying: ThreadSandbox) -> None:
    (known,) = shell.json("replies", "list", "--view", "needs_me", "--most", "1")
    nasty = "\x1b]52;c;aGk=\x07 [@click=app.quit]x[/] \u202egpj \x9b2J\x1b[31m red"
    SandboxControl(replying.url).reply(known["head"]["lead"]["id"], nasty)
    plain = shell.run("replies", "list", "--most", "3")
    code, shown = shell.on_terminal("replies", "queue")
    assert (plain.returncode, code) == (Exit.OK, Exit.OK)
    for text in (plain.stdout, shown):
        assert not {"\x9b", "\x07", "\u202e"} & set(text)
        assert "\x1b]52" not in text
    (newest,) = shell.json("replies", "list", "--most", "1")
    done = shell.run("replies", "show", newest["id"])
    assert done.returncode == Exit.OK
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(done.stdout)


def test_tail_prints_what_arrives(shell: Shell, replying: ThreadSandbox, tmp_path: Path) -> None:
    (known,) = shell.json("replies", "list", "--view", "needs_me", "--most", "1")
    program = [sys.executable, "-m", "imail_tui", "replies", "tail", "--json", "--count", "1"]
    environment = {
        **os.environ,
        "IMAIL_TUI_HOME": str(tmp_path),
        "IMAIL_BASE_URL": replying.url,
        "IMAIL_API_KEY": replying.api_key,
    }
    running = subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert running.stderr.readline().startswith("Following")
    SandboxControl(replying.url).reply(known["head"]["lead"]["id"], "Tell me more.")
    out, _ = running.communicate(timeout=60)
    assert (running.returncode, json.loads(out)["head"]["snippet"]) == (Exit.OK, "Tell me more.")
