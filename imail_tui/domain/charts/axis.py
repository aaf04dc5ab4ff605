"""Ticks: round numbers from zero on, and days, of which no two labels ever touch."""

import itertools
import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from imail_tui.domain.charts.spec import Unit

ROWS_PER_TICK: Final = 3
_MIN_SPAN: Final = 1e-6  # of the y axis; a rate of one in a million is the smallest that means something
_FEW_TICKS: Final = 2
_FINE: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_COARSE: Final = (1, 2, 2.5, 5, 10)
_GAP: Final = 2  # cells between two labels


def value_ticks(low: float, high: float, rows: int, unit: Unit) -> list[float]:
    """Round numbers at even steps from at most `low` to at least `high`, as many as `rows` have room for.

    Zero is always among them: no axis is cut. Things are counted in whole numbers.
    """
    wanted = max(1, rows // ROWS_PER_TICK)
    low, high = min(0.0, low), max(0.0, high)
    top = high if high > low else 1.0
    rough = max(top - low, _MIN_SPAN) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    whole = unit is Unit.COUNT and top >= 1
    # With few ticks a coarse step would leave half of the plot empty.
    factors = _FINE if wanted <= _FEW_TICKS else _COARSE
    steps = [factor * power for factor in factors if factor * power >= rough * 0.999]
    step = next((step for step in steps if not whole or step == int(step)), math.ceil(rough))
    return [step * index for index in range(math.floor(low / step), max(1, math.ceil(top / step)) + 1)]


def tick_label(value: float, unit: Unit) -> str:
    """A tick in as few characters as can be: `1.5k`, `2.5 %`."""
    if unit is Unit.PERCENT:
        return f"{100 * value:.3g} %"
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.3g}"


def day_label(day: date) -> str:
    """`Nov 3`."""
    return f"{day:%b} {day.day}"


def spread_labels(labels: Sequence[str], places: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Which labels have room below an axis of `width` cells: (index, first cell), at even steps.

    `places` are the cells that labels belong to, ascending; each label is centred on its own as far as the
    ends of the axis allow. The labels are safe text of narrow characters.
    """
    if not labels:
        return []
    widest = max(map(len, labels))
    most = max(1, (width + _GAP) // (widest + _GAP))
    step = math.ceil(len(labels) / most)
    while True:
        chosen = [(n, _start(labels[n], places[n], width)) for n in range(0, len(labels), step)]
        if step >= len(labels) or _apart(chosen, labels):
            return [(n, x) for n, x in chosen if len(labels[n]) <= width]
        step += 1


def _start(label: str, place: int, width: int) -> int:
    return max(0, min(place - (len(label) - 1) // 2, width - len(label)))


def _apart(chosen: Sequence[tuple[int, int]], labels: Sequence[str]) -> bool:
    return all(
        first[1] + len(labels[first[0]]) + _GAP <= second[1] for first, second in itertools.pairwise(chosen)
    )
