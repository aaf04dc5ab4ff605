"""The event store beside bare SQLite: keeping, opening, filtering a million events.

    uv run python -m tests.benchmarks.event_store [EVENTS]

`bare` is one table of id and body in the same journal mode, synced as often.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from imail_tui.domain.filters import parse_filter
from imail_tui.model.events import EVENT_TYPES
from imail_tui.store.event_store import EventStore

BATCH: Final = 100
FILTERS: Final = ("type:reply.received", "campaign:cmp_3", "lead:l77@", "l77@x")


def body(number: int) -> bytes:
    """One made-up event."""
    row = {
        "id": f"evt_{number:09}",
        "type": EVENT_TYPES[number % len(EVENT_TYPES)],
        "created_at": f"2026-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z",
        "data": {
            "campaign_id": f"cmp_{number % 40}",
            "inbox_id": f"inb_{number % 24}",
            "lead": {"id": f"led_{number % 1000}", "email": f"l{number % 1000}@x.example"},
        },
    }
    return json.dumps(row).encode()


def batches(events: int) -> Iterator[list[bytes]]:
    """All of them, some at a time."""
    for start in range(0, events, BATCH):
        yield [body(number) for number in range(start, min(events, start + BATCH))]


def keep(add: Callable[[list[bytes]], object], events: int) -> float:
    """Events a second."""
    spent = 0.0
    for batch in batches(events):
        began = time.perf_counter()
        add(batch)
        spent += time.perf_counter() - began
    return events / spent


def bare(path: Path, events: int) -> float:
    """Events a second of one table."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e (id TEXT PRIMARY KEY, raw)"
    )

    def add(batch: list[bytes]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT OR IGNORE INTO e VALUES (?, ?)", [(json.loads(b)["id"], b) for b in batch]
        )
        connection.execute("COMMIT")

    try:
        return keep(add, events)
    finally:
        connection.close()


def milliseconds(work: Callable[[], object], runs: int = 3) -> float:
    """The best of a few."""
    best = float("inf")
    for _ in range(runs):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return 1000 * best


def main() -> None:
    """Measure and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        plain = bare(Path(folder, "bare.sqlite3"), min(events, 100_000))
        path = Path(folder, "events.sqlite3")
        store = EventStore.open(path)
        ours = keep(lambda batch: store.add(batch, 0.0), events)
        store.close()
        print(
            f"kept in batches of {BATCH}, synced: {ours:8,.0f} events/s;"
            f" bare table {plain:,.0f} ({ours / plain:.2f})"
        )
        print(f"{events:,} events, {path.stat().st_size / 2**20:,.0f} MiB")

        def opened() -> None:
            again = EventStore.open(path)
            window = again.window()
            window.rows(0, 200)
            window.close()
            again.close()

        print(f"open to the last 200: {milliseconds(opened):.1f} ms (aim 10)")
        store = EventStore.open(path)
        for text in FILTERS:

            def filtered(text: str = text) -> None:
                window = store.window(parse_filter(text))
                window.rows(0, 50)
                window.close()

            print(f"  {text:22} {milliseconds(filtered):8.1f} ms")
        known = [body(number) for number in range(5_000)]
        print(f"5,000 known again: {milliseconds(lambda: store.add(known, 0.0)):.0f} ms")
        print(f"a look for changes: {1000 * milliseconds(store.version):.1f} µs")
        store.close()


if __name__ == "__main__":
    main()
