"""Which chart stands above the table of `stats`."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Report, SplitRow
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts import AnySpec, Bar, BarsSpec, Shape, Symbols, Unit
from imail_tui.domain.charts.reports import traffic_chart
from imail_tui.domain.shown import of, percent

_MOST_BARS: Final = 10


def chart_of(report: Report, split: Split, rows: Sequence[SplitRow], symbols: Symbols) -> AnySpec:
    """Sent, replied and bounced over the days; for steps and variants their reply rates with intervals."""
    if split not in (Split.STEP, Split.VARIANT):
        return traffic_chart(report.days, symbols)
    return BarsSpec(
        Shape.INTERVALS,
        tuple(_bar(row) for row in rows[:_MOST_BARS]),
        title=f"replies of mails sent, by {split}",
        unit=Unit.PERCENT,
        notes=("The true rate is within the line 95 times of 100.",),
        symbols=symbols,
        empty="Nothing was sent.",
    )


def _bar(row: SplitRow) -> Bar:
    rate = METRICS["reply_rate"].rate(row.row, row.split.basis)
    assert rate is not None
    low, high = rate.interval or (None, None)
    values = (percent(rate.fraction), of(rate.n, rate.of))
    return Bar(
        row.name, rate.fraction, values, low=low, high=high, role="series1" if rate.enough else "muted"
    )
