"""Intervals against published values and against the equations they come from, solved another way."""

from math import isclose, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.intervals import Z95, Interval, difference, wilson

samples = st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def test_the_constant_is_the_normal_quantile() -> None:
    assert isclose(Z95, NormalDist().inv_cdf(0.975), rel_tol=1e-12)


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_values(n: int, of: int, low: float, high: float) -> None:
    found = wilson(n, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_published_difference() -> None:
    # Newcombe 1998, 873-890, table II, method 10: 56/70 against 48/80.
    found = difference(56, 70, 48, 80)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def _bound(share: float, of: int, low: float, high: float) -> float:
    """The root between of (share - p)² = z² p (1 - p) / of, by halving."""

    def beyond(p: float) -> bool:
        return (share - p) ** 2 > Z95**2 * p * (1 - p) / of

    outside = low if beyond(low) else high
    inside = high if outside == low else low
    for _ in range(200):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if beyond(middle) else (outside, middle)
    return (outside + inside) / 2


@given(samples)
def test_the_bounds_solve_the_score_equation(sample: tuple[int, int]) -> None:
    n, of = sample
    found, share = wilson(n, of), n / of
    assert found is not None
    assert 0 <= found.low <= share <= found.high <= 1
    low = 0.0 if n == 0 else _bound(share, of, 0.0, share)
    high = 1.0 if n == of else _bound(share, of, share, 1.0)
    assert isclose(found.low, low, rel_tol=1e-6, abs_tol=1e-9)
    assert isclose(found.high, high, rel_tol=1e-6, abs_tol=1e-9)
    mirrored = wilson(of - n, of)
    assert mirrored is not None
    assert isclose(mirrored.low, 1 - found.high, abs_tol=1e-9)


@given(samples, samples)
def test_a_difference_holds_what_was_seen_and_turns_round(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found, turned = difference(*first, *second), difference(*second, *first)
    assert found is not None
    assert turned is not None
    seen = first[0] / first[1] - second[0] / second[1]
    assert found.low - 1e-12 <= seen <= found.high + 1e-12
    assert isclose(found.low, -turned.high, abs_tol=1e-12)


@pytest.mark.parametrize(("n", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_proportion_has_no_interval(n: int, of: int) -> None:
    assert wilson(n, of) is None
    assert difference(n, of, 1, 2) is None


def test_a_large_sample_comes_near_the_textbook_interval() -> None:
    found = wilson(300_000, 1_000_000)
    assert found is not None
    half = Z95 * sqrt(0.3 * 0.7 / 1_000_000)
    assert isclose(found.high - found.low, 2 * half, rel_tol=1e-3)
    assert found.overlaps(Interval(0.0, 0.3))
    assert not found.overlaps(Interval(0.4, 0.5))
