"""A row of blocks: the chart that fits in a cell of a table."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from imail_tui.domain.charts.spec import is_known

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS: Final = "_.-~=+*#"


def sparkline(values: Sequence[float | None], width: int, *, ascii_only: bool = False) -> str:
    """`values` as one row of at most `width` blocks from zero to their maximum; a blank where unknown.

    More values than columns are averaged in equal parts, so that each column covers the same time.
    """
    if width < 1 or not values:
        return ""
    columns = min(width, len(values))
    bounds = [len(values) * column // columns for column in range(columns + 1)]
    means = [_mean(values[start:end]) for start, end in pairwise(bounds)]
    top = max((mean for mean in means if mean is not None), default=0.0)
    blocks = _ASCII_BLOCKS if ascii_only else _BLOCKS
    return "".join(" " if mean is None else blocks[_height(mean, top)] for mean in means)


def _height(value: float, top: float) -> int:
    """From 0 for nothing to 7 for the most."""
    if top <= 0 or value <= 0:
        return 0
    return min(len(_BLOCKS) - 1, math.ceil(value / top * (len(_BLOCKS) - 1)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if is_known(value)]
    return sum(known) / len(known) if known else None
