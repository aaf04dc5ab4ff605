"""The engine does what the contract says, by a second reading of it, on random leads."""

from collections import Counter

import pytest

from imail_tui.domain.sequence.marks import Mailed
from tests.oracle.comparison import difference, engine_trace, engine_walk
from tests.oracle.random_cases import SEEDS, random_case, walked
from tests.oracle.walker import drawn_variant, trace


def test_the_cases_reach_everything_a_lead_can_meet() -> None:
    traces = [walked(seed)[1] for seed in SEEDS]
    whats = Counter(entry[0] for one in traces for entry in one)
    assert whats["send"] > len(SEEDS)
    assert whats["stuck"]
    chosen = Counter(entry[2] for one in traces for entry in one if entry[0] == "branch")
    assert min(chosen[0], chosen[1], chosen[2], chosen["else"]) > 5
    reasons = Counter(entry[1] for one in traces for entry in one if entry[0] == "end")
    assert set(reasons) == {"completed", "replied", "bounced", "unsubscribed", "suppressed", "no_opening"}


def test_the_engine_walks_as_the_contract_says() -> None:
    cases = [walked(seed) for seed in SEEDS]
    found = [told for case, right in cases if (told := difference(case, engine_trace(case), right))]
    assert not found, f"{len(found)} differ; the first:\n{found[0]}"


def test_every_mail_is_the_variant_its_draw_falls_on() -> None:
    variants = Counter[str | None]()
    for case, _ in map(walked, SEEDS):
        for mark in engine_walk(case).marks:
            if isinstance(mark, Mailed):
                assert mark.variant_id == drawn_variant(case, mark.step_id)
                variants[mark.variant_id] += 1
    assert set(variants) == {None, "a", "b"}


@pytest.mark.slow
def test_the_engine_walks_as_the_contract_says_for_many_more() -> None:
    for case in map(random_case, range(len(SEEDS), 10 * len(SEEDS))):
        told = difference(case, engine_trace(case), trace(case))
        assert told is None, told
