"""Times the sandbox's world: `python -m tests.benchmarks.sandbox_world [--large]`.

Prints the build of the worlds, pages and searches over the lead table, and a day of heartbeat,
next to what bare sqlite3 needs for the same number of rows.
"""

import argparse
import datetime as dt
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.search import match_expression
from imail_tui.sandbox.worlds import Ledgers, WorldOptions, open_ledgers

_START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)
_HOUR = 3_600_000
_PAGE = 100
_QUERIES = ("anna", "müller", "freight", "jose munoz", "anna.weiss@north", "zzzz")


def _timed(what: str, run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    seconds = time.perf_counter() - began
    print(f"{what:<58} {seconds:8.2f} s")
    return seconds


def _print_memory(what: str) -> None:
    print(f"{what:<58} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:8} MB")


def _percentile(what: str, samples: list[float]) -> None:
    p50, p95 = statistics.median(samples), statistics.quantiles(samples, n=20, method="inclusive")[-1]
    print(
        f"{what:<58} p50 {p50 * 1000:7.2f} ms   p95 {p95 * 1000:7.2f} ms   max {max(samples) * 1000:7.2f} ms"
    )


def _bare_insert(rows: int) -> None:
    """The floor: rows of a lead's size into a table with a key, nothing else."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE lead (no INTEGER PRIMARY KEY, id TEXT UNIQUE, email TEXT, rest TEXT)")
    connection.execute("BEGIN")
    values = ((f"led_{number:026}", f"person{number}@example.com", "x" * 250) for number in range(rows))
    connection.executemany("INSERT INTO lead (id, email, rest) VALUES (?, ?, ?)", values)
    connection.execute("COMMIT")


def _pages(connection: sqlite3.Connection, column: str, pages: int) -> list[float]:
    """Reads pages newest first, each from the cursor the one before left, in a stride over the whole list."""
    samples: list[float] = []
    newest = connection.execute(f"SELECT max({column}) FROM lead").fetchone()[0]
    oldest = connection.execute(f"SELECT min({column}) FROM lead").fetchone()[0]
    for number in range(pages):
        cursor = (newest - (newest - oldest) * number // pages, "led_Z")
        began = time.perf_counter()
        connection.execute(
            f"SELECT * FROM lead WHERE ({column}, id) < (?, ?) ORDER BY {column} DESC, id DESC LIMIT ?",
            (*cursor, _PAGE),
        ).fetchall()
        samples.append(time.perf_counter() - began)
    return samples


def _bare_pages(connection: sqlite3.Connection, pages: int) -> list[float]:
    """The floor: as many rows of the same table, in the order they are stored in."""
    samples: list[float] = []
    last = connection.execute("SELECT max(no) FROM lead").fetchone()[0]
    for number in range(pages):
        began = time.perf_counter()
        query = "SELECT * FROM lead WHERE no < ? ORDER BY no DESC LIMIT ?"
        connection.execute(query, (last - last * number // pages, _PAGE)).fetchall()
        samples.append(time.perf_counter() - began)
    return samples


def _campaign_pages(connection: sqlite3.Connection) -> list[float]:
    samples = []
    for (campaign_id,) in connection.execute("SELECT id FROM campaign").fetchall():
        began = time.perf_counter()
        connection.execute(
            "SELECT l.* FROM enrollment e JOIN lead l ON l.id = e.lead_id WHERE e.campaign_id = ? "
            "AND e.status = 'queued' AND e.lead_id < 'led_Z' ORDER BY e.lead_id DESC LIMIT ?",
            (campaign_id, _PAGE),
        ).fetchall()
        samples.append(time.perf_counter() - began)
    return samples


def _searches(connection: sqlite3.Connection) -> None:
    for query in _QUERIES:
        samples: list[float] = []
        found: list[sqlite3.Row] = []
        for _ in range(20):
            began = time.perf_counter()
            found = connection.execute(
                "SELECT l.* FROM lead_search s JOIN lead l ON l.no = s.rowid WHERE lead_search MATCH ? "
                "ORDER BY s.rowid DESC LIMIT ?",
                (match_expression(query), _PAGE),
            ).fetchall()
            samples.append(time.perf_counter() - began)
        _percentile(f"search {query!r} ({len(found)} found)", samples)
    began = time.perf_counter()
    connection.execute("SELECT * FROM lead WHERE email LIKE '%zzzz%' ORDER BY no DESC LIMIT 100").fetchall()
    print(f"{'bare LIKE scan without a match':<58} {(time.perf_counter() - began) * 1000:11.2f} ms")


def _campaign_list(connection: sqlite3.Connection) -> list[float]:
    samples = []
    for _ in range(20):
        began = time.perf_counter()
        connection.execute(
            "SELECT c.id, (SELECT 1.0 * sum(replied) / sum(sent) FROM daily d WHERE d.campaign_id = c.id "
            "AND d.date > '2026-11-16'), (SELECT group_concat(status || leads) FROM enrollment_count e "
            "WHERE e.campaign_id = c.id) FROM campaign c LIMIT ?",
            (_PAGE,),
        ).fetchall()
        samples.append(time.perf_counter() - began)
    return samples


def _measure(ledgers: Ledgers, hours: int) -> None:
    with ledgers.test.read() as connection:
        _percentile("bare sqlite3: 100 rows by key", _bare_pages(connection, 100))
        _percentile("page of 100 leads, newest first", _pages(connection, "created_at", 100))
        _percentile("page of 100 leads, last updated first", _pages(connection, "updated_at", 100))
        _percentile("page of 100 queued leads of a campaign", _campaign_pages(connection))
        _percentile("page of campaigns with counts and reply rate", _campaign_list(connection))
        _searches(connection)
    _timed(f"heartbeat over {hours} h of world time", lambda: _live(ledgers.test, hours))
    with ledgers.test.transaction() as connection:
        _timed("bulk of 5,000 leads, indexes and search", lambda: _bulk(connection))
    _timed("bare sqlite3: 5,000 plain rows", lambda: _bare_insert(5_000))


def _live(ledger: Ledger, hours: int) -> None:
    """World time an hour at a time, a transaction each, as the server catches up."""
    for _ in range(hours):
        with ledger.transaction():
            ledger.heartbeat.advance_to(ledger.heartbeat.position + _HOUR)


def _bulk(connection: sqlite3.Connection) -> None:
    connection.executemany(
        "INSERT INTO lead (id, email, first_name, created_at, updated_at) VALUES (?, ?, 'Anna', ?, ?)",
        ((f"led_bulk{number}", f"bulk{number}@bulk.example", number, number) for number in range(5_000)),
    )


def main() -> None:
    """Measure the small world, and with `--large` the large one in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    _timed("bare sqlite3: 40,000 plain rows", lambda: _bare_insert(40_000))
    began = time.perf_counter()
    ledgers = open_ledgers(WorldOptions(start=_START))
    print(f"{'small world, both ledgers in memory':<58} {time.perf_counter() - began:8.2f} s")
    _measure(ledgers, 24)
    ledgers.close()
    if arguments.large:
        with tempfile.TemporaryDirectory() as folder:
            options = WorldOptions(path=str(Path(folder) / "large.db"), size="large", start=_START)
            began = time.perf_counter()
            ledgers = open_ledgers(options)
            print(f"{'large world, both ledgers on disk':<58} {time.perf_counter() - began:8.2f} s")
            _print_memory("peak memory of the build")
            _measure(ledgers, 24)
            _print_memory("peak memory with a day of heartbeat")
            ledgers.close()
            began = time.perf_counter()
            open_ledgers(options).close()
            print(f"{'large world, used again':<58} {time.perf_counter() - began:8.2f} s")
        _timed("bare sqlite3: 1,000,000 plain rows", lambda: _bare_insert(1_000_000))


if __name__ == "__main__":
    main()
