"""Every dialect of the budget headers, and every kind of garbage."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.rate_headers import LONGEST_WAIT, RateHeaders, parse_instant, read_rate_headers

NOW = datetime(2026, 5, 20, 12, 0, 0, tzinfo=UTC)
DATE = "Wed, 20 May 2026 12:00:00 GMT"
EPOCH = int(NOW.timestamp())
NAMES = ("X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "X-RateLimit-Limit", "Date", "Age")


def read(*headers: tuple[str, str]) -> RateHeaders:
    return read_rate_headers(headers, NOW)


@pytest.mark.parametrize(
    ("text", "remaining"),
    [
        ("239", 239),
        ("0", 0),
        (" 17 ", 17),
        ("12.9", 12),
        ("-3", 0),
        ("-0", 0),
        ("1e2", 100),
        ("7, 5", 5),
        ("5,junk", 5),
        ("", None),
        ("NaN", None),
        ("inf", None),
        ("-inf", None),
        ("1e30", None),
        ("9" * 40, None),
        ("many", None),
        ("1_000", None),
        ("0x10", None),
        ("٣", 3),
    ],
)
def test_remaining(text: str, remaining: int | None) -> None:
    assert read(("X-RateLimit-Remaining", text)).remaining == remaining


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("-10", 0.0),
        ("60", 60.0),
        ("61", 61.0),
        ("1.5", 1.5),
        ("  2", 2.0),
        ("3, 9", 9.0),
        ("9" * 35, LONGEST_WAIT),
        ("1e400", None),
        ("nan", None),
        ("", None),
        ("soon", None),
        ("Wed, 20 May 2026 12:00:30 GMT", 30.0),
        ("Wednesday, 20-May-26 12:00:30 GMT", 30.0),
        ("Wed, 20 May 2026 11:59:30 GMT", 0.0),
        ("Xyz, 20 May 2026 12:00:30 GMT", 30.0),
        ("Wed, 99 May 2026 12:00:30 GMT", None),
        ("Wed, 20 May 2099 12:00:00 GMT", LONGEST_WAIT),
        ("2026-05-20T12:00:30Z", 30.0),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert read(("Retry-After", text), ("Date", DATE)).retry_after == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("144", 144.0),
        ("0.6", 0.6),
        ("-1", 0.0),
        (str(EPOCH + 30), 30.0),
        (f"{EPOCH + 30}.5", 30.5),
        (str((EPOCH + 30) * 1000), 30.0),
        (str(EPOCH - 5), 0.0),
        ("2026-05-20T12:01:00+00:00", 60.0),
        ("Wed, 20 May 2026 12:01:00 GMT", 60.0),
        ("99999999", LONGEST_WAIT),
        ("1e30", LONGEST_WAIT),
        ("NaN", None),
        ("?", None),
    ],
)
def test_reset_in_any_dialect(text: str, seconds: float | None) -> None:
    assert read(("X-RateLimit-Reset", text), ("Date", DATE)).reset == seconds


@pytest.mark.parametrize("skew", [-3600, -7, 7, 3600])
def test_instants_are_read_by_the_servers_clock(skew: int) -> None:
    sent = datetime.fromtimestamp(EPOCH + skew, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    told = read(("X-RateLimit-Reset", str(EPOCH + skew + 30)), ("Date", sent))
    assert told.reset == 30.0


def test_without_a_date_our_clock_stands_in() -> None:
    assert read(("X-RateLimit-Reset", str(EPOCH + 30))).reset == 30.0
    assert read(("X-RateLimit-Reset", str(EPOCH + 30)), ("Date", "yesterday")).reset == 30.0


@pytest.mark.parametrize(("text", "limit"), [("240", 240), ("0", None), ("-1", None), ("x", None)])
def test_limit(text: str, limit: int | None) -> None:
    assert read(("X-RateLimit-Limit", text)).limit == limit


def test_of_duplicates_the_careful_one_counts_and_names_ignore_case() -> None:
    told = read(
        ("x-ratelimit-remaining", "9"),
        ("X-RATELIMIT-REMAINING", "4"),
        ("Retry-After", "1"),
        ("retry-after", "8"),
    )
    assert (told.remaining, told.retry_after) == (4, 8.0)


@pytest.mark.parametrize(("age", "kept"), [("12", True), ("0", False), ("x", False), ("-1", False)])
def test_a_kept_response_says_nothing_about_now(age: str, kept: bool) -> None:
    told = read(("X-RateLimit-Remaining", "5"), ("Age", age))
    assert (told == RateHeaders()) is kept


def test_no_headers_tell_nothing() -> None:
    assert read() == RateHeaders()


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text() | st.floats().map(str) | st.integers().map(str))))
def test_nothing_makes_it_fail_and_numbers_stay_sane(headers: list[tuple[str, str]]) -> None:
    told = read(*headers)
    assert told.remaining is None or told.remaining >= 0
    assert told.reset is None or 0 <= told.reset <= LONGEST_WAIT
    assert told.retry_after is None or 0 <= told.retry_after <= LONGEST_WAIT


def test_instants_are_utc() -> None:
    assert parse_instant("2026-05-20T14:00:00+02:00") == NOW
    assert parse_instant("2026-05-20T12:00:00") == NOW
    assert parse_instant("0001-01-01T00:00:00+14:00") is None
