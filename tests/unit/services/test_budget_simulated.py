"""An hour and a crowd in simulated time: what the limiter promises people, jobs and other machines."""

import pytest

from imail_tui.domain.budget import Priority
from tests.benchmarks.limiter.simulated import hour, machines
from tests.fakes.simulated_server import Line, Served, SimulatedServer, ask, share_out, virtual_limiter
from tests.fakes.virtual_time import run_virtually


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_key_presses_do_not_wait_beside_a_job_that_takes_all_the_rest(seed: int) -> None:
    got = hour(seed, interactive=0.25, jobs=16, background=0)
    people = got.served[Priority.INTERACTIVE]
    assert len(people.waits) > 800
    assert people.wait(0.99) <= 0.05
    assert got.used >= 0.99
    assert (got.refused, people.given_up) == (0, 0)


@pytest.mark.slow
def test_no_class_starves_however_much_a_person_asks_for() -> None:
    got = hour(1, interactive=3.0, jobs=16, background=4)
    counts = {priority: len(served.waits) for priority, served in got.served.items()}
    assert got.refused == 0
    assert counts[Priority.INTERACTIVE] == pytest.approx(0.8 * sum(counts.values()), rel=0.05)
    # Long after the first burst, when everybody had some.
    assert counts[Priority.JOB] >= 800
    assert counts[Priority.BACKGROUND] >= 200


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_machines_that_know_nothing_of_each_other_share_a_bucket(count: int) -> None:
    crowd = machines(1, count, scale=10, line=Line(shortest=0.01, longest=0.08))
    assert crowd.refused_share <= (0.005 if count > 1 else 0)
    assert crowd.efficiency >= (0.95 if count > 1 else 0.98)


@pytest.mark.parametrize(("level", "scale"), [(240.0, 1), (40.0, 1), (40.0, 10), (0.0, 1), (0.0, 10)])
def test_a_bucket_found_as_it_is_wastes_nothing(level: float, scale: int) -> None:
    async def main() -> tuple[int, float]:
        server = SimulatedServer(rate=100 / 60 * scale, burst=240, seed=7, level=level)
        limiter = virtual_limiter(7, 100 * scale, 240)
        await share_out(540, 16, lambda: ask(server, limiter, Priority.JOB, Served()))
        return len(server.refused), server.accepted[-1]

    refused, took = run_virtually(main())
    # That a bucket is empty is only known once the first probe was refused.
    assert refused <= (1 if level == 0 else 0)
    assert (540 - level) / (100 / 60 * scale) / took >= 0.97


def test_answers_that_get_lost_cost_no_429() -> None:
    async def main() -> int:
        server = SimulatedServer(rate=10, burst=60, seed=3, line=Line(lost=0.05))
        limiter = virtual_limiter(3, 600, 60)
        await share_out(500, 16, lambda: ask(server, limiter, Priority.JOB, Served()))
        return len(server.refused)

    assert run_virtually(main()) == 0
