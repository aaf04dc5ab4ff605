"""The backoff: three times longer each time, and over after 24 hours."""

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.webhooks.backoff import LONGEST_MS, next_attempt_at


def test_the_instants_of_attempts_that_fail_at_once() -> None:
    instants, at = [0], 0
    while (then := next_attempt_at(len(instants), 0, at)) is not None:
        instants.append(at := then)
    seconds = [instant // 1000 for instant in instants]
    assert seconds == [0, 10, 40, 130, 400, 1_210, 3_640, 10_930, 32_800, 86_400]


@given(st.integers(0, 2 * 10**12), st.lists(st.integers(0, 3 * 3_600_000), max_size=40))
def test_attempts_come_later_and_later_and_none_after_the_day(start: int, late: list[int]) -> None:
    """`late` is how long each attempt takes to fail, such as a receiver that hangs or a world that jumps."""
    at, waits = start, []
    for number, delay in enumerate(late, 1):
        failed_at = at + delay
        then = next_attempt_at(number, start, failed_at)
        if then is None:
            assert failed_at >= start + LONGEST_MS
            return
        assert failed_at < then <= start + LONGEST_MS
        waits.append(then - failed_at)
        at = then
    assert waits[:-1] == sorted(waits[:-1])
    assert len(late) < 12
