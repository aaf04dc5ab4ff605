"""Charts of the analytics, from counts per day."""

from collections.abc import Sequence

from imail_tui.domain.charts.spec import ChartSpec, Kind, Series, Symbols
from imail_tui.domain.rates import bounced
from imail_tui.model.analytics import AnalyticsRow

TRAFFIC = "sent, replied and bounced per day"


def traffic_chart(rows: Sequence[AnalyticsRow], symbols: Symbols = Symbols.BRAILLE) -> ChartSpec:
    """Sent, replied and bounced of each day; rows without a day are passed over, unknown counts are gaps."""
    dated = [(row.day, row) for row in rows if row.day is not None]
    return ChartSpec(
        Kind.LINES,
        tuple(day for day, _ in dated),
        (
            Series("sent", tuple(row.sent for _, row in dated)),
            Series("replied", tuple(row.replied for _, row in dated)),
            Series("bounced", tuple(bounced(row).n for _, row in dated)),
        ),
        title=TRAFFIC,
        symbols=symbols,
    )
