"""Campaigns as files: from a template to the server and back, by the real program on a real sandbox."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from imail_tui.cli.exits import Exit
from imail_tui.domain.campaign_files.reading import read_campaign
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.campaign_code.files import starter, starter_names
from tests.fakes.commands import run_imail
from tests.fakes.moments import START


class Shell:
    """Runs `imail-tui` in a folder of its own."""

    def __init__(self, sandbox: ThreadSandbox, home: Path, key: str) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home / "home"),
            "IMAIL_BASE_URL": sandbox.url,
            "IMAIL_API_KEY": key,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command on campaigns."""
        return run_imail("campaigns", *arguments, env=self.environment, cwd=self.home)

    def good(self, *arguments: str) -> str:
        """What a command prints that must succeed."""
        done = self.run(*arguments)
        assert done.returncode == Exit.OK, (arguments, done.stdout, done.stderr)
        return done.stdout

    def file(self, name: str = "q4.yaml") -> Path:
        """A file of the folder."""
        return self.home / name


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ThreadSandbox]:
    with sandbox_in_thread(
        SandboxOptions(start=START, frozen=True, per_minute=1e6, burst=100_000)
    ) as running:
        yield running


@pytest.fixture
def api(sandbox: ThreadSandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    with httpx.Client(base_url=sandbox.url, headers=headers) as client:
        yield client


@pytest.fixture
def shell(sandbox: ThreadSandbox, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path, sandbox.api_key)


def begun(shell: Shell, name: str, template: str = "full-course") -> Path:
    """A file from a template whose blanks are filled in."""
    shell.good("new", "q4.yaml", "--template", template, "--name", name)
    file = shell.file()
    text = file.read_text("utf-8").replace("inbox_ids: []", "inbox_ids: [marta@get-haldenpike.example]")
    file.write_text(re.sub(r"\[[A-Z][^\]\n]* [^\]\n]*\]|\[Your name\]", "so it is", text), "utf-8")
    return file


def on_server(api: httpx.Client, name: str) -> dict[str, Any]:
    """The one campaign of a name."""
    (row,) = [row for row in api.get("/campaigns?limit=100").json()["data"] if row["name"] == name]
    found: dict[str, Any] = api.get(f"/campaigns/{row['id']}").json()
    return found


@pytest.mark.parametrize(
    "template",
    [
        name if name in ("full-course", "two-openings") else pytest.param(name, marks=pytest.mark.slow)
        for name in starter_names()
    ],
)
def test_every_template_is_created_and_pulled_as_it_was(
    shell: Shell, api: httpx.Client, template: str
) -> None:
    file = begun(shell, f"From {template}", template)
    before = file.read_text("utf-8")
    assert "error" not in shell.good("plan", "q4.yaml")
    shell.good("apply", "q4.yaml", "--yes")
    made = on_server(api, f"From {template}")
    assert made["status"] == "draft"
    shell.good("apply", "q4.yaml", "--yes")
    assert on_server(api, f"From {template}")["updated_at"] == made["updated_at"]
    assert shell.run("diff", "q4.yaml").returncode == Exit.OK
    shell.good("pull", f"From {template}", "q4.yaml")
    assert file.read_text("utf-8") == before
    shell.good("pull", made["id"], "new.yaml")
    assert "error" not in shell.good("plan", "new.yaml")
    assert shell.run("diff", "new.yaml").returncode == Exit.OK


def test_a_change_is_planned_shown_and_applied(shell: Shell, api: httpx.Client) -> None:
    file = begun(shell, "Changed")
    shell.good("apply", "q4.yaml", "--yes")
    file.write_text(
        file.read_text("utf-8").replace("Two months later", "Ten weeks later").replace("60\n", "70\n")
    )
    told = shell.good("plan", "q4.yaml")
    assert "~ again: subject: [-Two months-] {+Ten weeks+} later" in told
    assert "~ daily_limit: 60 → 70" in told
    assert shell.run("diff", "q4.yaml").returncode == Exit.FAILED
    plan = json.loads(shell.good("plan", "q4.yaml", "--json"))
    assert {change["place"] for change in plan["changes"]} == {"steps[3].subject", "daily_limit"}
    shell.good("apply", "q4.yaml", "--dry-run")
    assert on_server(api, "Changed")["daily_limit"] == 60
    shell.good("apply", "q4.yaml", "--base", plan["base"])
    now = on_server(api, "Changed")
    assert (now["daily_limit"], now["steps"][3]["subject"]) == (70, "Ten weeks later")


def test_a_campaign_that_moved_since_the_plan_is_left_alone(
    shell: Shell, api: httpx.Client, sandbox: ThreadSandbox
) -> None:
    file = begun(shell, "Moved")
    shell.good("apply", "q4.yaml", "--yes")
    base = json.loads(shell.good("plan", "q4.yaml", "--json"))["base"]
    made = on_server(api, "Moved")
    sandbox.control.advance(timedelta(seconds=1))
    api.patch(f"/campaigns/{made['id']}", json={"daily_limit": 5}).raise_for_status()
    file.write_text(file.read_text("utf-8").replace("60\n", "70\n"))
    done = shell.run("apply", "q4.yaml", "--yes", "--base", base)
    moved = on_server(api, "Moved")
    assert (done.returncode, moved["daily_limit"]) == (Exit.REFUSED, 5)


def test_what_a_file_does_not_name_is_left_alone(shell: Shell, api: httpx.Client) -> None:
    begun(shell, "Partly")
    shell.good("apply", "q4.yaml", "--yes")
    shell.file().write_text("name: Partly\nstop_on_reply: false\n")
    told = shell.run("plan", "q4.yaml")
    assert "~ stop_on_reply: on → off" in told.stdout
    assert "steps" not in told.stdout.partition("error")[0]


def test_the_structure_of_an_active_campaign_is_locked_and_copy_is_not(
    shell: Shell, api: httpx.Client
) -> None:
    (active, *_) = api.get("/campaigns?status=active").json()["data"]
    shell.good("pull", active["id"], "live.yaml")
    file = shell.file("live.yaml")
    whole = file.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^(    subject: .*?)$", r'    subject: "Hello there"', whole, count=1))
    assert "1 changes" in shell.good("plan", "live.yaml")
    shell.good("apply", "live.yaml", "--yes")
    file.write_text(whole.replace("    else: ", "    else: null # ", 1))
    done = shell.run("apply", "live.yaml", "--yes")
    assert "its structure is locked" in done.stdout + done.stderr
    assert done.returncode != Exit.OK


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("name: Bad\ninbox_ids: []\nsteps: []\n", "error: inbox_ids: no inbox sends this", Exit.FAILED),
        (
            "name: Bad\ninbox_ids: [x@nowhere.example]\n",
            "There is no inbox x@nowhere.example",
            Exit.NOT_FOUND,
        ),
        ("a: &x 1\n", "bad.yaml:1:4: uses an anchor", Exit.FAILED),
    ],
)
def test_what_cannot_be_applied_says_why_and_changes_nothing(
    shell: Shell, api: httpx.Client, text: str, said: str, code: Exit
) -> None:
    shell.file("bad.yaml").write_text(text)
    done = shell.run("apply", "bad.yaml", "--yes")
    assert said in done.stdout + done.stderr
    assert done.returncode == code
    assert not [row for row in api.get("/campaigns?limit=100").json()["data"] if row["name"] == "Bad"]


