"""Rates as the field defines them, always with numerator and denominator.

A rate whose sample is too small to mean anything says so (`enough`). imail's own `reply_rate_7d` has no
published denominator: it is shown as given and never mixed with these.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.record import Json

BOUNCE_FLOOR = 50
REPLY_FLOOR = 200
COMPARISON_FLOOR = 100
"""Smallest samples that mean anything: warmbly's floors for bounces, replies and for comparing steps."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`n` of `of`; None = the server does not say. `floor`: the smallest `of` worth reading."""

    n: int | None
    of: int | None
    floor: int = COMPARISON_FLOOR

    @property
    def fraction(self) -> float | None:
        """n / of; None when either is unknown or there is nothing to divide by."""
        return self.n / self.of if self.n is not None and self.of else None

    @property
    def enough(self) -> bool:
        """Whether the sample is large enough to judge by."""
        return self.of is not None and self.of >= self.floor


def delivered(row: AnalyticsRow) -> Rate:
    """Delivered of sent."""
    return Rate(row.delivered, row.sent)


def opened(row: AnalyticsRow) -> Rate:
    """Unique opens of mails delivered: the API counts them once per mail. Mail clients open by themselves."""
    return Rate(row.unique_opened, row.delivered)


def clicked(row: AnalyticsRow) -> Rate:
    """Unique clicks of mails delivered: the API counts them once per mail."""
    return Rate(row.unique_clicked, row.delivered)


def replied(row: AnalyticsRow) -> Rate:
    """Human replies of leads contacted; the API counts automatic replies apart."""
    return Rate(row.replied, row.contacted, REPLY_FLOOR)


def positive(row: AnalyticsRow) -> Rate:
    """Positive replies of leads contacted."""
    return Rate(row.positive_replied, row.contacted, REPLY_FLOOR)


def bounced(row: AnalyticsRow) -> Rate:
    """Hard and soft bounces of sent; unknown unless both are known."""
    hard, soft = row.bounced_hard, row.bounced_soft
    return Rate(None if hard is None or soft is None else hard + soft, row.sent, BOUNCE_FLOOR)


def bounced_hard(row: AnalyticsRow) -> Rate:
    """Hard bounces of sent."""
    return Rate(row.bounced_hard, row.sent, BOUNCE_FLOOR)


def unsubscribed(row: AnalyticsRow) -> Rate:
    """Unsubscribed of leads contacted."""
    return Rate(row.unsubscribed, row.contacted)


def total(rows: Iterable[AnalyticsRow]) -> AnalyticsRow:
    """The sum of rows, without group keys. A counter that any row lacks is unknown; of no rows all are."""
    given = list(rows)
    sums: Json = {}
    for name in COUNTERS:
        counts = [count for row in given if (count := row.counter(name)) is not None]
        if given and len(counts) == len(given):
            sums[name] = sum(counts)
    return AnalyticsRow.model_validate(sums)
