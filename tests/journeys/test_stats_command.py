"""`stats`, `metrics` and `report` as a script runs them, and on a terminal."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import SandboxAddress
from tests.fakes.counts_server import CountsServer, Row, counts_server

from .test_command_line import UNREACHABLE, QuickShell, Shell


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stats")


@pytest.fixture
def shell(sandbox: SandboxAddress, home: Path) -> Shell:
    """With one home for all: what one command fetched the next one has."""
    return QuickShell(sandbox, home)


def test_json_lines_csv_and_days_tell_the_same(shell: Shell) -> None:
    report = json.loads(shell.run("stats", "--days", "14", "--json").stdout)
    assert (len(report["days"]), report["by"]) == (14, "campaign")
    total = report["total"]["sent"]
    assert total == sum(day["sent"] for day in report["days"]) > 0
    assert total == sum(each["sent"] for each in report["rows"])
    rate = report["rates"]["reply_rate"]
    assert rate["low"] < rate["fraction"] < rate["high"]
    assert (rate["n"], rate["of"]) == (report["total"]["replied"], report["total"]["contacted"])
    for by in ("variant", "domain"):
        lines = shell.run("stats", "--days", "14", "--by", by).stdout.splitlines()
        header, *rows, last = [line.split("\t") for line in lines]
        assert (header[:2], last[:2]) == ([by, "sent"], ["total", str(total)])
        assert sum(int(row[1]) for row in rows) == total
    table = list(csv.DictReader(io.StringIO(shell.run("stats", "--days", "14", "--csv").stdout)))
    assert sum(int(row["sent"]) for row in table) == total


def test_what_is_kept_is_shown_without_asking_anybody(shell: Shell) -> None:
    shell.run("stats", "--days", "7")
    known = shell.run("stats", "--days", "7")
    kept = shell.run("stats", "--days", "7", "--cached")
    assert (kept.returncode, kept.stderr) == (Exit.OK, "")
    assert kept.stdout == known.stdout
    partly = shell.run("stats", "--days", "365", "--cached")
    assert "days are known here" in partly.stderr


def test_a_part_is_named_as_people_do(shell: Shell) -> None:
    by_step = shell.run("stats", "campaign", "cold chain", "--chart")
    assert by_step.returncode == Exit.OK
    assert "\x1b" not in by_step.stdout
    assert by_step.stdout.splitlines()[-1].startswith("total\t")
    google = json.loads(shell.run("stats", "provider", "goog", "--json").stdout)
    assert google["scope"]["provider"] == "google"
    assert google["by"] == "inbox"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("stats", "campaign", "o"), Exit.USAGE, "may be Carrier partnerships"),
        (("stats", "campaign"), Exit.USAGE, "Which campaign?"),
        (("stats", "inbox", "nobody@"), Exit.NOT_FOUND, 'no inbox "nobody@"'),
        (("stats", "workspace", "x"), Exit.USAGE, "takes no name"),
        (("stats", "--from", "March"), Exit.USAGE, "March is no date"),
        (("stats", "--from", "2026-03-02", "--to", "2026-03-01"), Exit.USAGE, "later than"),
        (("stats", "--days", "0"), Exit.USAGE, "days"),
        (("stats", "--base-url", UNREACHABLE), Exit.OFFLINE, "cannot be reached"),
        (("report", "--campaign", "zzz"), Exit.NOT_FOUND, 'no campaign "zzz"'),
    ],
)
def test_a_fault_says_what_to_do(shell: Shell, words: tuple[str, ...], code: Exit, told: str) -> None:
    done = shell.run(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


def test_public_numbers_need_no_key(shell: Shell) -> None:
    plain = shell.run("metrics", IMAIL_API_KEY="")
    assert plain.returncode == Exit.OK
    numbers = dict(line.split("\t")[:2] for line in plain.stdout.splitlines()[1:])
    assert int(numbers["inboxes_connected"]) > 0
    assert "updated_at" in json.loads(shell.run("metrics", "--json").stdout)


def test_a_week_as_markdown(shell: Shell) -> None:
    done = shell.run("report", "--week")
    assert done.returncode == Exit.OK
    assert done.stdout.startswith("## Halden Pike Outbound, 2026-02-23 – 2026-03-01\n")
    assert re.search(
        r"^- \*\*reply rate\*\* \d+\.\d % \([\d,]+/[\d,]+ contacted\)", done.stdout, re.MULTILINE
    )
    assert "| Route planning · Ops leaders |" in done.stdout
    own = shell.run("report", "--campaign", "cold").stdout
    assert "### Versions" in own
    assert "| 1 · Temperature gaps" in own


def test_foreign_names_are_only_text(tmp_path: Path) -> None:
    rows: list[Row] = [
        {
            "day": "2026-03-09",
            "campaign_id": "=cmd|'/c'!A1\x1b]0;x\x07",
            "inbox_id": "i",
            "sent": 5,
            "replied": 1,
        }
    ]
    key = Secret("imk_test_" + "0" * 26)
    with counts_server(CountsServer(rows)) as server:
        odd = QuickShell(SandboxAddress(server.url, key, key, 0), tmp_path)
        done = odd.run("stats", "--days", "7", "--csv")
        assert done.returncode == Exit.OK, done.stderr
        assert done.stdout.splitlines()[1].startswith("'=cmd|")
        plain = odd.run("stats", "--days", "7")
        assert "\x1b" not in plain.stdout + plain.stderr
        assert plain.stdout.splitlines()[1].startswith("=cmd|")


def test_on_a_terminal_it_fits(shell: Shell) -> None:
    for width in (40, 80):
        code, text = shell.on_terminal("stats", "--days", "14", COLUMNS=str(width), NO_COLOR="1")
        assert code == Exit.OK
        lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
        assert max(map(len, lines)) <= width
        assert any(line.startswith("total") for line in lines)
        assert any("reply rate" in line for line in lines)