def test_without_a_terminal_live_needs_a_yes(sandbox: ThreadSandbox, tmp_path: Path) -> None:
    shell = Shell(sandbox, tmp_path, sandbox.live_key)
    begun(shell, "Real")
    done = shell.run("apply", "q4.yaml")
    assert "(LIVE)" in done.stdout
    assert (done.returncode, "Say --yes." in done.stderr) == (Exit.USAGE, True)


def test_a_template_never_overwrites(shell: Shell) -> None:
    shell.file().write_text("mine")
    assert shell.run("new", "q4.yaml").returncode == Exit.USAGE
    assert shell.file().read_text() == "mine"
    assert shell.run("new", "q5.yaml", "--template", "none").returncode == Exit.USAGE
    assert "full-course\t" in shell.good("new")


def test_a_pulled_file_is_never_half_written(shell: Shell) -> None:
    shell.file().write_text("no: campaign: at all")
    done = shell.run("pull", "Route planning · Ops leaders", "q4.yaml")
    assert done.returncode != Exit.OK
    assert shell.file().read_text() == "no: campaign: at all"
    assert "steps:" in shell.good("pull", "Route planning · Ops leaders")
    assert shell.run("pull", "nothing of that name").returncode == Exit.NOT_FOUND


def test_a_walk_is_told_with_dates(shell: Shell) -> None:
    begun(shell, "Walked")
    arguments = ("q4.yaml", "--starts", "2026-03-02T08:00", "--zone", "Europe/Berlin")
    told = shell.good("simulate", *arguments, "--does", "hello:replied=not_now@4h").splitlines()
    assert told[0].startswith("Mon 2026-03-02 09:00  ● hello: ")
    assert told[1].startswith("Mon 2026-03-02 13:02  ◆ answer: not now  (reply classified not_now, to hello")
    assert told[2].startswith("Mon 2026-05-04 09:00  ● again: ")
    lines = json.loads(shell.good("simulate", *arguments, "--json"))
    assert [line["kind"] for line in lines][-1] == "end"
    paths = shell.good("simulate", "q4.yaml", "--paths").splitlines()
    assert len(paths) == 5
    for wrong in (("--does", "x:opened"), ("--does", "hello"), ("--zone", "Mars"), ("--lead", "none.json")):
        assert shell.run("simulate", "q4.yaml", *wrong).returncode == Exit.USAGE


def test_the_schema_takes_every_template_and_refuses_what_the_contract_does(shell: Shell) -> None:
    schema = json.loads(shell.good("schema"))
    validator = jsonschema_rs.validator_for(schema)
    for name in starter_names():
        campaign = read_campaign(starter(name).encode()).campaign
        assert [error.message for error in validator.iter_errors(campaign)] == []
        assert not validator.is_valid({**campaign, "steps": []})
        assert not validator.is_valid({**campaign, "steps": [{"id": "A", "type": "end"}]})
        assert not validator.is_valid({**campaign, "steps": [{"id": "a", "type": "wait"}]})
        assert validator.is_valid({**campaign, "tags": 1, "steps": [{"id": "a", "type": "tomorrow", "x": 1}]})
