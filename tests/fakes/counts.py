"""Counts put into a session's store as if a server had given them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from imail_tui.model.analytics import COUNTED, GROUPS, Counted
from imail_tui.store.analytics_days import AnalyticsDays, Fetched
from imail_tui.store.paths import Paths

AT = 1_772_445_600.0


def counts_of(**counts: int | None) -> tuple[int | None, ...]:
    """A row's counts; what is not named is 0."""
    return tuple(counts.get(name, 0) for name in COUNTED)


def keep_counts(
    home: Path, url: str, rows: Iterable[Counted], *spans: tuple[date, date], on: date, mode: str = "test"
) -> None:
    """Keep rows for the journey profile below `home`; the days of `spans` are known, as of the day `on`."""
    paths = Paths(home / "config", home / "data", home / "state", home / "run")
    store = AnalyticsDays.open(paths.analytics_file("journey", url, mode))
    given = list(rows)
    for start, end in spans:
        store.put(Fetched(start, end, GROUPS, on, AT), given)
    store.close()
