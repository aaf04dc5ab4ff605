"""What is said of columns and of how long an import takes."""

import pytest

from imail_tui.domain.leads.column_facts import column_facts
from imail_tui.domain.leads.layout import layout_of
from imail_tui.domain.leads.pace import seconds_left
from imail_tui.domain.leads.sources import GENERIC


def test_odd_columns_are_told() -> None:
    headers = ("Email", "Work Email", "City", "Notes", "Phone")
    layout = layout_of(GENERIC, headers)
    sample = (("nobody", "a@b.example", "", "x@y.example", "1"), ("nothing", "", " ", "", ""))
    facts = {fact.title: fact for fact in column_facts(layout, sample)}
    assert facts["Email"].worry == "most values are no e-mail addresses"
    assert facts["Work Email"].worry == "counts where Email is blank"
    assert facts["City"].worry == "is blank in the first records"
    assert facts["Notes"].worry == "holds e-mail addresses and is left out"
    assert facts["Phone"].worry == ""
    assert (facts["Phone"].target, facts["Phone"].filled, facts["Phone"].values) == ("phone", 0.5, ("1",))


@pytest.mark.parametrize(
    ("rows", "rate", "each", "tokens", "refill", "seconds"),
    [
        (10_000, 1_000, 5_000, 10, 1, 10),
        (100_000, 10_000, 5_000, 0, 1, 20),
        (100_000, 10_000, 5_000, 15, 1, 10),
        (1_000, 0, 0, 0, 0, None),
    ],
    ids=["by the rate", "by the budget", "tokens are left", "nothing is known"],
)
def test_the_later_of_rate_and_budget_counts(
    rows: float, rate: float, each: float, tokens: float, refill: float, seconds: float | None
) -> None:
    assert seconds_left(rows, rate, each, tokens, refill) == seconds
