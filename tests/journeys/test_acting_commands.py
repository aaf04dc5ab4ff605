"""Commands that act on campaigns and inboxes: what they print, ask, refuse, and what is so afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox

from .hostile_world import EVIL, write_world
from .test_command_line import QuickShell, Shell

ALONE = ("--frozen", "--start", "2026-03-02T10:00:00Z", "--rate", "60000", "--burst", "60000")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxAddress]:
    world = write_world(tmp_path_factory.mktemp("world") / "world.yaml")
    with running_sandbox((*ALONE, "--seed-file", str(world))) as address:
        yield address


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return QuickShell(sandbox, tmp_path)


@pytest.fixture
def live(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return QuickShell(sandbox, tmp_path, sandbox.live_key)


def facts(shell: Shell, *arguments: str) -> dict[str, str]:
    done = shell.run(*arguments)
    assert done.returncode == Exit.OK, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == "what\tvalue"
    return dict(line.split("\t") for line in lines)


def statuses(shell: Shell) -> dict[str, str]:
    return {row["name"]: row["status"] for row in shell.json("campaigns", "list")}


def test_one_campaign_in_words_and_as_the_server_has_it(shell: Shell) -> None:
    told = facts(shell, "campaigns", "show", "Q4 outreach")
    assert (told["status"], told["inboxes"], told["leads"], told["steps"]) == (
        "paused",
        "bo@acme.example",
        "1",
        "3",
    )
    whole = shell.json("campaigns", "show", told["id"])
    assert [step["id"] for step in whole["steps"]] == ["hello", "pause", "again"]
    rows = shell.json("campaigns", "steps", told["id"])
    assert [(row["step_id"], row["type"], row["waiting"]) for row in rows] == [
        ("hello", "email", 0),
        ("pause", "wait", 0),
        ("again", "email", 0),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("campaigns", "show", "Q4 out"), Exit.NOT_FOUND, "Did you mean Q4 outreach (cmp_"),
        (("campaigns", "rm", "cmp_nobody"), Exit.NOT_FOUND, "req_"),
        (("campaigns", "launch", "Unready"), Exit.FAILED, "nothing"),
        (("campaigns", "archive", "Q4"), Exit.REFUSED, "Pause it first"),
        (("campaigns", "archive", ""), Exit.NOT_FOUND, "no campaign"),
        (("inboxes", "pause", "anna@acme.example", "nobody@x.example"), Exit.NOT_FOUND, "nobody@x.example"),
        (("inboxes", "limit", "0", "anna@acme.example"), Exit.USAGE, "MAILS"),
        (("inboxes", "add", "no address"), Exit.USAGE, "email"),
        (("inboxes", "add", "anna@acme.example"), Exit.REFUSED, "anna@acme.example"),
        (("inboxes", "add", "x@y.example", "--provider", "smtp"), Exit.USAGE, "--smtp-host"),
        (("inboxes", "rm", "bo@acme.example"), Exit.REFUSED, "req_"),
        (("inboxes", "reconnect", "anna@acme.example"), Exit.REFUSED, "req_"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else "",
)
def test_a_refusal_says_what_and_what_to_do(
    shell: Shell, arguments: tuple[str, ...], code: Exit, told: str
) -> None:
    done = shell.run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_why_it_sends_nothing(shell: Shell) -> None:
    done = shell.run("campaigns", "why", "Q4 outreach", "--json")
    assert done.returncode == Exit.FAILED
    assert [(each["cause"], each["stops"]) for each in json.loads(done.stdout)] == [("state", True)]
    assert shell.run("campaigns", "why", "Q4").returncode == Exit.OK


def test_a_campaign_from_copy_to_end(shell: Shell) -> None:
    copy = shell.json("campaigns", "duplicate", "Q4", "--name", "Q5")
    assert (copy["name"], copy["status"], copy["lead_counts"]["queued"]) == ("Q5", "draft", 0)
    refused = shell.run("campaigns", "launch", "Q5")
    assert refused.returncode == Exit.REFUSED
    assert "req_" in refused.stderr
    assert shell.json("campaigns", "archive", "Q5")["status"] == "archived"
    gone = shell.run("campaigns", "rm", "Q5")
    assert (gone.returncode, gone.stdout) == (Exit.OK, "")
    assert "Q5" not in statuses(shell)


def test_two_of_a_name_are_told_apart_by_their_ids(shell: Shell) -> None:
    ids = [shell.json("campaigns", "duplicate", "Q4", "--name", "Twin")["id"] for _ in range(2)]
    unclear = shell.run("campaigns", "rm", "Twin")
    assert unclear.returncode == Exit.USAGE
    assert all(each in unclear.stderr for each in ids)
    assert [shell.run("campaigns", "rm", each).returncode for each in ids] == [Exit.OK] * 2


def test_pausing_everything_and_letting_the_same_go_on(shell: Shell) -> None:
    before = statuses(shell)
    paused = shell.json("campaigns", "pause-all")
    assert sorted(row["name"] for row in paused) == sorted([EVIL, "Q4"])
    assert "active" not in statuses(shell).values()
    # A second time finds nothing, and forgets nothing.
    assert shell.json("campaigns", "pause-all") == []
    shell.run("campaigns", "launch", EVIL)
    assert [row["name"] for row in shell.json("campaigns", "resume-all")] == ["Q4"]
    assert statuses(shell) == before
    assert shell.json("campaigns", "resume-all") == []


def test_live_wants_yes_or_the_name(live: Shell) -> None:
    for words in (("launch", "Q4 outreach"), ("rm", "Q4 outreach"), ("pause-all",)):
        refused = live.run("campaigns", *words)
        assert refused.returncode == Exit.USAGE
        assert "Say --yes." in refused.stderr
    code, shown = live.on_terminal("campaigns", "launch", "Q4 outreach", typed="q4\n")
    assert (code, "At most" in shown, "Nothing was changed." in shown) == (Exit.FAILED, True, True)
    assert statuses(live)["Q4 outreach"] == "paused"
    code, shown = live.on_terminal("campaigns", "launch", "Q4 outreach", typed="Q4 outreach\n")
    assert (code, statuses(live)["Q4 outreach"]) == (Exit.OK, "active")
    assert live.run("campaigns", "pause-all", "--yes").returncode == Exit.OK
    assert "active" not in statuses(live).values()


def test_on_test_a_person_is_asked_for_yes_or_no(shell: Shell) -> None:
    code, shown = shell.on_terminal("inboxes", "rm", "anna@acme.example", typed="\n")
    assert code == Exit.FAILED
    assert "TEST. Delete anna@acme.example?" in shown
    assert "sends from it." in shown


def test_inboxes_are_changed_together(shell: Shell) -> None:
    rows = shell.json("inboxes", "limit", "33", "anna@acme.example", "bo@acme.example")
    assert [row["daily_limit"] for row in rows] == [33, 33]
    lines = shell.run("inboxes", "pause", "anna@acme.example", "IDLE@acme.example").stdout.splitlines()
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["paused", "anna@acme.example"],
        ["paused", "idle@acme.example"],
    ]
    rows = shell.json("inboxes", "resume", "anna@acme.example", "idle@acme.example")
    assert {row["status"] for row in rows} == {"connected"}


def test_a_mailbox_by_its_servers_and_its_password_nowhere(shell: Shell, tmp_path: Path) -> None:
    by_servers = ("--provider", "smtp", "--smtp-host", "mail.acme.example", "--json")
    made = shell.run(
        "inboxes", "add", "new@acme.example", *by_servers, "--password-file", "-", given="s3cret x\n"
    )
    assert (made.returncode, json.loads(made.stdout)["status"]) == (Exit.OK, "connected")
    file = tmp_path / "password"
    file.write_text("s3cret x\n")
    file.chmod(0o644)
    loose = shell.run("inboxes", "add", "c@acme.example", *by_servers, "--password-file", str(file))
    assert (loose.returncode, "chmod 600" in loose.stderr) == (Exit.FAILED, True)
    unset = shell.run("inboxes", "add", "c@acme.example", *by_servers, "--password-env", "NOT_SET")
    assert (unset.returncode, "NOT_SET is not set" in unset.stderr) == (Exit.USAGE, True)
    asked = shell.run("inboxes", "add", "c@acme.example", *by_servers)
    assert (asked.returncode, "--password-file -" in asked.stderr) == (Exit.USAGE, True)
    assert "s3cret" not in made.stdout + made.stderr + loose.stderr
    assert shell.run("inboxes", "rm", "new@acme.example").returncode == Exit.OK


def test_a_page_to_connect_with_is_a_line_in_a_pipe_and_a_code_on_a_terminal(shell: Shell) -> None:
    done = shell.run("inboxes", "reconnect", "lost@acme.example")
    assert done.stdout.splitlines()[-1].startswith("setup_url\thttp://127.0.0.1")
    code, shown = shell.on_terminal("inboxes", "reconnect", "lost@acme.example")
    assert code == Exit.OK
    assert "Open http://127.0.0.1" in shown
    assert "█▀▀▀▀▀█" in shown or "▄▄▄▄▄" in shown
