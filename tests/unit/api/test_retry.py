"""The retry table, row by row and column by column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.api.retry import LONGEST_PAUSE, Decision, Outcome, backoff, classify
from imail_tui.api.wire import Fault, Repeat

SAFE, KEYED, ONCE = Repeat.SAFE, Repeat.KEYED, Repeat.ONCE


def decide(repeat: Repeat, outcome: Outcome, tries: int = 1) -> Decision:
    return classify(repeat, outcome, tries, lambda: 0.0)


@pytest.mark.parametrize(
    ("outcome", "again", "applied"),
    [
        (Outcome(fault=Fault.NOT_SENT), (True, True, True), False),
        (Outcome(fault=Fault.CERTIFICATE), (False, False, False), False),
        (Outcome(fault=Fault.UNUSABLE), (False, False, False), False),
        (Outcome(fault=Fault.KEY), (False, False, False), False),
        (Outcome(fault=Fault.CLOSED), (False, False, False), False),
        (Outcome(fault=Fault.LEFT), (False, False, False), True),
        (Outcome(fault=Fault.DROPPED), (True, True, True), False),
        (Outcome(fault=Fault.CUT), (True, True, False), True),
        (Outcome(fault=Fault.TIMED_OUT), (True, True, False), True),
        (Outcome(fault=Fault.TOO_BIG), (False, False, False), True),
        (Outcome(fault=Fault.UNDECODABLE), (False, False, False), True),
        (Outcome(status=200), (True, False, False), True),
        (Outcome(status=201), (True, False, False), True),
        (Outcome(status=302), (False, False, False), False),
        (Outcome(status=400), (False, False, False), False),
        (Outcome(status=401), (False, False, False), False),
        (Outcome(status=403), (False, False, False), False),
        (Outcome(status=404), (False, False, False), False),
        (Outcome(status=408), (True, True, False), True),
        (Outcome(status=409), (False, False, False), False),
        (Outcome(status=409, code="idempotency_in_progress"), (False, True, False), None),
        (Outcome(status=412), (False, False, False), False),
        (Outcome(status=425), (True, True, False), True),
        (Outcome(status=429), (True, True, True), False),
        (Outcome(status=500), (True, True, False), True),
        (Outcome(status=500, replayed=True), (False, False, False), True),
        (Outcome(status=501), (False, False, False), False),
        (Outcome(status=502), (True, True, False), True),
        (Outcome(status=503), (True, True, False), True),
        (Outcome(status=503, retry_after=0), (True, True, True), False),
        (Outcome(status=504), (True, True, False), True),
        (Outcome(status=505), (False, False, False), False),
        (Outcome(status=520), (True, True, False), True),
    ],
)
def test_table(outcome: Outcome, again: tuple[bool, bool, bool], applied: bool | None) -> None:
    decisions = [decide(repeat, outcome) for repeat in (SAFE, KEYED, ONCE)]
    assert tuple(decision.again for decision in decisions) == again
    if applied is not None:
        assert {decision.applied for decision in decisions} == {applied}


def test_an_unreadable_answer_is_read_again_once() -> None:
    assert decide(SAFE, Outcome(status=200), tries=1).again
    assert not decide(SAFE, Outcome(status=200), tries=2).again


def test_a_throttled_attempt_does_not_count() -> None:
    assert not decide(SAFE, Outcome(status=429)).counts
    assert decide(SAFE, Outcome(status=503, retry_after=3)).counts


@pytest.mark.parametrize(("asked", "pause"), [(0.1, 0.5), (20.0, 20.0), (None, 0.5)])
def test_the_servers_wish_lengthens_the_pause(asked: float | None, pause: float) -> None:
    assert decide(SAFE, Outcome(status=503, retry_after=asked)).pause == pause


def test_pauses_double_up_to_the_longest() -> None:
    assert [backoff(tries, lambda: 0.0) for tries in (1, 2, 3, 4, 5, 6, 1000)] == [0.5, 1, 2, 4, 8, 8, 8]


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_jitter_shortens_by_half_at_most(tries: int, chance: float) -> None:
    longest = backoff(tries, lambda: 0.0)
    assert longest / 2 <= backoff(tries, lambda: chance) <= longest <= LONGEST_PAUSE
