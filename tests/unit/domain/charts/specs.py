"""Charts of every kind over one made-up month, for goldens and properties."""

import math
from datetime import date, timedelta
from typing import Final

from imail_tui.domain.charts import (
    AnySpec,
    Bar,
    BarsSpec,
    ChartSpec,
    Happening,
    HeatSpec,
    Kind,
    Series,
    Shape,
    Unit,
)

FIRST: Final = date(2026, 1, 20)
DAYS: Final = tuple(FIRST + timedelta(number) for number in range(30))
_UNKNOWN: Final = range(12, 15)


def _sent(number: int) -> int | None:
    if number in _UNKNOWN:
        return None
    return 0 if number % 7 in (5, 6) else round(100 + 60 * math.sin(number / 4))


def _replied(number: int) -> int | None:
    return None if number in _UNKNOWN else round(3 + 3 * math.sin(number / 3))


SENT: Final = tuple(map(_sent, range(30)))
REPLIED: Final = tuple(map(_replied, range(30)))
RATES: Final = tuple(
    None if not sent or replied is None else replied / sent
    for sent, replied in zip(SENT, REPLIED, strict=True)
)

SPECS: Final[dict[str, AnySpec]] = {
    "panels": ChartSpec(
        Kind.LINES,
        DAYS,
        (
            Series("sent", SENT, note="2,034"),
            Series("replied", REPLIED, note="88"),
            Series("reply rate", RATES, Unit.PERCENT, note="4.3 % 88/2,034"),
        ),
        happenings=(
            Happening(DAYS[3], "Cold chain audit launched"),
            Happening(DAYS[20], "kim@haldenpike.example disconnected", incident=True),
        ),
        split=True,
    ),
    "shared": ChartSpec(
        Kind.LINES, DAYS, (Series("sent", SENT), Series("replied", REPLIED)), title="sent and replied per day"
    ),
    "funnel": BarsSpec(
        Shape.AMOUNTS,
        (
            Bar("contacted", 1234, ("1,234", "100.0 %")),
            Bar("opened", 610, ("610", "49.4 %"), "49.4 % of contacted"),
            Bar("clicked", 80, ("80", "6.5 %"), "13.1 % of opened"),
            Bar("replied", 40, ("40", "3.2 %"), "50.0 % of clicked"),
            Bar("positive", None, ("–", "–")),
        ),
        title="From contacted to positive",
        headings=("leads", "of contacted"),
    ),
    "waterfall": BarsSpec(
        Shape.WATERFALL,
        (
            Bar("1 A word on 日本の倉庫", 30, ("30", "1,200", "2.5 %")),
            Bar("3 Following up", 12, ("12", "900", "1.3 %"), start=30),
            Bar("5 Last", 4, ("4", "500", "0.8 %"), start=42),
            Bar("all", 46, ("46", "2,600", "3.8 %"), role="title"),
        ),
        title="Replies by step",
        headings=("replies", "sent", "of sent"),
    ),
    "intervals": BarsSpec(
        Shape.INTERVALS,
        (
            Bar("step 1 A", 0.03, ("30/1,000", "3.0 %"), low=0.021, high=0.043),
            Bar("step 1 B", 0.05, ("50/1,000", "5.0 %"), low=0.038, high=0.065, role="series2"),
            Bar("step 3 A", None, ("1/12", ""), remark="not enough yet: 12 of 30"),
        ),
        title="Replies by variant, with 95 % intervals",
        unit=Unit.PERCENT,
        notes=("Step 1: B is ahead by more than chance explains.",),
    ),
    "inboxes": HeatSpec(
        tuple(f"person{number}@mail.example" for number in range(7)),
        tuple(f"{day:%b} {day.day}" for day in DAYS),
        tuple(
            tuple(None if (row + day) % 11 == 0 else row * day % 40 for day in range(30)) for row in range(7)
        ),
        title="Sent by inbox and day",
    ),
    "hours": HeatSpec(
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        tuple(f"{hour:02}" for hour in range(24)),
        tuple(
            tuple(max(0, round(5 * math.sin((hour - 6) / 4))) * (day < 5) for hour in range(24))
            for day in range(7)
        ),
        title="Replies by weekday and hour, UTC",
    ),
    "labels": BarsSpec(
        Shape.AMOUNTS,
        (
            Bar("interested", 12, ("12", "40.0 %"), role="good"),
            Bar("not now", 10, ("10", "33.3 %"), role="watch"),
            Bar("unclassified", 8, ("8", "26.7 %"), role="muted"),
        ),
        title="What 30 replies mean",
    ),
}
