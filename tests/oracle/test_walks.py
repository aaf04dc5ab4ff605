"""The engine does what the contract says, by a second reading of it, on random leads."""

from collections import Counter

import pytest

from imail_tui.domain.sequence.marks import Mailed
from tests.oracle.comparison import difference, engine_trace, engine_walk
from tests.oracle.random_cases import random_case
from tests.oracle.walker import drawn_variant, trace


def test_the_cases_reach_everything_a_lead_can_meet() -> None:
    traces = [trace(random_case(seed)) for seed in range(200)]
    whats = Counter(entry[0] for one in traces for entry in one)
    assert whats["send"] > 300
    assert whats["stuck"]
    chosen = Counter(entry[2] for one in traces for entry in one if entry[0] == "branch")
    assert min(chosen[0], chosen[1], chosen[2], chosen["else"]) > 5
    reasons = Counter(entry[1] for one in traces for entry in one if entry[0] == "end")
    assert set(reasons) == {"completed", "replied", "bounced", "unsubscribed", "suppressed", "no_opening"}


def differences(seeds: range) -> list[str]:
    told = []
    for case in map(random_case, seeds):
        found = difference(case, engine_trace(case), trace(case))
        if found:
            told.append(found)
    return told


def test_the_engine_walks_as_the_contract_says() -> None:
    found = differences(range(500))
    assert not found, f"{len(found)} differ; the first:\n{found[0]}"


def test_every_mail_is_the_variant_its_draw_falls_on() -> None:
    variants = Counter[str | None]()
    for case in map(random_case, range(200)):
        for mark in engine_walk(case).marks:
            if isinstance(mark, Mailed):
                assert mark.variant_id == drawn_variant(case, mark.step_id)
                variants[mark.variant_id] += 1
    assert set(variants) == {None, "a", "b"}


@pytest.mark.slow
def test_the_engine_walks_as_the_contract_says_for_many_more() -> None:
    found = differences(range(500, 4_000))
    assert not found, f"{len(found)} differ; the first:\n{found[0]}"
