"""Labels of replies, and rates with their denominators."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain import rates
from imail_tui.domain.labels import LABELS, UNCLASSIFIED, Sentiment, label_of
from imail_tui.domain.rates import Rate
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.record import Json


def test_every_label_has_its_own_shifted_letter() -> None:
    keys = [label.key for label in LABELS.values()]
    assert sorted(keys) == sorted("IMQRLOWNXAV")


def test_only_automatic_answers_are_no_replies() -> None:
    assert {name for name, label in LABELS.items() if not label.is_reply} == {"out_of_office", "auto_reply"}
    assert {name for name, label in LABELS.items() if label.is_positive} == {
        "interested",
        "meeting_request",
        "question",
    }
    assert [name for name, label in LABELS.items() if label.asks_first] == ["unsubscribe"]


def test_labels_from_elsewhere_pass_through() -> None:
    label = label_of("budget_2027")
    assert (label.label, label.word, label.sentiment, label.key) == (
        "budget_2027",
        "budget 2027",
        Sentiment.UNKNOWN,
        "",
    )
    assert label_of(None) is UNCLASSIFIED
    assert label_of("interested") is LABELS["interested"]


@pytest.mark.parametrize(
    ("rate", "fraction", "enough"),
    [
        (Rate(3, 200, 200), 0.015, True),
        (Rate(3, 199, 200), 3 / 199, False),
        (Rate(0, 0), None, False),
        (Rate(None, 500), None, True),
        (Rate(5, None), None, False),
    ],
)
def test_a_rate_knows_whether_it_means_anything(rate: Rate, fraction: float | None, enough: bool) -> None:
    assert rate.fraction == fraction
    assert rate.enough is enough


def test_a_bounce_rate_needs_both_kinds() -> None:
    row = AnalyticsRow(sent=100, bounced_hard=2, bounced_soft=3)
    both = rates.bounced(row)
    assert (both.n, both.of, both.floor, both.per, both.tone) == (5, 100, 50, "sent", "stop")
    assert rates.bounced(AnalyticsRow(sent=100, bounced_hard=2)).fraction is None


counts = st.dictionaries(st.sampled_from(COUNTERS), st.integers(0, 10**6))


@given(st.lists(counts, min_size=1))
def test_a_sum_is_known_only_where_every_part_is(parts: list[dict[str, int]]) -> None:
    given_rows: list[Json] = [{**part} for part in parts]
    summed = rates.total(AnalyticsRow.model_validate(row) for row in given_rows)
    for name in COUNTERS:
        known = all(name in part for part in parts)
        assert summed.counter(name) == (sum(part[name] for part in parts) if known else None)


def test_the_sum_of_nothing_is_unknown() -> None:
    assert rates.total([]).sent is None
