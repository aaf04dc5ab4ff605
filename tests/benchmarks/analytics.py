"""Analytics of 365 days x 200 campaigns x 5 steps, beside what bare SQL and a bare interpreter take.

    uv run python -m tests.benchmarks.analytics [rounds]

A report is what the screen reads before it paints: days, sums, the period before, campaigns, steps, marks.
Aims: a report from the store in 500 ms, a range change in 150 ms, `stats` from the cache in 600 ms with the
start of the interpreter.
"""

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span, last_days
from imail_tui.model.analytics import COUNTED, COUNTERS, Counted
from imail_tui.model.secret import Secret
from imail_tui.services.analytics.counts import Counts
from imail_tui.services.session import Session, open_session
from imail_tui.store.analytics_days import AnalyticsDays, Fetched
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey

ROUNDS = 5
TODAY = date(2026, 3, 10)
CAMPAIGNS, INBOXES, STEPS = 200, 40, 5
YEAR = last_days(365, TODAY)
KEY = "imk_test_" + "0" * 26
URL = "http://127.0.0.1:9/v1"
BARE = f"SELECT campaign, {', '.join(f'sum({name})' for name in COUNTERS)} FROM counts GROUP BY campaign"


def rows(span: Span, chance: random.Random) -> Iterator[Counted]:
    """Every campaign sends from every step on every day."""
    for day in span.each():
        for campaign in range(CAMPAIGNS):
            inbox = f"inb_01HZ8KABCDEFGHJKMN{campaign % INBOXES:08}"
            for step in range(STEPS):
                counts = tuple(chance.randrange(40) for _ in COUNTERS) + (None,) * (
                    len(COUNTED) - len(COUNTERS)
                )
                yield Counted(day, f"cmp_01HZ8KABCDEFGHJKMN{campaign:08}", inbox, f"e{step}", "", counts)


def fill(store: AnalyticsDays) -> float:
    """Seconds that storing the year takes, as it would be after one CSV: month by month."""
    chance, taken = random.Random(7), 0.0
    start = YEAR.start
    while start <= YEAR.end:
        end = min(YEAR.end, (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        made = list(rows(Span(start, end), chance))
        began = time.perf_counter()
        store.put(Fetched(start, end, ("day", "campaign", "inbox", "step", "variant"), TODAY, 0.0), made)
        taken += time.perf_counter() - began
        start = end + timedelta(days=1)
    return taken


def timed(rounds: int, work: Callable[[], object]) -> float:
    """The median in milliseconds; the first round fills the caches and does not count."""
    taken = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken[1:])


def report(session: Session, counts: Counts, span: Span, scope: Scope) -> None:
    """Everything the screen reads for one picture."""
    question = Question(span, scope)
    counts.report(question, TODAY)
    counts.split(question, Split.CAMPAIGN)
    counts.split(question, Split.STEP)
    session.analytics._marks.of(question)


def bare_sql(path: Path) -> None:
    """The sums of every campaign over the whole table, in one statement."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(BARE).fetchall()


def command(home: Path, *words: str) -> None:
    """One process."""
    environment = {
        "PATH": os.environ["PATH"],
        "IMAIL_TUI_HOME": str(home),
        "IMAIL_BASE_URL": URL,
        "IMAIL_API_KEY": KEY,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    subprocess.run(words, env=environment, check=True, capture_output=True)


def main() -> None:
    """Fill a store and print one line for each measurement."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths.find({"IMAIL_TUI_HOME": folder})
        found = FoundKey(Secret(KEY), "benchmark")
        session = open_session(paths, Profile("default", URL), found, feed_seconds=None)
        counts, store = session.analytics._counts, session._days
        print(f"storing 365,000 rows: {fill(store):.1f} s, {store.path.stat().st_size / 1e6:.0f} MB")
        everything = Scope()
        one = Scope(campaign_id="cmp_01HZ8KABCDEFGHJKMN00000007")
        year, quarter = YEAR, last_days(90, TODAY)
        heat = Question(quarter, everything, compare=False)
        for title, work in (
            ("report of a year (aim 500 ms)", lambda: report(session, counts, year, everything)),
            ("range change to 90 days (aim 150 ms)", lambda: report(session, counts, quarter, everything)),
            ("one campaign, a year", lambda: report(session, counts, year, one)),
            ("heat map, 90 days", lambda: counts.heat(heat, "bounce_rate")),
            ("bare SQL, every campaign from the days themselves", lambda: bare_sql(store.path)),
        ):
            print(f"{title}: {timed(rounds, work):.0f} ms")
        program = str(Path(sys.executable).with_name("imail-tui"))
        stats = timed(rounds, lambda: command(home, program, "stats", "--cached", "--days", "365"))
        chart = timed(rounds, lambda: command(home, program, "stats", "--cached", "--chart"))
        version = timed(rounds, lambda: command(home, program, "--version"))
        bare = timed(rounds, lambda: command(home, sys.executable, "-I", "-c", "pass"))
        print(f"stats from the cache, a year (aim 600 ms): {stats:.0f} ms, with a chart {chart:.0f} ms")
        print(f"imail-tui --version {version:.0f} ms, bare interpreter {bare:.0f} ms")


if __name__ == "__main__":
    main()
