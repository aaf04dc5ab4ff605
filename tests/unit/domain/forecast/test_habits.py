"""What leads do to a mail, from counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.forecast.habits import FEW, Habits, Share, habits_of, wilson
from imail_tui.model.analytics import AnalyticsRow


def test_nothing_known_is_what_is_usual() -> None:
    assert Share(0.04).value == 0.04
    assert habits_of(AnalyticsRow()) == Habits()


def test_many_own_mails_outweigh_what_is_usual_and_few_do_not() -> None:
    assert Share(0.04, n=1_000, of=10_000).value == pytest.approx(0.1, abs=0.001)
    assert Share(0.04, n=1, of=1).value == pytest.approx((1 + 4) / (1 + FEW))


def test_an_idea_of_ones_own_goes_before_everything_and_can_be_taken_back() -> None:
    habits = habits_of(AnalyticsRow.model_validate({"sent": 500, "replied": 50}))
    chosen = habits.with_chosen("replied", 0.5)
    assert chosen.replied.value == 0.5
    assert chosen.replied.interval == (0.5, 0.5)
    assert chosen.with_chosen("replied", None) == habits


def test_labels_of_enough_replies_replace_the_usual_ones() -> None:
    assert habits_of(AnalyticsRow(), {"interested": 3}).labels == Habits().labels
    assert habits_of(AnalyticsRow(), {"interested": 60, "": 40}).labels == {"interested": 0.6}


def test_wilson_by_its_published_example() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(share=st.floats(0, 1), of=st.one_of(st.just(0.0), st.floats(1, 1e6)))
def test_an_interval_holds_its_share(share: float, of: float) -> None:
    low, high = wilson(share, of)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
