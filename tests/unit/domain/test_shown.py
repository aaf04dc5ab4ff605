from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.marks import campaign_mark, check_mark, enrollment_mark, inbox_mark, warmup_mark
from imail_tui.domain.shown import UNKNOWN, ago, count, in_bytes, of, percent, plural
from imail_tui.model.campaigns import CAMPAIGN_STATUSES
from imail_tui.model.inboxes import INBOX_STATUSES
from imail_tui.model.leads import ENROLLMENT_STATUSES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-30, "now"),
        (0.4, "now"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 m"),
        (3_599, "59 m"),
        (7_200, "2 h"),
        (13 * 86_400, "13 d"),
        (14 * 86_400, "2026-02-15"),
    ],
)
def test_ages(seconds: float, shown: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == shown


@given(st.floats(0, 10**9))
def test_an_age_fits_its_column(seconds: float) -> None:
    assert len(ago(NOW - timedelta(seconds=seconds), NOW)) <= 10


def test_unknown_is_never_zero() -> None:
    assert [count(None), percent(None), ago(None, NOW)] == [UNKNOWN] * 3
    assert of(0, None) == f"0/{UNKNOWN}"
    assert count(0) == "0"


@pytest.mark.parametrize(
    ("number", "noun", "shown"),
    [
        (1, "lead", "1 lead"),
        (20_000, "lead", "20,000 leads"),
        (3, "inbox", "3 inboxes"),
        (2, "reply", "2 replies"),
    ],
)
def test_counted_nouns(number: int, noun: str, shown: str) -> None:
    assert plural(number, noun) == shown


def test_sizes_have_the_unit_that_fits() -> None:
    assert [in_bytes(size) for size in (0, 319, 42_400, 1_215_000_000)] == [
        "0 B",
        "319 B",
        "42 kB",
        "1,215 MB",
    ]


def test_every_documented_state_has_its_own_word_and_glyph() -> None:
    for mark, states in (
        (inbox_mark, INBOX_STATUSES),
        (campaign_mark, CAMPAIGN_STATUSES),
        (enrollment_mark, ENROLLMENT_STATUSES),
    ):
        marks = [mark(state) for state in states]
        assert len({each.word for each in marks}) == len(states)
        assert len({each.glyph for each in marks}) == len(states)
        assert all(each.glyph != "?" for each in marks)


def test_a_state_of_a_newer_server_is_shown_by_its_own_word() -> None:
    assert str(inbox_mark("hibernating")) == "? hibernating"
    assert str(warmup_mark(None)) == "○ off"
    assert str(check_mark(None)) == "? unknown"
