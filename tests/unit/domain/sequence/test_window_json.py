"""The JSON of a send window."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import SendWindow
from tests.unit.domain.sequence.json_values import ANY_JSON, KEYS, Json


def test_a_whole_window() -> None:
    raw = {
        "timezone": "Europe/Berlin",
        "days": ["mon", "sun"],
        "start": "08:30",
        "end": "24:00",
        "start_date": "2026-05-01",
        "end_date": "2026-05-31",
        "exclude_dates": ["2026-05-14"],
    }
    window = SendWindow(
        "Europe/Berlin",
        frozenset({0, 6}),
        510,
        1440,
        date(2026, 5, 1),
        date(2026, 5, 31),
        frozenset({date(2026, 5, 14)}),
    )
    assert read_window(raw) == (window, [])


def test_a_window_may_be_one_day_long() -> None:
    window, violations = read_window({"start_date": "2026-05-01", "end_date": "2026-05-01"})
    assert violations == []
    assert window.first_date == window.last_date == date(2026, 5, 1)


@pytest.mark.parametrize("raw", [None, {}, {"timezone": "lead", "start_date": None, "exclude_dates": None}])
def test_what_is_absent_stands_at_its_default(raw: object) -> None:
    window = SendWindow("lead", frozenset(range(5)), 540, 1020)
    assert read_window(raw) == (window, [])


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        ([], "type", ""),
        ({"timezone": "Mars/Base"}, "choice", ".timezone"),
        ({"timezone": "../../etc/passwd"}, "choice", ".timezone"),
        ({"timezone": 5}, "choice", ".timezone"),
        ({"days": []}, "type", ".days"),
        ({"days": "mon"}, "type", ".days"),
        ({"days": ["mon", "Tue"]}, "choice", ".days[1]"),
        ({"days": ["mon", "mon"]}, "repeated", ".days"),
        ({"start": "9:00"}, "pattern", ".start"),
        ({"end": "24:01"}, "pattern", ".end"),
        ({"start": "17:00"}, "order", ".end"),
        ({"start": "24:00", "end": "24:00"}, "order", ".end"),
        ({"start_date": "2026-02-30"}, "pattern", ".start_date"),
        ({"end_date": "20260201"}, "pattern", ".end_date"),
        ({"start_date": "2026-02-02", "end_date": "2026-02-01"}, "order", ".end_date"),
        ({"exclude_dates": "2026-02-01"}, "type", ".exclude_dates"),
        ({"exclude_dates": ["2026-02-01", 3]}, "pattern", ".exclude_dates[1]"),
    ],
)
def test_one_broken_rule(raw: Json, code: str, place: str) -> None:
    violations = read_window(raw)[1]
    assert [(item.code, item.place) for item in violations] == [(code, "send_window" + place)]


@given(ANY_JSON | st.dictionaries(KEYS, ANY_JSON))
def test_no_json_is_too_odd(raw: object) -> None:
    window, _ = read_window(raw)
    assert window.days
    assert 0 <= window.start < window.end <= 1440
