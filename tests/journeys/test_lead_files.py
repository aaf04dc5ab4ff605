"""Leads from files and to files, by the real program on a real sandbox."""

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from imail_tui.cli.exits import SOME_REJECTED, Exit
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from tests.fakes.commands import run_imail
from tests.fakes.moments import START


class Shell:
    """Runs `imail-tui leads` in a folder of its own."""

    def __init__(self, sandbox: ThreadSandbox, home: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home / "home"),
            "IMAIL_BASE_URL": sandbox.url,
            "IMAIL_API_KEY": sandbox.api_key,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """One command."""
        return run_imail("leads", *arguments, env=self.environment, given=given, cwd=self.home)

    def json(self, *arguments: str, code: int = Exit.OK, given: str = "") -> Any:
        """The document a command prints that ends with a code."""
        done = self.run(*arguments, "--json", given=given)
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def file(self, name: str, text: str) -> str:
        """A file of the folder."""
        (self.home / name).write_text(text, "utf-8")
        return name


@pytest.fixture
def sandbox() -> Iterator[ThreadSandbox]:
    with sandbox_in_thread(SandboxOptions(start=START, per_minute=1e6, burst=100_000)) as running:
        yield running


@pytest.fixture
def shell(sandbox: ThreadSandbox, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path)


PEOPLE = (
    "Email;Job;Plan\nada@acme.example;Engineer;pro\nADA@acme.example;;\nbob;;\n;;\nzoe@acme.example;;free\n"
)
FOUND = {
    "records": 5,
    "accepted": 2,
    "duplicates": 1,
    "invalid": 1,
    "blank": 1,
    "source": "generic",
    "encoding": "utf-8",
    "delimiter": ";",
    "invalid_by_code": {"no_at": 1},
}


def test_a_dry_run_needs_no_key_and_sends_nothing(shell: Shell, sandbox: ThreadSandbox) -> None:
    shell.environment.pop("IMAIL_API_KEY")
    file = shell.file("people.csv", PEOPLE)
    assert shell.json("import", file, "--dry-run", code=SOME_REJECTED) == FOUND
    assert shell.json("import", "-", "--dry-run", code=SOME_REJECTED, given=PEOPLE) == FOUND
    with gzip.open(shell.home / "people.csv.gz", "wt", encoding="utf-16") as packed:
        packed.write(PEOPLE)
    found = FOUND | {"encoding": "utf-16"}
    assert shell.json("import", "people.csv.gz", "--dry-run", code=SOME_REJECTED) == found
    assert sandbox.control.effects() == []
    assert not (shell.home / "home").exists()


def test_an_import_is_told_listed_and_its_rejects_come_back(shell: Shell, sandbox: ThreadSandbox) -> None:
    file = shell.file("people.csv", PEOPLE)
    told = shell.json(
        *("import", file, "--map", "Job=title", "--map", "Plan=custom.plan", "--rejects", "rejects.csv"),
        code=SOME_REJECTED,
    )
    assert told.pop("seconds") > 0
    import_id = told.pop("import_id")
    sent = {"created": 2, "updated": 0, "skipped": 0, "failed": 0, "unexplained": 0, "requests": 1}
    assert told == FOUND | sent
    [listed] = shell.json("imports")
    assert (listed["id"], listed["state"], listed["created"], listed["invalid"]) == (import_id, "done", 2, 1)
    rows = [*csv.reader((shell.home / "rejects.csv").read_text("utf-8").splitlines())]
    titles = ["imail line", "imail record", "imail code", "imail reason", "Email", "Job", "Plan"]
    assert rows == [titles, ["4", "3", "no_at", "bob: there is no @ in it", "bob", "", ""]]
    mended = (shell.home / "rejects.csv").read_text("utf-8").replace(",bob,", ",bob@acme.example,")
    assert shell.json("import", shell.file("mended.csv", mended))["created"] == 1
    leads = {lead["email"]: lead for lead in shell.json("list", "--search", "acme.example")}
    assert leads["ada@acme.example"]["title"] == "Engineer"
    assert leads["ada@acme.example"]["custom"] == {"plan": "pro"}
    assert leads.keys() == {"ada@acme.example", "bob@acme.example", "zoe@acme.example"}


def test_what_is_exported_is_imported_as_it_was(shell: Shell, tmp_path: Path) -> None:
    people: list[dict[str, Any]] = [
        {
            "email": "ada@acme.example",
            "first_name": "=cmd()",
            "company": "\"Acme\", a\n'company'",
            "phone": "+44 20 1",
            "custom": {"n": 1.5, "text": "1.5", "yes": True, "formula": "+1+1", "quote": "'x", "a, b": " "},
        },
        {"email": "bob@acme.example", "title": "-", "custom": {"other": "@", "n": 7}},
    ]
    authorized = {"Authorization": f"Bearer {shell.environment['IMAIL_API_KEY']}"}
    with httpx.Client(base_url=shell.environment["IMAIL_BASE_URL"], headers=authorized) as api:
        made = api.post("/leads/bulk", json={"leads": people}).json()
        assert made["created"] == 2, made
        assert shell.run("export", "out.csv", "--search", "acme.example").returncode == Exit.OK
        assert shell.run("export", "out.jsonl", "--search", "acme.example").returncode == Exit.OK
        before = {lead["email"]: lead for lead in shell.json("list", "--search", "acme.example")}
        lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
        assert {lead["email"]: lead for lead in map(json.loads, lines)} == before
        rows = [*csv.reader((tmp_path / "out.csv").read_text("utf-8").splitlines(keepends=True))]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "-", "+1"))]
        for lead in before.values():
            assert api.delete(f"/leads/{lead['id']}").status_code == 204
    assert shell.json("import", "out.csv")["created"] == 2
    after = {lead["email"]: lead for lead in shell.json("list", "--search", "acme.example")}
    fresh = ("id", "created_at", "updated_at")
    assert [{k: v for k, v in after[email].items() if k not in fresh} for email in before] == [
        {k: v for k, v in lead.items() if k not in fresh} for lead in before.values()
    ]


