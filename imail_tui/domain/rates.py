"""Rates as the field defines them, always with numerator and denominator.

A rate whose sample is too small to mean anything says so (`enough`). imail's own `reply_rate_7d` has no
published denominator: it is shown as given and never mixed with these.

Replies, positive replies and unsubscribes are measured by leads contacted. A lead is contacted once, by its
first mail; a step or a variant, whose mails are mostly later ones, is measured by its mails sent instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from imail_tui.domain.intervals import Interval, wilson
from imail_tui.domain.marks import Tone
from imail_tui.domain.thresholds import BOUNCE, COMPLAINT, NEGATIVE, NO_BANDS, POSITIVE, REPLY, Bands
from imail_tui.model.analytics import COUNTED, AnalyticsRow
from imail_tui.model.record import Json

BOUNCE_FLOOR = 50
COMPLAINT_FLOOR = 100
REPLY_FLOOR = 200
NEGATIVE_FLOOR = 100
COMPARISON_FLOOR = 100
VARIANT_FLOOR = 30
"""Smallest samples that mean anything: warmbly's floors for bounces, complaints, replies, the playbooks' for
negative replies, warmbly's for comparing steps, and for the leader of two variants."""


class Basis(StrEnum):
    """What replies are measured by: leads contacted, or mails sent where only some mails are looked at."""

    CONTACTED = "contacted"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Rate:
    """`n` of `of`; None = the server does not say. `floor`: the smallest `of` worth reading.

    `per` names the denominator, `bands` say what is good and what is not.
    """

    n: int | None
    of: int | None
    floor: int = COMPARISON_FLOOR
    per: str = "sent"
    bands: Bands = NO_BANDS

    @property
    def fraction(self) -> float | None:
        """n / of; None when either is unknown or there is nothing to divide by.

        It may pass 1: who replies in a range may have been contacted before it.
        """
        return self.n / self.of if self.n is not None and self.of else None

    @property
    def enough(self) -> bool:
        """Whether the sample is large enough to judge by."""
        return self.of is not None and self.of >= self.floor

    @property
    def interval(self) -> Interval | None:
        """Where the true rate probably is (Wilson, 95 %); None where it is unknown or no proportion."""
        return None if self.n is None or self.of is None else wilson(self.n, self.of)

    @property
    def tone(self) -> Tone:
        """How it is meant: good, watch, stop; muted where the sample is too small to say."""
        if self.fraction is None or not self.enough:
            return "muted"
        return self.bands.tone(self.fraction)


def delivered(row: AnalyticsRow) -> Rate:
    """Delivered of sent."""
    return Rate(row.delivered, row.sent)


def opened(row: AnalyticsRow) -> Rate:
    """Unique opens of mails delivered: the API counts them once per mail. Mail clients open by themselves."""
    return Rate(row.unique_opened, row.delivered, per="delivered")


def clicked(row: AnalyticsRow) -> Rate:
    """Unique clicks of mails delivered: the API counts them once per mail."""
    return Rate(row.unique_clicked, row.delivered, per="delivered")


def replied(row: AnalyticsRow, basis: Basis = Basis.CONTACTED) -> Rate:
    """Human replies of leads contacted; the API counts automatic replies apart."""
    return Rate(row.replied, _whole(row, basis), REPLY_FLOOR, basis, REPLY)


def positive(row: AnalyticsRow, basis: Basis = Basis.CONTACTED) -> Rate:
    """Positive replies of leads contacted."""
    return Rate(row.positive_replied, _whole(row, basis), REPLY_FLOOR, basis, POSITIVE)


def positive_of_replies(row: AnalyticsRow) -> Rate:
    """Positive replies of human replies."""
    return Rate(row.positive_replied, row.replied, VARIANT_FLOOR, "replied")


def negative(replies: int, sent: int | None) -> Rate:
    """Replies that say no (not interested, wrong person, unsubscribe) of mails sent; no counter has them."""
    return Rate(replies, sent, NEGATIVE_FLOOR, bands=NEGATIVE)


def bounced(row: AnalyticsRow) -> Rate:
    """Hard and soft bounces of sent; unknown unless both are known."""
    hard, soft = row.bounced_hard, row.bounced_soft
    both = None if hard is None or soft is None else hard + soft
    return Rate(both, row.sent, BOUNCE_FLOOR, bands=BOUNCE)


def bounced_hard(row: AnalyticsRow) -> Rate:
    """Hard bounces of sent."""
    return Rate(row.bounced_hard, row.sent, BOUNCE_FLOOR, bands=BOUNCE)


def unsubscribed(row: AnalyticsRow, basis: Basis = Basis.CONTACTED) -> Rate:
    """Unsubscribed of leads contacted."""
    return Rate(row.unsubscribed, _whole(row, basis), per=basis)


def complained(row: AnalyticsRow) -> Rate:
    """Complaints of mails delivered, where the server counts them."""
    return Rate(row.complaints, row.delivered, COMPLAINT_FLOOR, "delivered", COMPLAINT)


def total(rows: Iterable[AnalyticsRow]) -> AnalyticsRow:
    """The sum of rows, without group keys. A counter that any row lacks is unknown; of no rows all are."""
    given = list(rows)
    sums: Json = {}
    for name in COUNTED:
        counts = [count for row in given if (count := row.counter(name)) is not None]
        if given and len(counts) == len(given):
            sums[name] = sum(counts)
    return AnalyticsRow.model_validate(sums)


def _whole(row: AnalyticsRow, basis: Basis) -> int | None:
    return row.contacted if basis is Basis.CONTACTED else row.sent
