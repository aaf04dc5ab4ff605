"""The one promise that matters, and whether the test of it would notice the mistakes one makes here."""

import random

import pytest
from hypothesis import settings

from imail_tui.domain import budget
from imail_tui.domain.budget import LOST_FOR, Priority
from tests.unit.domain.budget_machine import BudgetMachine, Traffic, World
from tests.unit.domain.budget_mistakes import MISTAKES, Mistake, mistaken

BudgetMachine.TestCase.settings = settings(stateful_step_count=40, deadline=None)
TestNeverOverruns = BudgetMachine.TestCase

WALKS, STEPS = 1000, 40
"""Blind walks instead of hypothesis: it looks for small examples, which find these mistakes much later."""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_noticed(name: str) -> None:
    machine = type("Mistaken", (BudgetMachine,), {"apply": mistaken(MISTAKES[name])})
    with pytest.raises(AssertionError):
        walk_about(machine)


def test_a_source_without_a_mistake_keeps_the_promise() -> None:
    machine = type("Copied", (BudgetMachine,), {"apply": mistaken(Mistake(budget, []))})
    walk_about(machine)


def walk_about(machine: type[BudgetMachine]) -> None:
    for number in range(WALKS):
        walk(machine, random.Random(number), STEPS)


def walk(kind: type[BudgetMachine], chance: random.Random, steps: int) -> None:
    """Let things happen blindly. Raises AssertionError when a promise is broken."""
    machine = kind()
    machine.start(
        burst=chance.randint(2, 60),
        rate=chance.uniform(0.1, 5),
        fill=chance.choice((1.0, 0.5, 0.25)),
        known=chance.choice(("all", "all", "less", "plan", "nothing")),
        share=chance.choice((1.0, 1.0, 1.0, 0.25)),
        alone=chance.random() < 0.5,
    )
    for _ in range(steps):
        what = chance.random()
        if what < 0.7:
            machine.traffic(
                event=chance.choice((Traffic.ASK, *Traffic)),
                chosen=chance.randrange(8),
                times=chance.randint(1, 3),
                priority=Priority.INTERACTIVE,
                headers=chance.choice(("remaining", "both", "none")),
            )
        elif what < 0.85:
            machine.world(chance.choice(list(World)), chance.randrange(8), chance.choice((0.3, 1.0)))
        else:
            machine.time_passes(chance.choice((0.1, 1.0, 10.0, LOST_FOR)))
        machine.check()
    machine.teardown()