def test_what_cannot_be_is_refused_in_a_sentence(shell: Shell) -> None:
    file = shell.file("people.csv", PEOPLE)
    shell.file("bad.json", "[]")
    (shell.home / "binary.csv").write_bytes(b"a\0b")
    (shell.home / "book.xlsx").write_bytes(b"PK\x03\x04")
    for arguments, code, words in (
        (("import",), Exit.USAGE, "Name a file"),
        (("import", file, "--resume", "imp_1"), Exit.USAGE, "Name a file"),
        (("import", "nope.csv"), Exit.USAGE, "nope.csv: There is no such file."),
        (("import", "binary.csv"), Exit.FAILED, "not a text file"),
        (("import", "book.xlsx"), Exit.FAILED, "an Excel file"),
        (("import", file, "--dry-run", "--rejects", "no/x.csv"), Exit.FAILED, "rejects cannot be written"),
        (("import", file, "--map", "Job"), Exit.USAGE, "Title=field"),
        (("import", file, "--map", "Job=salary"), Exit.USAGE, "A lead has no field salary"),
        (("import", file, "--map", "Work=title"), Exit.USAGE, "The file has no column Work"),
        (("import", file, "--mapping", "bad.json"), Exit.USAGE, "no JSON object"),
        (("import", file, "--campaign", "cmp_none"), Exit.FAILED, "campaign cmp_none"),
        (("import", file, "--campaign", "No such"), Exit.FAILED, "There is no campaign No such."),
        (("import", "--resume", "imp_none"), Exit.FAILED, "There is no such import"),
        (("import", shell.file("names.csv", "Name\nAda\n")), Exit.FAILED, "No column holds e-mail addresses"),
        (("import", shell.file("open.csv", 'Email\na@b.example\n"c@d')), Exit.FAILED, "opens on line 3"),
    ):
        done = shell.run(*arguments)
        assert (done.returncode, words in done.stderr) == (code, True), (arguments, done)
        assert done.stderr.count("\n") <= 2


def test_a_wrong_key_is_a_failure_and_no_rejection(shell: Shell) -> None:
    shell.environment["IMAIL_API_KEY"] = "imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA"
    done = shell.run("import", shell.file("people.csv", PEOPLE))
    assert done.returncode == Exit.FAILED


def test_a_killed_import_is_taken_up_again(shell: Shell, sandbox: ThreadSandbox) -> None:
    people = "".join(f"ada{number}@acme.example\n" for number in range(12_000))
    file = shell.file("people.csv", "Email\n" + people)
    program = [sys.executable, "-m", "imail_tui", "leads", "import", file]
    sandbox.control.put_fault("latency", seconds=30, path="/leads/bulk", nth=2)
    with subprocess.Popen(program, env=shell.environment, cwd=shell.home, stderr=subprocess.DEVNULL) as child:
        while not sandbox.control.effects(kind="operation"):
            pass
        child.kill()
    sandbox.control.clear_faults()
    [listed] = shell.json("imports")
    assert listed["state"] == "open"
    assert shell.json("import", "--resume", listed["id"])["created"] == 12_000
    emails = [effect.data["email"] for effect in sandbox.control.effects(kind="lead.created")]
    assert len(emails) == len(set(emails)) == 12_000
    assert shell.run("import", "--resume", listed["id"]).returncode == Exit.FAILED


def test_a_full_disk_sends_nothing(shell: Shell, sandbox: ThreadSandbox) -> None:
    titles = {f"{'Title ' * 150}{number}": f"custom.c{number}" for number in range(60)}
    shell.file("mapping.json", json.dumps(titles))
    file = shell.file("wide.csv", f"Email,{','.join(titles)}\nada@acme.example{',x' * 60}\n")
    shell.json("import", "-", given="Email\neve@acme.example\n")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    program = [sys.executable, "-m", "imail_tui", "leads", "import", file, "--mapping", "mapping.json"]
    done = subprocess.run(
        program, env=shell.environment, cwd=shell.home, capture_output=True, text=True, preexec_fn=small
    )
    assert done.returncode == Exit.FAILED
    assert "The journal of imports cannot be written, so nothing is sent" in done.stderr
    assert len(sandbox.control.effects(kind="lead.created")) == 1


def test_an_import_can_be_given_up(shell: Shell, sandbox: ThreadSandbox) -> None:
    with sandbox.control.fault("status", status=403, path="/leads/bulk"):
        assert shell.run("import", "-", given=PEOPLE).returncode == Exit.FAILED
    [listed] = shell.json("imports")
    assert listed["problem"]
    assert shell.run("give-up", listed["id"][:7]).returncode == Exit.OK
    assert shell.json("imports")[0]["state"] == "dropped"
    assert [*(shell.home / "home").rglob("*.input")] == []
