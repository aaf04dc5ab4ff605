"""Templates and answers."""

import random
from collections import Counter

import pytest

from imail_tui.sandbox.labels import LABELS
from imail_tui.sandbox.world.conversations import Written, render, write_answer
from imail_tui.sandbox.world.outcomes import LONGEST, plan


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {{first_name|there}}", "Hi Zoé"),
        ("Hi {{nick|there}}", "Hi there"),
        ("{{custom.plan}}!", "pro!"),
        ("{{unknown}}!", "!"),
        ("no {braces}", "no {braces}"),
    ],
)
def test_variables(template: str, text: str) -> None:
    assert render(template, {"first_name": "Zoé", "nick": None, "custom.plan": "pro"}, "k") == text


def test_spintax_is_steady_for_a_lead_and_varied_between_leads() -> None:
    seen = Counter(render("{{spin|a|b|c}}", {}, f"lead{number}") for number in range(300))
    assert set(seen) == {"a", "b", "c"}
    assert len({render("{{spin|a|b|c}}", {}, "lead1") for _ in range(5)}) == 1


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_words(label: str) -> None:
    answer = write_answer(
        label, {"last_name": "Roux"}, "Marta Lind", Written("s", "line"), 10**12, random.Random(2)
    )
    assert answer.snippet
    assert "{" not in answer.text
    assert len(answer.snippet) <= 140


def test_outcomes_are_in_order_and_end() -> None:
    rng = random.Random(3)
    plans = [plan(rng) for _ in range(3_000)]
    assert all(list(fates) == sorted(fates) for fates in plans)
    assert max(outcome.delay for fates in plans for outcome in fates) <= LONGEST
    assert all("opened" not in {outcome.kind for outcome in plan(rng, track_opens=False)} for _ in range(500))
