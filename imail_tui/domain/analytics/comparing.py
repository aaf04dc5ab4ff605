"""Which of two versions of a mail does better, said only when the numbers say it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from imail_tui.domain.intervals import Interval, difference
from imail_tui.domain.rates import VARIANT_FLOOR, Basis, Rate, replied
from imail_tui.domain.shown import percent
from imail_tui.model.analytics import AnalyticsRow


class Verdict(StrEnum):
    """What can be said of the leader and who follows."""

    BETTER = "better"
    NO_DIFFERENCE = "no difference seen"
    NOT_ENOUGH = "not enough yet"
    UNKNOWN = "unknown"
    """A counter is missing, or there is only one variant."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One version of a step's mail; `variant_id` "" = the step's own copy."""

    variant_id: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Comparison:
    """The versions of one step, the best first, by human replies of mails sent.

    `lead`: the interval of the leader's rate less that of the next one; None when it cannot be computed.
    """

    contenders: tuple[Contender, ...]
    verdict: Verdict
    lead: Interval | None = None

    def sentence(self, shown: Callable[[str], str] = str) -> str:
        """What can be said, in words. `shown` makes a variant's id fit for where it is shown."""
        match self.verdict:
            case Verdict.UNKNOWN:
                return "Nothing to compare."
            case Verdict.NOT_ENOUGH:
                short = min(contender.rate.of or 0 for contender in self.contenders)
                return f"Not enough yet: {short} of {VARIANT_FLOOR} mails sent."
        assert self.lead is not None
        low, high = percent(self.lead.low), percent(self.lead.high)
        best = shown(self.contenders[0].variant_id) or "the own copy"
        if self.verdict is Verdict.BETTER:
            return f"{best} does better, by {low} to {high} of mails sent."
        return f"No difference seen: {best} may do better by {low} to {high}."


def compare(rows: Sequence[tuple[str, AnalyticsRow]]) -> Comparison:
    """Compare versions of a step (variant id, counts).

    A difference counts only when the 95 % interval of the leader's rate less each other one's lies above
    zero, widened for the number of others (Bonferroni), and each was sent at least `VARIANT_FLOOR` times.
    Who looks every day sees more differences than there are: that is not corrected for.
    """
    rated = [Contender(variant_id, replied(row, Basis.SENT)) for variant_id, row in rows]
    ordered = tuple(
        sorted(rated, key=lambda each: (each.rate.fraction is None, -(each.rate.fraction or 0.0)))
    )
    if len(ordered) < 2 or any(each.rate.n is None or each.rate.of is None for each in ordered):
        return Comparison(ordered, Verdict.UNKNOWN)
    if any(not each.rate.of or each.rate.of < VARIANT_FLOOR for each in ordered):
        return Comparison(ordered, Verdict.NOT_ENOUGH)
    leads = [_lead(ordered[0].rate, other.rate, len(ordered) - 1) for other in ordered[1:]]
    if any(lead is None for lead in leads):
        return Comparison(ordered, Verdict.UNKNOWN)
    better = all(lead is not None and lead.low > 0 for lead in leads)
    return Comparison(ordered, Verdict.BETTER if better else Verdict.NO_DIFFERENCE, leads[0])


def _lead(best: Rate, other: Rate, others: int) -> Interval | None:
    from statistics import NormalDist

    assert best.n is not None
    assert best.of is not None
    assert other.n is not None
    assert other.of is not None
    z = NormalDist().inv_cdf(1 - 0.025 / others)
    return difference(best.n, best.of, other.n, other.of, z)
