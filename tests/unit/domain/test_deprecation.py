from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.deprecation import Deprecation, read_deprecation

SINCE = datetime(2023, 6, 30, 23, 59, 49, tzinfo=UTC)
SUNSET = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
SUNSET_TEXT = "Thu, 31 Dec 2026 23:59:59 GMT"


@pytest.mark.parametrize(
    "value", ["@1688169589", " @1688169589 ", "@1688169589;x=1", "Fri, 30 Jun 2023 23:59:49 GMT"]
)
def test_when_it_became_deprecated(value: str) -> None:
    assert read_deprecation([("Deprecation", value)]) == Deprecation(since=SINCE)


@pytest.mark.parametrize("value", ["true", "TRUE", "?1"])
def test_deprecated_without_a_date(value: str) -> None:
    assert read_deprecation([("deprecation", value)]) == Deprecation()


@pytest.mark.parametrize("value", ["", "false", "?0", "soon", "@", "@x", "@99999999999999999", "1688169589"])
def test_a_value_that_makes_no_sense_is_passed_over(value: str) -> None:
    assert read_deprecation([("Deprecation", value)]) is None
    assert read_deprecation([("Deprecation", value), ("Sunset", SUNSET_TEXT)]) == Deprecation(sunset=SUNSET)


@pytest.mark.parametrize(
    "value", [SUNSET_TEXT, f'"{SUNSET_TEXT}"', "Fri, 01 Jan 2027 01:59:59 +0200", "31 Dec 2026 23:59:59"]
)
def test_when_it_stops_working(value: str) -> None:
    assert read_deprecation([("SUNSET", value)]) == Deprecation(sunset=SUNSET)


@pytest.mark.parametrize("value", ["", "never", "2026-12-31", "Thu, 31 Dec 99999 23:59:59 GMT"])
def test_a_sunset_that_is_no_date_is_passed_over(value: str) -> None:
    assert read_deprecation([("Sunset", value)]) is None


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ('<https://imail.now/old>; rel="deprecation"', "https://imail.now/old"),
        ("<https://imail.now/old>;rel=deprecation; type=text/html", "https://imail.now/old"),
        ('</next>; rel="next", </old>; title="a, b"; rel="Sunset"', "/old"),
        ('</end>; rel="sunset", </old>; rel="deprecation"', "/old"),
        ('</old>; rel="help deprecation"', "/old"),
        ('</next>; rel="next"', ""),
        ("</old", ""),
        ("</old>", ""),
    ],
)
def test_the_page_about_it(value: str, link: str) -> None:
    told = read_deprecation([("Link", value), ("Deprecation", "true")])
    assert told is not None
    assert told.link == link


def test_a_link_alone_ends_nothing() -> None:
    assert read_deprecation([("Link", '</old>; rel="deprecation"')]) is None


def test_the_first_value_that_can_be_read_counts() -> None:
    headers = [("Sunset", "soon"), ("Sunset", SUNSET_TEXT), ("Sunset", "Fri, 01 Jan 2027 00:00:00 GMT")]
    assert read_deprecation(headers) == Deprecation(sunset=SUNSET)


@given(st.lists(st.tuples(st.sampled_from(["Deprecation", "Sunset", "Link"]), st.text(max_size=60))))
def test_no_header_is_too_strange_to_be_read(headers: list[tuple[str, str]]) -> None:
    told = read_deprecation(headers)
    assert told is None or all(when is None or when.tzinfo for when in (told.since, told.sunset))
