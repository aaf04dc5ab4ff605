"""All paths of a sequence: each once, each real, as many as counted."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.paths import all_paths, emails_of, path_count
from imail_tui.domain.sequence.sequence import load
from imail_tui.domain.sequence.ways import Way
from tests.oracle.graphs import random_steps

from .test_edits import STEPS


def test_the_paths_of_a_fork_branches_first() -> None:
    sequence = load(STEPS)
    paths = list(all_paths(sequence))
    assert [emails_of(sequence, path) for path in paths] == [("hello", "side"), ("hello", "last")]
    assert paths[0] == (Way("hello", "next"), Way("pause", "next"), Way("fork", 0), Way("side", "next"))


def test_an_end_step_ends_a_path() -> None:
    assert list(all_paths(load([{"id": "stop", "type": "end"}]))) == [()]


@given(st.integers(0, 10_000))
def test_paths_are_distinct_and_as_many_as_counted(seed: int) -> None:
    sequence = load(random_steps(Random(seed)))
    paths = list(all_paths(sequence))
    assert len(set(paths)) == len(paths) == path_count(sequence)
    assert all(not path or path[0].step_id == sequence.entry for path in paths)
