"""Everything that can be read off counts: each counter, and each rate with what it is a part of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from imail_tui.domain import rates
from imail_tui.domain.rates import Basis, Rate
from imail_tui.domain.shown import count, percent
from imail_tui.model.analytics import AnalyticsRow

_RateOf = Callable[[AnalyticsRow, Basis], Rate]


@dataclass(frozen=True, slots=True)
class Metric:
    """A counter (`rate_of` None) or a rate. `harmful`: less of it is better; None = neither way."""

    key: str
    title: str
    rate_of: _RateOf | None = None
    harmful: bool | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it is a fraction."""
        return self.rate_of is not None

    def rate(self, row: AnalyticsRow, basis: Basis = Basis.CONTACTED) -> Rate | None:
        """With numerator and denominator; None for a counter."""
        return None if self.rate_of is None else self.rate_of(row, basis)

    def value(self, row: AnalyticsRow, basis: Basis = Basis.CONTACTED) -> float | None:
        """The count or the fraction, None when unknown."""
        rate = self.rate(row, basis)
        return row.counter(self.key) if rate is None else rate.fraction

    def shown(self, value: float | None) -> str:
        """A value of it as people read it."""
        if self.is_rate:
            return percent(value)
        return count(None if value is None else round(value))


@dataclass(frozen=True, slots=True)
class Change:
    """A value, and the same of the period before; None = unknown."""

    metric: Metric
    now: float | None
    before: float | None
    judged: bool = True
    """False where a sample of a rate is too small to compare."""

    @property
    def difference(self) -> float | None:
        """How much more it is: a count, or a difference of fractions (percentage points / 100)."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def growth(self) -> float | None:
        """The difference as a part of what was before; None from nothing."""
        return self.difference / self.before if self.difference is not None and self.before else None

    @property
    def better(self) -> bool | None:
        """Whether the change is for the better; None where it is neither or cannot be said."""
        if not self.difference or self.metric.harmful is None or not self.judged:
            return None
        return (self.difference < 0) is self.metric.harmful

    def shown(self) -> str:
        """`+12 %` for counts, `-0.4 pp` for rates (percentage points), `new` from zero, `–` when unknown."""
        if self.difference is None:
            return "–"
        if self.metric.is_rate:
            points = round(100 * self.difference, 1)
            return f"{points:+.1f} pp" if points else "±0.0 pp"
        if self.growth is None:
            return "new" if self.difference else "±0"
        return f"{100 * self.growth:+.0f} %" if self.difference else "±0"


def change(metric: Metric, now: AnalyticsRow, before: AnalyticsRow, basis: Basis) -> Change:
    """How a metric moved from one row to another."""
    pair = (metric.rate(now, basis), metric.rate(before, basis))
    judged = all(rate is None or rate.enough for rate in pair)
    return Change(metric, metric.value(now, basis), metric.value(before, basis), judged)


def _plain(rate_of: Callable[[AnalyticsRow], Rate]) -> _RateOf:
    return lambda row, _: rate_of(row)


_ALL: Final = (
    Metric("sent", "sent"),
    Metric("delivered", "delivered"),
    Metric("contacted", "contacted"),
    Metric("opened", "opens"),
    Metric("unique_opened", "opened"),
    Metric("clicked", "clicks"),
    Metric("unique_clicked", "clicked"),
    Metric("replied", "replied", harmful=False),
    Metric("positive_replied", "positive", harmful=False),
    Metric("auto_replied", "automatic"),
    Metric("bounced_hard", "hard bounces", harmful=True),
    Metric("bounced_soft", "soft bounces", harmful=True),
    Metric("unsubscribed", "unsubscribed", harmful=True),
    Metric("delivery_rate", "delivery rate", _plain(rates.delivered), harmful=False),
    Metric("open_rate", "open rate", _plain(rates.opened), harmful=False),
    Metric("click_rate", "click rate", _plain(rates.clicked), harmful=False),
    Metric("reply_rate", "reply rate", rates.replied, harmful=False),
    Metric("positive_rate", "positive rate", rates.positive, harmful=False),
    Metric("positive_share", "positive of replies", _plain(rates.positive_of_replies), harmful=False),
    Metric("bounce_rate", "bounce rate", _plain(rates.bounced), harmful=True),
    Metric("hard_bounce_rate", "hard bounce rate", _plain(rates.bounced_hard), harmful=True),
    Metric("unsubscribe_rate", "unsubscribe rate", rates.unsubscribed, harmful=True),
    Metric("complaint_rate", "complaint rate", _plain(rates.complained), harmful=True),
)

METRICS: Final[Mapping[str, Metric]] = MappingProxyType({metric.key: metric for metric in _ALL})
"""All metrics by key: counters first, then rates."""
