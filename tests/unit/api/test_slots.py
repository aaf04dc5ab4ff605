"""Slots: order, what is kept for people, and nothing lost however waits are given up."""

import asyncio
import random

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.api.slots import Slots
from imail_tui.domain.budget import Priority
from tests.fakes.virtual_time import run_virtually

PERSON, JOB, BACKGROUND = Priority


async def test_people_go_first_then_jobs_then_who_came_first() -> None:
    slots = Slots(total=1, kept=0)
    await slots.take(BACKGROUND)
    served: list[str] = []

    async def visit(name: str, priority: Priority) -> None:
        await slots.take(priority)
        served.append(name)
        slots.give_back()

    queue = [("b1", BACKGROUND), ("j1", JOB), ("p1", PERSON), ("b2", BACKGROUND), ("p2", PERSON)]
    visits = [asyncio.create_task(visit(name, rank)) for name, rank in queue]
    await asyncio.sleep(0)
    slots.give_back()
    await asyncio.gather(*visits)
    assert served == ["p1", "p2", "j1", "b1", "b2"]
    assert slots.free == 1


async def test_the_last_slots_are_for_people() -> None:
    slots = Slots(total=3, kept=2)
    await slots.take(JOB)
    second = asyncio.create_task(slots.take(JOB))
    await asyncio.sleep(0)
    assert not second.done()
    await slots.take(PERSON)
    await slots.take(PERSON)
    slots.give_back()
    await asyncio.sleep(0)
    assert not second.done()
    slots.give_back()
    slots.give_back()
    await second
    assert slots.free == 2


@given(seed=st.integers(0, 10**6), total=st.integers(1, 5))
def test_no_slot_is_lost_or_given_twice(seed: int, total: int) -> None:
    chance = random.Random(seed)
    slots = Slots(total, kept=total // 2)
    held: list[int] = [0]

    async def visitor() -> None:
        await asyncio.sleep(chance.randrange(10))
        await slots.take(chance.choice(list(Priority)))
        try:
            held[0] += 1
            assert held[0] <= total
            await asyncio.sleep(chance.randrange(3))
        finally:
            held[0] -= 1
            slots.give_back()

    async def crowd() -> None:
        visitors = [asyncio.create_task(visitor()) for _ in range(60)]
        while not all(visit.done() for visit in visitors):
            # Several at one moment, so that some leave just when their turn comes.
            for leaver in chance.sample(visitors, 4):
                leaver.cancel()
            await asyncio.sleep(chance.choice((0, 1)))
        ends = await asyncio.gather(*visitors, return_exceptions=True)
        assert not [end for end in ends if isinstance(end, AssertionError)]

    run_virtually(crowd())
    assert slots.free == total
