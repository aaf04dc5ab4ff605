"""Ranges of days, and the plan of what to fetch."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.analytics.months import month_of, whole_months
from imail_tui.domain.analytics.spans import Span, SpanRefused, last_days, last_week, missing, span_of

TODAY = date(2026, 3, 10)
near = st.dates(date(2026, 1, 1), date(2026, 4, 30))
spans = st.tuples(near, near).map(lambda pair: Span(min(pair), max(pair)))


@given(spans, st.dictionaries(near, near))
def test_the_plan_is_exactly_the_days_that_are_not_settled(span: Span, fetched: dict[date, date]) -> None:
    plan = missing(span, fetched, TODAY)
    planned = [day for each in plan for day in each.each()]
    wanted = {
        day
        for day in span.each()
        if day <= TODAY and (day not in fetched or (TODAY - day).days < 2 or (fetched[day] - day).days < 2)
    }
    assert set(planned) == wanted
    assert planned == sorted(set(planned))
    assert all((later.start - earlier.end).days > 1 for earlier, later in pairwise(plan))


def test_the_last_two_days_are_always_fetched_and_the_future_never() -> None:
    everything = {TODAY - timedelta(days=number): TODAY for number in range(60)}
    assert missing(last_days(30, TODAY), everything, TODAY) == [Span(date(2026, 3, 9), TODAY)]
    assert missing(Span(date(2026, 3, 11), date(2026, 3, 20)), {}, TODAY) == []


def test_a_day_that_was_today_when_it_was_fetched_is_fetched_again() -> None:
    day = date(2026, 3, 1)
    assert missing(Span(day, day), {day: day}, TODAY) == [Span(day, day)]
    assert missing(Span(day, day), {day: date(2026, 3, 3)}, TODAY) == []


@given(spans)
def test_the_period_before_is_as_long_and_ends_the_day_before(span: Span) -> None:
    before = span.before()
    assert before.days == span.days == len(list(span.each()))
    assert span.start - before.end == timedelta(days=1)


def test_the_first_day_there_is_has_a_period_before() -> None:
    assert Span(date.min, date.min).before().days == 1


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("yesterday", "", "no date"),
        ("2026-03-02", "2026-03-01", "later than the last"),
        ("2020-01-01", "", "at most 731 days"),
        ("", "", "nothing is no date"),
    ],
)
def test_dates_that_make_no_range(start: str, end: str, says: str) -> None:
    with pytest.raises(SpanRefused, match=says):
        span_of(start, end, TODAY)


def test_a_typed_range_ends_today_unless_told() -> None:
    assert span_of(" 2026-03-01 ", "", TODAY) == Span(date(2026, 3, 1), TODAY)


@given(st.tuples(st.dates(), st.dates()))
def test_whole_months_are_those_that_lie_inside(pair: tuple[date, date]) -> None:
    start, end = min(pair), max(pair)
    found = whole_months(start, end)
    if found is None:
        assert not _month_inside(start, end)
        return
    first, last = found
    assert first.day == 1
    assert start <= first <= last <= end
    assert month_of(last)[1] == last
    # No whole month is left over on either side.
    assert (first - start).days < 31
    assert (end - last).days < 31
    assert start == first or month_of(start)[1] < first


def _month_inside(start: date, end: date) -> bool:
    first, last = month_of(start)
    if first < start:
        if last >= end or last == date.max:
            return False
        first, last = month_of(last + timedelta(days=1))
    return first >= start and last <= end


@pytest.mark.parametrize("day", [9, 15])
def test_the_last_week_is_over_on_monday(day: int) -> None:
    assert last_week(date(2026, 3, day)) == Span(date(2026, 3, 2), date(2026, 3, 8))
