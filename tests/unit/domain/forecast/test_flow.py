"""The flow of leads through days: nobody is lost, no day is overfull."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.forecast.flow import MOST_DAYS, flow
from imail_tui.domain.forecast.ways import Gaps, Waiting, Ways

MONDAY = date(2026, 3, 2)


def line(mails: int, days: int) -> Ways:
    """So many mails, so many days apart; done on the day of the last."""
    gaps: Gaps = {(weekday, days, False): 1.0 for weekday in range(7)}
    ends: Gaps = {(weekday, 0, False): 1.0 for weekday in range(7)}
    nothing: Gaps = {}
    return Ways([nothing, *([gaps] * (mails - 1))], [nothing] * mails + [ends], mails)


def weekdays(mails: float) -> Callable[[date], float]:
    return lambda day: mails if day.weekday() < 5 else 0.0


def test_one_mail_to_each_takes_as_many_days_as_the_room_needs() -> None:
    found = flow(line(1, 0), 100, [], weekdays(20), MONDAY)
    assert [day.mails for day in found.days] == [20.0] * 5
    assert found.last == MONDAY + timedelta(days=4)


def test_nothing_leaves_on_shut_days() -> None:
    found = flow(line(1, 0), 120, [], weekdays(20), MONDAY)
    assert [day.mails for day in found.days[5:]] == [0.0, 0.0, 20.0]


def test_new_leads_begin_only_as_long_as_their_mails_fit_in() -> None:
    found = flow(line(3, 1), 1_000, [], lambda _: 30.0, MONDAY)
    assert all(day.mails <= 30 for day in found.days)
    # Three mails each: in the long run a third of the room begins something.
    middle = found.days[20:60]
    assert sum(day.new for day in middle) / len(middle) == pytest.approx(10, rel=0.2)


def test_leads_under_way_are_told_apart_from_new_ones() -> None:
    found = flow(line(2, 1), 0, [Waiting(5, 1, 2, True), Waiting(3, 2, 1, False)], lambda _: 10.0, MONDAY)
    assert found.leads == 8
    assert [day.mails for day in found.days] == [0.0, 0.0, 5.0]
    assert [day.new for day in found.days] == [0.0, 0.0, 0.0]
    assert found.days[1].done == 3


def test_who_gets_no_mail_at_all_is_done_at_once() -> None:
    ways = line(1, 0)
    ways.silent = 0.25
    found = flow(ways, 40, [], lambda _: 10.0, MONDAY)
    assert found.days[0].done == 20
    assert sum(day.mails for day in found.days) == 30


def test_without_any_room_it_never_ends() -> None:
    found = flow(line(1, 0), 10, [], lambda _: 0.0, MONDAY)
    assert len(found.days) == MOST_DAYS
    assert found.last is None
    assert found.day_of(0.5) is None


@given(
    mails=st.integers(1, 5),
    days=st.integers(1, 9),
    queued=st.integers(0, 400),
    able=st.integers(5, 80),
)
def test_everybody_gets_every_mail_and_no_day_is_overfull(
    mails: int, days: int, queued: int, able: int
) -> None:
    found = flow(line(mails, days), queued, [], weekdays(able), MONDAY)
    assert all(day.mails <= day.room + 1e-6 for day in found.days)
    assert sum(day.mails for day in found.days) == pytest.approx(mails * queued, abs=mails)
    assert sum(day.new for day in found.days) == pytest.approx(queued, abs=1)
    assert [day.done for day in found.days] == sorted(day.done for day in found.days)
    assert found.last is not None
