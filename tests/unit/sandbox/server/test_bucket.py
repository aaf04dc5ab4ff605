from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.bucket import TokenBucket


def test_it_starts_full_and_says_when_the_next_token_comes() -> None:
    bucket = TokenBucket(Fraction(100), 240, 1000.0)
    taken = [bucket.take(1000.0) for _ in range(240)]
    assert [one.remaining for one in taken] == list(range(239, -1, -1))
    assert all(one.retry_after is None for one in taken)
    refused = bucket.take(1000.0)
    assert (refused.retry_after, refused.remaining, refused.reset) == (1, 0, 144)
    assert bucket.take(1000.599).retry_after == 1
    assert bucket.take(1000.6).retry_after is None


def test_a_clock_that_goes_back_adds_nothing() -> None:
    bucket = TokenBucket(Fraction(60), 1, 1000.0)
    assert bucket.take(1000.0).retry_after is None
    assert bucket.take(900.0).retry_after == 1
    assert bucket.take(900.5).retry_after == 1


@given(
    per_minute=st.integers(1, 5_000),
    burst=st.integers(1, 300),
    waits=st.lists(st.integers(0, 3_000_000), max_size=200),
)
def test_what_is_let_in_never_exceeds_burst_and_refill(per_minute: int, burst: int, waits: list[int]) -> None:
    bucket = TokenBucket(Fraction(per_minute), burst, 0.0)
    level, micros, admitted = Fraction(burst), 0, 0
    for wait in waits:
        micros += wait
        level = min(Fraction(burst), level + Fraction(wait * per_minute, 60_000_000))
        taken = bucket.take(micros / 1_000_000)
        assert (taken.retry_after is None) == (level >= 1)
        if taken.retry_after is None:
            level -= 1
            admitted += 1
        assert taken.remaining == int(level)
    assert admitted <= burst + Fraction(micros * per_minute, 60_000_000)


def test_after_waiting_as_told_there_is_a_token() -> None:
    bucket = TokenBucket(Fraction(7), 2, 0.0)
    bucket.take(0.0)
    bucket.take(0.0)
    wait = bucket.take(0.0).retry_after
    assert wait == 9
    assert bucket.take(float(wait)).retry_after is None
