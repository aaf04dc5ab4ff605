"""`campaigns lint` as a script runs it: what it prints, where it points, and its exit code."""

import json
from pathlib import Path

import pytest

from imail_tui.cli.campaign_lint import lint
from imail_tui.cli.exits import Exit
from imail_tui.cli.lint_report import plain_words

CLEAN = (
    "name: Guide\ninbox_ids: [inb_1]\nsteps:\n- {id: a, type: email, subject: Hi, body: Hello}\n"
    "lint: {ignore: [no_opt_out, no_address, tracking]}\n"
)


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    return tmp_path / "guide.yaml"


def test_a_clean_file_passes_in_silence(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign.write_text(CLEAN)
    assert lint(str(campaign)) == Exit.OK
    assert capsys.readouterr().out == ""


def test_an_error_is_told_with_its_line_and_fails(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign.write_text(CLEAN.replace("Hello", '"{{nobody}}"'))
    assert lint(str(campaign)) == Exit.FAILED
    out = capsys.readouterr().out
    assert out.startswith(f"{campaign}:4:43: error: steps[0].body: ")
    assert "[unknown_variable]" in out


def test_a_warning_alone_passes_and_github_reads_it(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign.write_text(CLEAN.replace("Hi", "'RE: 100%'"))
    assert lint(str(campaign), github=True) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"::warning file={campaign},line=4,col=33,title=capitals::")
    assert len(lines) == 2


def test_programs_get_json(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign.write_text("a: &x 1\n")
    assert lint(str(campaign), json=True) == Exit.FAILED
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["code"], found["line"], found["column"]) == ("unreadable", 1, 4)


def test_a_missing_file_is_a_mistake_of_use(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(str(campaign)) == Exit.USAGE
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a.yaml", "b.yaml"], (["a.yaml", "b.yaml"], "text")),
        (["--json", "a.yaml"], (["a.yaml"], "json")),
        (["a.yaml", "--github"], (["a.yaml"], "github")),
        ([], ([], "text")),
        (["a.yaml", "--json", "--github"], None),
        (["a.yaml", "--xml"], None),
        (["--help"], None),
        (["--", "-a.yaml"], None),
        (["a.yaml", "--profile", "x"], None),
    ],
)
def test_plain_command_lines_need_no_parser_and_all_others_get_it(words: list[str], expected: object) -> None:
    assert plain_words(words) == expected
