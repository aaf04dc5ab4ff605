"""What a chart shows, and the coloured lines it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, NamedTuple, TypeGuard

Role = Literal[
    "",
    "title",
    "muted",
    "axis",
    "good",
    "watch",
    "stop",
    "cursor",
    "series1",
    "series2",
    "series3",
    "series4",
    "series5",
    "series6",
]
"""Name of a theme colour; "" is the ordinary text."""

SERIES_ROLES: Final[tuple[Role, ...]] = ("series1", "series2", "series3", "series4", "series5", "series6")

ASCII_MARKS: Final = "*+ox#@"
"""What each series is drawn with where only ASCII will do."""

PLAIN_MARKS: Final = "●○◆×+◇"
"""What each series is drawn with where there is no colour to tell them apart."""


def is_known(value: float | None) -> TypeGuard[float]:
    """Whether a value can be drawn: not None, not NaN, and within ±1e15."""
    return value is not None and abs(value) <= 1e15


class Segment(NamedTuple):
    """A piece of a line in one colour."""

    text: str
    role: Role


ChartLine = tuple[Segment, ...]
ChartLines = tuple[ChartLine, ...]


class Place(NamedTuple):
    """The cells of a drawn chart where one of its points stands."""

    x: int
    y: int
    width: int
    height: int


class Drawing(NamedTuple):
    """A drawn chart. `places` has one entry for each point of the spec in its order, None = not on show."""

    lines: ChartLines
    places: tuple[Place | None, ...]


class Kind(StrEnum):
    """Lines for a course over time, bars for amounts per day."""

    LINES = "lines"
    BARS = "bars"


class Symbols(StrEnum):
    """What the plot is made of, from the finest to what every font has.

    PLAIN is for a terminal without colour: where two series share a plot, each has a mark of its own.
    """

    BRAILLE = "braille"
    BLOCK = "block"
    PLAIN = "plain"
    ASCII = "ascii"


class Unit(StrEnum):
    """How an axis counts: things, or parts of a whole (the values are fractions)."""

    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each day of the chart; None where it is unknown. The name may be foreign text.

    `trend` is the smoothed course, drawn as the line with the values as dots behind it; `before` is the same
    metric in the period before, day by day. Empty = not shown. `note` stands behind the name where there is
    room.
    """

    name: str
    values: tuple[float | None, ...]
    unit: Unit = Unit.COUNT
    trend: tuple[float | None, ...] = ()
    before: tuple[float | None, ...] = ()
    note: str = ""

    def known(self) -> Iterator[float]:
        """Every known value that is drawn."""
        for run in (self.values, self.trend, self.before):
            yield from (value for value in run if is_known(value))


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that explains a number: a launch, or an incident. The name may be foreign text."""

    day: date
    name: str
    incident: bool = False


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A course over time. Days ascend; they need not be without gaps. At most six series.

    With `split`, each series has a plot with an axis of its own where the room allows it; series that count
    in different units never share an axis. `empty` stands in place of a plot without any known value. Its
    points are its days.
    """

    kind: Kind
    days: tuple[date, ...]
    series: tuple[Series, ...]
    title: str = ""
    symbols: Symbols = Symbols.BRAILLE
    happenings: tuple[Happening, ...] = ()
    split: bool = False
    empty: str = "no data"

    def __post_init__(self) -> None:
        """Refuse series that do not fit the days with a ValueError."""
        for series in self.series:
            if len(series.values) != len(self.days) or any(
                run and len(run) != len(self.days) for run in (series.trend, series.before)
            ):
                raise ValueError("each series needs one value for each day")
        if len(self.series) > len(SERIES_ROLES):
            raise ValueError(f"at most {len(SERIES_ROLES)} series")

    def known(self) -> Iterator[float]:
        """Every known value of every series."""
        for series in self.series:
            yield from series.known()


class Shape(StrEnum):
    """How the bars of a chart are meant."""

    AMOUNTS = "amounts"
    """Each bar from zero."""
    WATERFALL = "waterfall"
    """Each bar from where the one before ended."""
    INTERVALS = "intervals"
    """Each a point with whiskers from `low` to `high`, over one axis."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line. `amount` None is unknown: no bar. The name may be foreign text.

    `values` stand behind the bar, the most important first, as many as there is room for; `way` stands above
    it where there is room: how many of the bar before came this far. `remark` stands in place of the bar.
    """

    name: str
    amount: float | None
    values: tuple[str, ...] = ()
    way: str = ""
    start: float = 0.0
    low: float | None = None
    high: float | None = None
    remark: str = ""
    role: Role = "series1"


@dataclass(frozen=True, slots=True)
class BarsSpec:
    """Bars that lie: a funnel, a waterfall, a mix, rates with their intervals. Its points are its bars.

    `headings` name the columns of the bars' `values`; `notes` stand below, in the person's words.
    """

    shape: Shape
    bars: tuple[Bar, ...]
    title: str = ""
    headings: tuple[str, ...] = ()
    unit: Unit = Unit.COUNT
    notes: tuple[str, ...] = ()
    symbols: Symbols = Symbols.BRAILLE
    empty: str = "no data"


@dataclass(frozen=True, slots=True)
class HeatSpec:
    """Amounts over two ways to split: `values[row][column]`, None = unknown, drawn as a gap.

    Names may be foreign. Its points are its cells, row by row. Columns that do not fit are added up by twos,
    threes and so on, which the chart says; with `PERCENT` and hence nothing to add up, the newest are shown.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    title: str = ""
    unit: Unit = Unit.COUNT
    notes: tuple[str, ...] = ()
    symbols: Symbols = Symbols.BRAILLE
    role: Role = "series1"
    empty: str = "no data"

    def __post_init__(self) -> None:
        """Refuse a grid that is not `rows` x `columns` with a ValueError."""
        if len(self.values) != len(self.rows) or any(len(row) != len(self.columns) for row in self.values):
            raise ValueError("a heat map needs one value for each row and column")


AnySpec = ChartSpec | BarsSpec | HeatSpec
