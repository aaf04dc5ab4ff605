"""What a chart shows, and the coloured lines it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, NamedTuple, TypeGuard

Role = Literal["", "title", "muted", "axis", "series1", "series2", "series3", "series4", "series5", "series6"]
"""Name of a theme colour; "" is the ordinary text."""

SERIES_ROLES: Final[tuple[Role, ...]] = ("series1", "series2", "series3", "series4", "series5", "series6")

ASCII_MARKS: Final = "*+ox#@"
"""What each series is drawn with where only ASCII will do."""


def is_known(value: float | None) -> TypeGuard[float]:
    """Whether a value can be drawn: not None, not NaN, and within ±1e15."""
    return value is not None and abs(value) <= 1e15


class Segment(NamedTuple):
    """A piece of a line in one colour."""

    text: str
    role: Role


ChartLine = tuple[Segment, ...]
ChartLines = tuple[ChartLine, ...]


class Kind(StrEnum):
    """Lines for a course over time, bars for amounts per day."""

    LINES = "lines"
    BARS = "bars"


class Symbols(StrEnum):
    """What the plot is made of, from the finest to what every font has."""

    BRAILLE = "braille"
    BLOCK = "block"
    ASCII = "ascii"


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each day of the chart; None where it is unknown. The name may be foreign text."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """What to draw. Days ascend; they need not be without gaps. At most six series."""

    kind: Kind
    days: tuple[date, ...]
    series: tuple[Series, ...]
    title: str = ""
    symbols: Symbols = Symbols.BRAILLE

    def __post_init__(self) -> None:
        """Refuse series that do not fit the days with a ValueError."""
        if any(len(series.values) != len(self.days) for series in self.series):
            raise ValueError("each series needs one value for each day")
        if len(self.series) > len(SERIES_ROLES):
            raise ValueError(f"at most {len(SERIES_ROLES)} series")

    def known(self) -> Iterator[float]:
        """Every known value of every series."""
        for series in self.series:
            yield from (value for value in series.values if is_known(value))
