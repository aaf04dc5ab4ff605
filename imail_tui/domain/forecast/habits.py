"""What leads do to a mail, as shares of mails sent; from an account's own counts where there are enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Final

from imail_tui.model.analytics import AnalyticsRow

FEW: Final = 100
"""Mails that what is usual in the field counts for, beside the account's own."""

Z: Final = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `of` mails of the account `n` did it; `usual` is the field's. `of` 0: nothing of it is known."""

    usual: float
    n: int = 0
    of: int = 0
    chosen: float | None = None
    """A person's own idea of it, instead of all that."""

    @property
    def value(self) -> float:
        """The share to reckon with: own mails and `FEW` usual ones together."""
        if self.chosen is not None:
            return self.chosen
        return (self.n + self.usual * FEW) / (self.of + FEW)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share (Wilson 1927), the usual mails counted in."""
        if self.chosen is not None:
            return self.chosen, self.chosen
        return wilson(self.value, self.of + FEW)


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of mails sent. `labels`: of human replies, what they are classified as; the rest is not.

    The usual shares are those of cold mail as vendors report them: 45 % opened, 3 to 5 % answered by a
    person, 1 to 2 % bounced.
    """

    opened: Share = Share(0.45)
    clicked: Share = Share(0.05)
    replied: Share = Share(0.04)
    auto_replied: Share = Share(0.025)
    bounced: Share = Share(0.01)
    unsubscribed: Share = Share(0.004)
    labels: Mapping[str, float] = field(
        default_factory=lambda: {
            "interested": 0.14,
            "meeting_request": 0.09,
            "question": 0.14,
            "referral": 0.05,
            "not_now": 0.12,
            "objection": 0.08,
            "wrong_person": 0.04,
            "not_interested": 0.16,
            "unsubscribe": 0.05,
        }
    )

    def with_chosen(self, name: str, value: float | None) -> "Habits":
        """With a person's own idea of one share; None goes back to what is known."""
        return self.with_share(name, replace(self.share(name), chosen=value))

    def share(self, name: str) -> Share:
        """One of `SHARES`."""
        share = getattr(self, name)
        assert isinstance(share, Share)
        return share

    def with_share(self, name: str, share: Share) -> "Habits":
        """With another share of a name."""
        values = {one: self.share(one) for one in SHARES} | {name: share}
        return Habits(**values, labels=self.labels)


SHARES: Final = ("opened", "clicked", "replied", "auto_replied", "bounced", "unsubscribed")
"""The names of the shares, in the order tables show them."""

_COUNTERS: Final = {
    "opened": "unique_opened",
    "clicked": "unique_clicked",
    "replied": "replied",
    "auto_replied": "auto_replied",
    "bounced": "bounced_hard",
    "unsubscribed": "unsubscribed",
}


def habits_of(row: AnalyticsRow, labels: Mapping[str, int] | None = None) -> Habits:
    """The habits of the leads behind counts. `labels` are counts of human replies by label."""
    habits, sent = Habits(), row.sent or 0
    for name, counter in _COUNTERS.items():
        count = row.counter(counter)
        if count is not None and sent:
            habits = habits.with_share(name, replace(habits.share(name), n=count, of=sent))
    total = sum((labels or {}).values())
    if not labels or total < FEW // 2:
        return habits
    return replace(habits, labels={label: count / total for label, count in labels.items() if label})


def wilson(share: float, of: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many."""
    if of <= 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return max(0.0, middle - half), min(1.0, middle + half)
