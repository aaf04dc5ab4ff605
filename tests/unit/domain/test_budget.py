"""The bucket's rules, one by one; times are seconds."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.budget import (
    LOST_FOR,
    Priority,
    State,
    attend,
    bury,
    configure,
    finish,
    level_at,
    lose,
    observe,
    others_spend,
    outside_rate,
    refund,
    throttle,
    under_way,
)
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import MARGIN, RESERVE, Ask, Grant, Wait, join, take

INTERACTIVE, JOB, BACKGROUND = Priority.INTERACTIVE, Priority.JOB, Priority.BACKGROUND


def known(level: float, *, rate: float = 1.0, burst: float = 100.0) -> State:
    return State(rate=rate, burst=burst, level=level, attended_at=0.0)


def asks(*priorities: Priority, since: float = 0.0) -> list[Ask]:
    return [Ask(priority, since) for priority in priorities]


def granted(state: State, priority: Priority, now: float) -> tuple[State, int]:
    state, result = take(state, asks(priority, since=now), now)
    assert isinstance(result, Grant), result
    return state, result.number


def wait_of(state: State, priority: Priority, now: float = 0.0) -> float | None:
    _, result = take(state, asks(priority, since=now), now)
    assert isinstance(result, Wait), result
    return result.seconds


def test_a_grant_is_charged_at_once_and_numbered() -> None:
    state, first = granted(known(50), INTERACTIVE, 0)
    state, second = granted(state, INTERACTIVE, 0)
    assert (first, second, level_at(state, 0)) == (1, 2, 48)


def test_the_level_refills_up_to_the_burst_less_what_is_under_way() -> None:
    state, number = granted(known(99.5), INTERACTIVE, 0)
    assert level_at(state, 0.25) == 98.75
    assert level_at(state, 500) == 99
    assert level_at(finish(state, number, 500), 500) == 99
    assert level_at(finish(state, number, 500), 501) == 100


@pytest.mark.parametrize(
    ("priority", "floor"), [(INTERACTIVE, MARGIN), (JOB, MARGIN + RESERVE), (BACKGROUND, 25.0)]
)
def test_each_class_leaves_its_floor(priority: Priority, floor: float) -> None:
    assert wait_of(known(floor + 0.5), priority) == pytest.approx(0.5)
    state, _ = granted(known(floor + 1), priority, 0)
    assert level_at(state, 0) == floor


def test_nothing_is_reserved_for_nobody() -> None:
    state = replace(known(MARGIN + 1), at=100.0)
    granted(state, JOB, 100)
    assert wait_of(attend(state, 100), JOB, 100) is not None


@pytest.mark.parametrize("burst", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("priority", list(Priority))
def test_a_tiny_burst_still_lets_everybody_through(burst: float, priority: Priority) -> None:
    granted(known(burst, burst=burst), priority, 0)


def test_a_persons_request_goes_first_then_jobs() -> None:
    queue = asks(BACKGROUND, JOB, INTERACTIVE)
    state = known(90)
    order = []
    while queue:
        state, result = take(state, queue, 0)
        assert isinstance(result, Grant)
        order.append(queue.pop(result.index).priority)
    assert order == [INTERACTIVE, JOB, BACKGROUND]


def test_within_a_class_the_older_goes_first() -> None:
    _, result = take(known(90), [Ask(JOB, 5), Ask(JOB, 2), Ask(JOB, 9)], 9)
    assert result == Grant(1, 1)


def test_background_that_waited_long_counts_as_a_job() -> None:
    state = replace(known(MARGIN + RESERVE + 1), at=100.0, attended_at=100.0)
    _, early = take(state, [Ask(BACKGROUND, 80)], 100)
    _, late = take(state, [Ask(BACKGROUND, 79.9)], 100)
    assert isinstance(early, Wait)
    assert isinstance(late, Grant)
    # Among jobs it is the oldest, so a job that never ends does not starve it.
    _, result = take(state, [Ask(JOB, 85), Ask(BACKGROUND, 79.9)], 100)
    assert result == Grant(1, 1)


def test_waiting_long_does_not_pass_a_person() -> None:
    _, result = take(replace(known(90), at=100.0), [Ask(JOB, 0), Ask(INTERACTIVE, 100)], 100)
    assert result == Grant(1, 1)


def test_interactive_gets_four_fifths_while_others_wait() -> None:
    state, got = known(2.5), {INTERACTIVE: 0, BACKGROUND: 0}
    for second in range(1000):
        now = float(second)
        state, result = take(state, [Ask(INTERACTIVE, now), Ask(BACKGROUND, now)], now)
        if isinstance(result, Grant):
            state = finish(state, result.number, now)
            got[(INTERACTIVE, BACKGROUND)[result.index]] += 1
    assert sum(got.values()) == 1000
    assert got[BACKGROUND] == pytest.approx(200, abs=2)


def test_interactive_alone_is_not_capped() -> None:
    state = known(100)
    for _ in range(98):
        state, _ = granted(state, INTERACTIVE, 0)


def test_an_unknown_bucket_is_probed_by_one_request_at_a_time() -> None:
    state, probe = granted(State(), INTERACTIVE, 0)
    assert wait_of(state, INTERACTIVE) is None
    state = finish(observe(state, probe, RateHeaders(remaining=40), 1), probe, 1)
    assert level_at(state, 1) == 40


def test_a_stopped_process_that_holds_the_probe_holds_up_the_others_for_seconds_only() -> None:
    state, _ = granted(State(), INTERACTIVE, 0)
    assert wait_of(state, JOB, 4.9) is None
    state, _ = granted(state, JOB, 5)
    assert wait_of(state, JOB, 9.9) is None


def test_a_lost_probe_makes_room_for_the_next() -> None:
    state, probe = granted(State(), INTERACTIVE, 0)
    granted(lose(state, probe, 5), INTERACTIVE, 5)


def test_a_server_that_says_nothing_gets_a_cautious_quarter() -> None:
    state, probe = granted(State(), INTERACTIVE, 0)
    state = finish(observe(state, probe, RateHeaders(), 1), probe, 1)
    assert level_at(state, 1) == 60


def test_missing_headers_keep_the_model() -> None:
    state, number = granted(known(50), INTERACTIVE, 0)
    assert level_at(observe(state, number, RateHeaders(), 0), 0) == 49


def test_headers_move_the_level_down() -> None:
    state, number = granted(known(80), INTERACTIVE, 0)
    # 20 left when it was charged, at most two seconds ago.
    assert level_at(observe(state, number, RateHeaders(remaining=20), 2), 2) == 23


def test_headers_move_the_level_up_only_past_what_is_outstanding() -> None:
    state = known(20)
    state, first = granted(state, INTERACTIVE, 0)
    state, second = granted(state, INTERACTIVE, 1)
    state, _ = granted(state, INTERACTIVE, 2)
    # The first and the third may still be charged after the second was.
    assert level_at(observe(state, second, RateHeaders(remaining=60), 2), 2) == 58
    # The first came back before the fourth was sent, so only the third counts.
    state = finish(finish(state, first, 3), second, 3)
    state, fourth = granted(state, INTERACTIVE, 4)
    assert level_at(observe(state, fourth, RateHeaders(remaining=60), 4), 4) == 59


def test_the_server_may_show_a_larger_burst() -> None:
    state, number = granted(State(), INTERACTIVE, 0)
    assert observe(state, number, RateHeaders(remaining=1199), 0).burst == 1200
    assert observe(state, number, RateHeaders(remaining=10, limit=50), 0).burst == 50


def test_a_throttle_closes_the_door_then_probes() -> None:
    state, number = granted(known(50), INTERACTIVE, 0)
    state = finish(throttle(state, number, 7, 1), number, 1)
    assert wait_of(state, INTERACTIVE, 1) == 7
    state = throttle(state, number, 2, 1)
    assert wait_of(state, INTERACTIVE, 1) == 7
    state, probe = granted(state, INTERACTIVE, 8)
    assert wait_of(state, INTERACTIVE, 8) is None
    assert level_at(observe(state, probe, RateHeaders(), 9), 9) == 0


def test_a_refund_gives_the_token_back_once() -> None:
    state, number = granted(known(50), INTERACTIVE, 0)
    state = refund(refund(state, number, 0), number, 0)
    assert level_at(state, 0) == 50


def test_a_lost_request_keeps_its_place_for_a_while() -> None:
    state, number = granted(known(100), INTERACTIVE, 0)
    state = lose(state, number, 10)
    assert level_at(state, 10 + LOST_FOR - 1) == 99
    assert level_at(state, 10 + LOST_FOR + 1) == 100


def test_a_full_place_waits_for_what_is_under_way() -> None:
    state, number = granted(known(2, burst=2), INTERACTIVE, 0)
    assert wait_of(state, INTERACTIVE, 50) is None
    state = lose(state, number, 50)
    assert wait_of(state, INTERACTIVE, 51) == LOST_FOR - 1


def test_a_known_plan_replaces_the_guess() -> None:
    state = configure(known(90), rate=10, burst=20, now=0)
    assert (level_at(state, 0), state.rate) == (20, 10)
    assert configure(State(), rate=10, burst=20, now=0).level is None


def test_answers_to_forgotten_requests_change_nothing() -> None:
    state = known(50)
    assert observe(state, 7, RateHeaders(remaining=3), 0) == state


@given(st.floats(0, 300), st.sampled_from(list(Priority)), st.floats(0.01, 100), st.integers(1, 500))
def test_waiting_the_named_time_is_enough(level: float, priority: Priority, rate: float, burst: int) -> None:
    state = known(min(level, burst), rate=rate, burst=float(burst))
    _, result = take(state, asks(priority), 0)
    if isinstance(result, Wait):
        assert result.seconds is not None
        later = result.seconds * (1 + 1e-9) + 1e-9
        _, result = take(state, [Ask(priority, later)], later)
    assert isinstance(result, Grant)


def spent_elsewhere() -> State:
    """A bucket of which another machine just took forty tokens."""
    state, number = granted(known(80), INTERACTIVE, 0)
    return finish(observe(state, number, RateHeaders(remaining=38), 0), number, 0)


def test_tokens_that_vanish_are_other_machines() -> None:
    state = spent_elsewhere()
    assert others_spend(state, 0)
    assert outside_rate(state, 0) == pytest.approx(40 / 60)
    # So much of the refill is theirs, and more is left alone.
    assert level_at(state, 3) == pytest.approx(39 + 3 - 40 * 3 / 60, abs=0.1)
    assert wait_of(replace(state, level=7.0, full=7.0), INTERACTIVE, 0) is not None


def test_other_machines_are_forgotten_with_time() -> None:
    state = replace(spent_elsewhere(), level=0.0, full=0.0)
    assert not others_spend(state, 300)
    # What they took in the meantime is all that is missing after a long pause.
    late = level_at(state, 90)
    assert late is not None
    assert late == pytest.approx(90 - 40 * (1 - math.exp(-1.5)), abs=0.5)


def test_few_are_under_way_while_others_spend() -> None:
    state = spent_elsewhere()
    for _ in range(5):
        state, _ = granted(state, INTERACTIVE, 0)
    assert wait_of(state, INTERACTIVE, 0) is None


def test_a_refusal_the_level_did_not_foresee_is_other_machines() -> None:
    state, number = granted(known(50), INTERACTIVE, 0)
    assert outside_rate(finish(throttle(state, number, 1, 0), number, 0), 0) == pytest.approx(50 / 60)


def test_the_dead_are_buried() -> None:
    state, _ = granted(known(50), INTERACTIVE, 0)
    state, _result = take(state, asks(JOB), 0, "dead")
    state = bury(join(state, "dead", (0, 1, 0), 0), "dead", 5)
    assert (state.parties, under_way(state, 6), under_way(state, 5 + LOST_FOR)) == ((), 2, 1)


def test_a_turn_owed_to_another_process_is_left_to_it() -> None:
    state = join(replace(known(MARGIN + 1.5), owed=1.0), "other", (0, 3, 0), 0)
    assert wait_of(state, INTERACTIVE, 0) == pytest.approx(0.5)
    _, result = take(state, asks(JOB), 0, "other")
    assert isinstance(result, Grant)
    # A process that looked long ago waits no more.
    state = replace(state, at=10.0, attended_at=10.0)
    granted(state, INTERACTIVE, 10)


def test_a_turn_owed_to_a_job_is_not_taken_by_background() -> None:
    state = join(replace(known(MARGIN + 1.5), owed=1.0), "other", (0, 3, 0), 0)
    assert wait_of(state, BACKGROUND, 0) is not None
    granted(replace(state, parties=()), BACKGROUND, 0)
