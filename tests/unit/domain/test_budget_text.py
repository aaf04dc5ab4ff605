from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.budget_text import BAR_CELLS, bar, budget_facts, seconds_until_full, span
from imail_tui.model.status import BudgetDetail

QUIET = BudgetDetail(left=180.4, burst=240.0, refill=100 / 60, place="/run/budget.db")


def told(detail: BudgetDetail) -> dict[str, str]:
    return {fact.name: fact.text for fact in budget_facts(detail) if fact.name}


def tones(detail: BudgetDetail) -> dict[str, str]:
    return {fact.name: fact.tone for fact in budget_facts(detail) if fact.name}


def test_a_quiet_budget() -> None:
    assert told(QUIET) == {
        "left": "180 of 240 requests at once",
        "refill": "100 a minute, full in 36 s",
        "waiting": "you 0 · jobs 0 · background 0",
        "under way": "0 requests",
        "pause": "none",
        "last 429": "never: the server has not said no",
        "this machine": "only this process",
        "elsewhere": "nobody seems to spend this key's budget",
        "kept in": "/run/budget.db",
    }


def test_a_busy_budget() -> None:
    busy = replace(
        QUIET,
        left=3.0,
        waiting=(1, 20, 3),
        under_way=1,
        processes=3,
        outside=0.5,
        paused=12.4,
        last_429=75.0,
    )
    facts = told(busy)
    assert facts["waiting"] == "you 1 · jobs 20 · background 3"
    assert facts["under way"] == "1 request"
    assert facts["this machine"] == "shared with 2 other processes"
    assert facts["elsewhere"] == "about 30 a minute are spent on other machines"
    assert facts["pause"] == "nothing is sent for 12 s"
    assert facts["last 429"] == "1 m 15 s ago"
    assert [tones(busy)[name] for name in ("left", "waiting", "pause", "last 429")] == [
        "watch", "watch", "stop", "watch",
    ]  # fmt: skip


def test_an_unknown_level_is_not_a_number() -> None:
    unknown = replace(QUIET, left=None)
    assert told(unknown)["left"].startswith("–")
    assert told(unknown)["refill"] == "100 a minute"
    assert bar(unknown) == "░" * BAR_CELLS


def test_a_refill_too_slow_to_count_has_no_end() -> None:
    assert seconds_until_full(replace(QUIET, refill=5e-324)) is None


def test_who_is_alone_is_told_why_and_what_it_costs() -> None:
    alone = replace(QUIET, place="", why_alone="The runtime folder cannot be written.")
    lines = [fact.text for fact in budget_facts(alone)]
    assert "The runtime folder cannot be written." in lines
    assert any("Only a part of the burst is used" in line for line in lines)
    assert "kept in" not in told(alone)


def test_a_full_budget_says_so() -> None:
    assert told(replace(QUIET, left=240.0))["refill"] == "100 a minute, full"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 m"), (61, "1 m 1 s"), (3_600, "1 h 0 m"), (7_500, "2 h 5 m")],
)
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words


numbers = st.floats(0, 1e6)


@given(
    st.builds(
        BudgetDetail, left=st.none() | st.floats(-50, 1e6), burst=numbers, refill=numbers, paused=numbers
    )
)
def test_any_budget_can_be_shown(detail: BudgetDetail) -> None:
    assert len(bar(detail)) == BAR_CELLS
    until = seconds_until_full(detail)
    assert until is None or until >= detail.paused
    assert all("\n" not in fact.text for fact in budget_facts(detail))
