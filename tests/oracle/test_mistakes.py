"""The comparison finds the mistakes one makes in a sequence engine."""

import pytest

from tests.oracle.comparison import engine_trace
from tests.oracle.mistakes import MISTAKES, mistaken
from tests.oracle.random_cases import SEEDS, walked


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str) -> None:
    walking = mistaken(MISTAKES[name])
    assert any(list(walking(case)) != right for case, right in map(walked, SEEDS))


def test_the_engine_is_still_itself_afterwards() -> None:
    mistaken(next(iter(MISTAKES.values())))
    assert all(list(engine_trace(case)) == right for case, right in map(walked, SEEDS[:50]))
