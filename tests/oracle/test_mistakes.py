"""The comparison finds the mistakes one makes in a sequence engine."""

from collections.abc import Sequence

import pytest

from tests.oracle.cases import Case, Trace
from tests.oracle.comparison import engine_trace
from tests.oracle.mistakes import MISTAKES, mistaken
from tests.oracle.random_cases import random_case
from tests.oracle.walker import trace

ENOUGH = 500
"""Seeds: as many as the engine itself is compared on."""


@pytest.fixture(scope="module")
def expected() -> list[tuple[Case, Sequence[Trace]]]:
    return [(case, trace(case)) for case in map(random_case, range(ENOUGH))]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str, expected: list[tuple[Case, Sequence[Trace]]]) -> None:
    walking = mistaken(MISTAKES[name])
    assert any(list(walking(case)) != list(right) for case, right in expected)


def test_the_engine_is_still_itself_afterwards(expected: list[tuple[Case, Sequence[Trace]]]) -> None:
    mistaken(next(iter(MISTAKES.values())))
    assert all(list(engine_trace(case)) == list(right) for case, right in expected[:50])
