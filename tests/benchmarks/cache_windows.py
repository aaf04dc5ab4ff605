"""Windows over a cache of 100,000 leads: `python -m tests.benchmarks.cache_windows`.

Prints milliseconds. Aims: the first window of an unfiltered list below 5 ms, a scroll step below 2 ms.
"""

import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from imail_tui.domain.filters import parse_filter
from imail_tui.domain.listing import Sort
from imail_tui.model.record import Json
from imail_tui.store.cache import Cache

ROWS = 100_000
SCREEN = 40
VIEWS: tuple[tuple[str, Sort | None], ...] = (
    ("", None),
    ("", Sort("email")),
    ("", Sort("contacted", descending=True)),
    ("label:none", Sort("company")),
    ("google", None),
    ("google412", None),
    ("company:acme1 berlin", Sort("email", descending=True)),
)

_T = TypeVar("_T")


def timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """The result of `work` and how long it took in milliseconds."""
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000


def lead(number: int, chance: random.Random) -> Json:
    """One lead of about 400 bytes."""
    return {
        "id": f"led_{number:08}",
        "email": f"p{chance.randrange(10**9)}@x{number % 977}.example",
        "first_name": chance.choice(("Ann", "Bob", "Cy")),
        "last_name": f"L{chance.randrange(9999)}",
        "company": chance.choice(("Google", "Acme", "Foo", "Bar")) + str(chance.randrange(500)),
        "title": "Head of things",
        "city": "Berlin",
        "country": "DE",
        "custom": {"plan": "pro"},
        "created_at": f"2026-0{chance.randrange(1, 9)}-1{chance.randrange(9)}T10:00:00Z",
        "updated_at": "2026-03-01T00:00:00Z",
        "last_contacted_at": None if chance.random() < 0.5 else "2026-03-01T00:00:00Z",
    }


def main() -> None:
    """Fill a cache and look at it."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache.open(Path(folder) / "cache.sqlite3")
        rows = [lead(number, chance) for number in range(ROWS)]
        pages = [rows[at : at + 1000] for at in range(0, ROWS, 1000)]
        _, fill = timed(lambda: [cache.put("leads", page, 0.0) for page in pages])
        _, same = timed(lambda: cache.put("leads", rows[:100], 0.0))
        cache.close()
        cache, opened = timed(lambda: Cache.open(Path(folder) / "cache.sqlite3"))
        print(f"fill {ROWS} rows {fill:.0f}, put 100 unchanged rows {same:.1f}, open {opened:.1f}")
        for line, sort in VIEWS:
            show(cache, line, sort)
        cache.close()


def show(cache: Cache, line: str, sort: Sort | None) -> None:
    """One view: its first window, scrolling down, its end, and finding a row in it."""
    window = cache.window("leads", parse_filter(line), sort)
    _, first = timed(lambda: window.rows(0, SCREEN))
    steps = [timed(partial(window.rows, at, SCREEN))[1] for at in range(1, 300)]
    total = window.total
    _, end = timed(lambda: window.rows(total - SCREEN, SCREEN))
    ids = window.ids()
    _, place = timed(lambda: window.position(ids[total // 3]))
    print(
        f"{line!r:24} {sort or 'own order'!s:52} {total:6} rows: first {first:5.1f}, step mean "
        f"{sum(steps) / len(steps):.2f} worst {max(steps):.2f}, end {end:.2f}, position {place:.1f}"
    )


if __name__ == "__main__":
    main()
