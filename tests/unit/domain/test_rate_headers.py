"""Every dialect of the budget headers, and every kind of garbage."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.rate_headers import (
    LARGEST_COUNT,
    LONGEST_WAIT,
    RateHeaders,
    parse_instant,
    read_rate_headers,
)

NOW = datetime(2026, 5, 20, 12, 0, 0, tzinfo=UTC)
DATE = "Wed, 20 May 2026 12:00:00 GMT"
EPOCH = int(NOW.timestamp())
NAMES = (
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Retry-After",
    "X-RateLimit-Limit",
    "RateLimit",
    "RateLimit-Policy",
    "Date",
    "Age",
)


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
        ("+5", 5),
        ("1e400", None),
        ("1,000", 0),
        (",,", None),
        ("²", None),
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
        (" 5 ", 5.0),
        ("+5", 5.0),
        ("1e3", 1000.0),
        ("3, 9", 9.0),
        ("9,junk,3", 9.0),
        ("0x10", None),
        ("1_0", None),
        ("5s", None),
        ("５", 5.0),
        ("9" * 35, LONGEST_WAIT),
        ("1e400", None),
        ("nan", None),
        ("", None),
        ("soon", None),
        ("Wed, 20 May 2026 12:00:30 GMT", 30.0),
        ("Wednesday, 20-May-26 12:00:30 GMT", 30.0),
        ("Wed, 20 May 2026 11:59:30 GMT", 0.0),
        ("Sun, 20 May 2026 12:00:30 GMT", 30.0),
        ("Xyz, 20 May 2026 12:00:30 GMT", 30.0),
        ("Wed May 20 12:00:30 2026", 30.0),
        ("Wed, 20 May 2026 12:00:40 GMT, Wed, 20 May 2026 12:00:30 GMT", 40.0),
        ("Wednesday, 20-May-26 12:00:30 GMT, 50", 50.0),
        ("Wed, 20 May 2026 12:00:30 +99999999999999", None),
        ("Wed, 99 May 2026 12:00:30 GMT", None),
        ("Wed, 20 May 2099 12:00:00 GMT", LONGEST_WAIT),
        ("2026-05-20T12:00:30Z", 30.0),
        ("2026-05-20T14:00:30.5+02:00", 30.5),
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
        (f"{EPOCH + 20}, {EPOCH + 30}", 30.0),
        (str(EPOCH - 5), 0.0),
        (str((EPOCH - 5) * 1000), 0.0),
        (str(-EPOCH), 0.0),
        (str((EPOCH + 30) * 10**6), LONGEST_WAIT),
        ("9" * 35, LONGEST_WAIT),
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


@pytest.mark.parametrize(
    ("text", "remaining", "reset"),
    [
        ('"default";r=50;t=30', 50, 30.0),
        ('"default"; r=50; t=30', 50, 30.0),
        ('"default";r=50', 50, None),
        ('"default";t=30', None, 30.0),
        ('"default";r=0;t=0', 0, 0.0),
        ('"default";r=-3;t=-1', 0, 0.0),
        ('"default";r=7;r=5', 5, None),
        ('"burst";r=9;t=1, "day";r=400;t=9000', 9, 9000.0),
        ('"a;r=1,";r=9;t=4', 9, 4.0),
        ('"default";pk=:c29tZQ==:;r=8', 8, None),
        ('"default";pk="x;r=1,y";r=8', 8, None),
        ('"default";r=NaN;t=inf', None, None),
        ('"default";r=' + "9" * 35 + ";t=" + "9" * 35, None, LONGEST_WAIT),
        ('"default";r=;t=', None, None),
        ('"default";r;t', None, None),
        ('"default";R=5', None, None),
        ('"default', None, None),
        ('"broken, "default";r=5', 5, None),
        ('junk, "default";r=5, ;r=1', 5, None),
        ("limit=100, remaining=50, reset=30", None, None),
        ("50", None, None),
        ("", None, None),
    ],
)
def test_the_drafts_rate_limit(text: str, remaining: int | None, reset: float | None) -> None:
    told = read(("RateLimit", text))
    assert (told.remaining, told.reset) == (remaining, reset)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ('"default";q=100;w=60', 100),
        ('"burst";q=20;w=1, "day";q=5000;w=86400', 20),
        ('"default";q=100;w=60;qu="requests"', 100),
        ('"bytes";q=10;w=60;qu="content-bytes", "default";q=100;w=60', 100),
        ('"default";q=0', None),
        ('"default";q=-5', None),
        ('"default";q=many;w=60', None),
        ("100;w=60", None),
        ("", None),
    ],
)
def test_the_drafts_policy(text: str, limit: int | None) -> None:
    assert read(("RateLimit-Policy", text)).limit == limit


def test_bytes_left_are_not_requests_left() -> None:
    told = read(
        ("RateLimit-Policy", '"bytes";q=4096;w=60;qu="content-bytes", "default";q=100;w=60'),
        ("RateLimit", '"bytes";r=3;t=50, "default";r=80;t=9'),
    )
    assert told == RateHeaders(remaining=80, reset=9.0, limit=100)


def test_a_gateway_may_be_stricter_than_the_server_behind_it() -> None:
    told = read(
        ("X-RateLimit-Remaining", "200"),
        ("X-RateLimit-Limit", "240"),
        ("X-RateLimit-Reset", "24"),
        ("RateLimit", '"gateway";r=3;t=5'),
        ("RateLimit-Policy", '"gateway";q=10;w=5'),
        ("RateLimit", '"other";r=30;t=50'),
    )
    assert told == RateHeaders(remaining=3, reset=50.0, limit=10)


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


numbers = st.floats().map(str) | st.integers().map(str) | st.sampled_from(["", "1e9", "-0", DATE])
policies = st.builds('"{}";r={};t={};q={}'.format, st.text(max_size=3), numbers, numbers, numbers)
values = st.text() | numbers | policies | st.lists(policies | numbers, max_size=3).map(",".join)


@given(st.lists(st.tuples(st.sampled_from(NAMES), values)))
def test_nothing_makes_it_fail_and_numbers_stay_sane(headers: list[tuple[str, str]]) -> None:
    told = read(*headers)
    assert told.remaining is None or 0 <= told.remaining <= LARGEST_COUNT
    assert told.limit is None or 1 <= told.limit <= LARGEST_COUNT
    assert told.reset is None or 0 <= told.reset <= LONGEST_WAIT
    assert told.retry_after is None or 0 <= told.retry_after <= LONGEST_WAIT


@pytest.mark.parametrize("piece", ['"', '";', '"a";', '"a" ', ",", "a;r=1", "Wed, 20 May 2026 ", "9"])
@pytest.mark.parametrize("name", NAMES)
def test_a_long_value_takes_no_long_time(name: str, piece: str) -> None:
    started = time.thread_time()
    read((name, piece * 20_000))
    assert time.thread_time() - started < 1.0


def test_instants_are_utc() -> None:
    assert parse_instant("2026-05-20T14:00:00+02:00") == NOW
    assert parse_instant("2026-05-20T12:00:00") == NOW
    assert parse_instant("0001-01-01T00:00:00+14:00") is None
