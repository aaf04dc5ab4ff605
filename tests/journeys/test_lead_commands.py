"""Commands that act on leads and the suppression list."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from imail_tui.cli.exits import SOME_REJECTED, Exit
from imail_tui.domain.text import FORBIDDEN
from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox

from .hostile_world import EVIL, write_world
from .test_acting_commands import ALONE, facts
from .test_command_line import QuickShell, Shell

ADA, BEN, CY = "ada@client.example", "ben@client.example", "cy@other.example"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxAddress]:
    world = write_world(tmp_path_factory.mktemp("world") / "world.yaml")
    with running_sandbox((*ALONE, "--seed-file", str(world))) as address:
        yield address


@pytest.fixture
def shell(sandbox: SandboxAddress, tmp_path: Path) -> Shell:
    return QuickShell(sandbox, tmp_path)


def places(shell: Shell, lead: str) -> dict[str, str]:
    names = {row["id"]: row["name"] for row in shell.json("campaigns", "list")}
    found = shell.json("leads", "show", lead)["enrollments"]
    return {names[each["campaign_id"]]: each["status"] for each in found}


def test_leads_by_words_campaign_and_state(shell: Shell) -> None:
    assert [row["email"] for row in shell.json("leads", "list", "--sort", "email")] == [ADA, BEN, CY]
    assert [row["email"] for row in shell.json("leads", "list", "--campaign", "Q4")] == [BEN]
    assert shell.json("leads", "list", "--campaign", "Q4", "--status", "replied") == []
    assert [row["email"] for row in shell.json("leads", "list", "--search", "ada")] == [ADA]
    # The server's search knows no accents, and neither does the filter of the app.
    assert {row["email"] for row in shell.json("leads", "list", "--search", "zoe")} == {ADA, CY}
    lines = shell.run("leads", "list", "--sort", "-email", "--most", "2").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["email", CY, BEN]
    assert not FORBIDDEN.search(
        shell.on_terminal("leads", "list")[1].replace("\n", "").replace("\x1b[0m", "").replace("\x1b[1m", "")
    )


def test_a_lead_from_making_to_deleting(shell: Shell) -> None:
    sets = ("--set", f"first_name={EVIL}", "--set", "custom.seats:=12", "--set", "custom.plan=pro")
    made = shell.json("leads", "add", "new@x.example", *sets, "--campaign", "Q4 outreach")
    assert (made["first_name"], made["custom"]) == (EVIL, {"seats": 12, "plan": "pro"})
    assert places(shell, "NEW@x.example") == {"Q4 outreach": "queued"}
    told = facts(shell, "leads", "show", made["id"])
    assert (told["custom.seats"], told["in Q4 outreach"]) == ("12", "queued")
    assert not FORBIDDEN.search(told["first_name"])
    changed = shell.json(
        "leads", "edit", "new@x.example", "--set", "custom.seats=13", "--unset", "custom.plan"
    )
    assert changed["custom"] == {"seats": 13}
    assert shell.run("leads", "edit", "new@x.example", "--set", "custom.seats=13").returncode == Exit.OK
    again = shell.run("leads", "add", "new@x.example")
    assert (again.returncode, "req_" in again.stderr) == (Exit.REFUSED, True)
    gone = shell.run("leads", "rm", "new@x.example")
    assert (gone.returncode, gone.stdout) == (Exit.OK, "")
    assert shell.run("leads", "show", "new@x.example").returncode == Exit.NOT_FOUND


def test_leads_are_edited_together_by_name_or_by_search(shell: Shell) -> None:
    rows = shell.json("leads", "edit", "--campaign", "Q4 outreach", "--set", "custom.seats=8")
    assert [(row["email"], row["custom"]["seats"]) for row in rows] == [(ADA, 8)]
    rows = shell.json("leads", "edit", ADA, BEN, "--set", "city=Oslo", "--unset", "custom.seats")
    assert [(row["city"], row.get("custom", {}).get("seats")) for row in rows] == [("Oslo", None)] * 2
    again = shell.run("leads", "edit", ADA, BEN, "--set", "city=Oslo")
    assert (again.returncode, "2 leads stayed as they were: nothing to change." in again.stderr) == (0, True)
    shell.json("leads", "edit", ADA, "--set", "custom.seats:=7")
    for words, told in (
        ((ADA, "--search", "ada", "--set", "city=x"), "Leave out one"),
        ((ADA,), "No field was named"),
        ((ADA, BEN, "--set", "custom.seats=many"), "must be a number"),
    ):
        refused = shell.run("leads", "edit", *words)
        assert (refused.returncode, told in refused.stderr) == (Exit.USAGE, True)


def test_leads_in_campaigns(shell: Shell) -> None:
    rows = shell.json("leads", "enroll", CY, ADA, "--campaign", "Q4 outreach")
    assert [row["email"] for row in rows] == [CY, ADA]
    assert places(shell, CY) == {"Q4 outreach": "queued"}
    # The only campaign it is in need not be named.
    shell.json("leads", "pause", CY)
    assert places(shell, CY) == {"Q4 outreach": "paused"}
    unclear = shell.run("leads", "pause", ADA)
    assert (unclear.returncode, "--campaign: Q4 outreach (cmp_" in unclear.stderr) == (Exit.USAGE, True)
    shell.json("leads", "resume", CY, "--campaign", "Q4 outreach")
    assert places(shell, CY) == {"Q4 outreach": "queued"}
    shell.json("leads", "unenroll", CY, "--campaign", "Q4 outreach")
    assert places(shell, CY) == {}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("leads", "show", "nobody@x.example"), Exit.NOT_FOUND, "nobody@x.example"),
        (("leads", "show", "ada"), Exit.NOT_FOUND, f"Did you mean {ADA} (led_"),
        (("leads", "pause"), Exit.USAGE, "No leads were named"),
        (("leads", "edit", ADA, "--set", "shoe=43"), Exit.USAGE, "no field shoe"),
        (("leads", "edit", ADA, "--set", "custom.seats=many"), Exit.USAGE, "must be a number"),
        (("leads", "edit", ADA, "--set", "title"), Exit.USAGE, "field=text"),
        (("leads", "list", "--status", "happy"), Exit.USAGE, "unsubscribed"),
        (("leads", "enroll", ADA, "--campaign", "Q9"), Exit.NOT_FOUND, "no campaign Q9"),
        (("suppressions", "add", "not an address"), Exit.USAGE, "neither an address nor a domain"),
        (("suppressions", "rm", "free.example"), Exit.NOT_FOUND, "free.example"),
        (("suppressions", "import", "/nowhere/file"), Exit.USAGE, "/nowhere/file"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_a_refusal_says_what_and_what_to_do(
    shell: Shell, arguments: tuple[str, ...], code: Exit, told: str
) -> None:
    done = shell.run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_suppression_list(shell: Shell, tmp_path: Path) -> None:
    done = shell.json("suppressions", "add", "Bad@X.example", "@rival.example", "--reason", EVIL)
    assert done["done"] == ["bad@x.example", "rival.example"]
    assert shell.json("suppressions", "add", "rival.example")["already"] == ["rival.example"]
    assert not FORBIDDEN.search(shell.run("suppressions", "list").stdout.replace("\n", "").replace("\t", ""))
    assert [row["value"] for row in shell.json("suppressions", "list", "--search", "RIVAL")] == [
        "rival.example"
    ]
    file = tmp_path / "list.csv"
    assert shell.run("suppressions", "export", str(file)).returncode == Exit.OK
    assert shell.run("suppressions", "rm", "bad@x.example", "rival.example").returncode == Exit.OK
    assert [row["value"] for row in shell.json("suppressions", "list")] == ["blocked.example"]
    back = shell.run("suppressions", "import", str(file), "--json")
    assert json.loads(back.stdout)["done"] == ["bad@x.example", "rival.example"]
    assert [row["reason"] for row in shell.json("suppressions", "list")] == [EVIL, "manual", EVIL]
    mixed = shell.run("suppressions", "import", "-", given="one@x.example\nno address\n")
    assert mixed.returncode == SOME_REJECTED
    assert "-:2: no address: " in mixed.stderr


def test_live_wants_yes(sandbox: SandboxAddress, tmp_path: Path) -> None:
    live = QuickShell(sandbox, tmp_path, sandbox.live_key)
    for words in (
        ("leads", "rm", ADA),
        ("leads", "enroll", CY, "--campaign", "Q4"),
        ("leads", "edit", "--search", "ada", "--set", "city=x"),
        ("leads", "add", "z@x.example", "--campaign", "Q4"),
        ("suppressions", "add", "z.example"),
        ("suppressions", "rm", "blocked.example"),
    ):
        refused = live.run(*words)
        assert (refused.returncode, "Say --yes." in refused.stderr) == (Exit.USAGE, True)
    assert live.run("suppressions", "rm", "blocked.example", "--yes").returncode == Exit.OK


def test_what_happened_to_a_lead(shell: Shell, sandbox: SandboxAddress) -> None:
    lead = shell.json("leads", "show", BEN)["id"]
    control = SandboxControl(sandbox.url)
    control.advance(timedelta(hours=3))
    control.reply(lead, "Call me", label="interested")
    types = [event["type"] for event in shell.json("leads", "timeline", BEN)]
    assert "reply.received" in types
    lines = shell.run("leads", "timeline", BEN, "--most", "1").stdout.splitlines()
    assert len(lines) == 2
    assert "interested" in lines[1]
