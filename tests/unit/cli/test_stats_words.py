"""Common words of `stats` mean without the parser what they mean with it."""

import shlex

import pytest

from imail_tui.cli.root import app
from imail_tui.cli.stats_report import Asked, plain_words


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--cached --days 365",
        "campaign 'cold chain' --by step --json",
        "inbox ada@ours.example --csv --days 7",
        "domain ours.example --no-chart",
        "--chart workspace --by campaign",
    ],
)
def test_plain_words_are_read_as_the_parser_reads_them(line: str) -> None:
    words = shlex.split(line)
    _, bound, _ = app.parse_args(["stats", *words], exit_on_error=False, print_error=False)
    assert plain_words(words) == Asked(**bound.arguments)


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "--days",
        "--days 0",
        "--days 1000",
        "--days ٣",
        "--days=7",
        "--by hour",
        "--from 2026-03-01",
        "nonsense",
        "campaign a b",
        "--profile x",
        "-x",
    ],
)
def test_all_others_are_left_to_the_parser(line: str) -> None:
    assert plain_words(shlex.split(line)) is None
