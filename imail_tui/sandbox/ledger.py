"""A ledger: one database with its clock and heartbeat, safe to use from a pool of threads."""

import random
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from imail_tui.sandbox.clock import WorldClock
from imail_tui.sandbox.database import read_meta
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.world.happenings import Effect
from imail_tui.sandbox.world.heartbeat import Heartbeat

_STEP_MS = 3_600_000
"""World time caught up with in one transaction, so that requests get their turn in a long catch-up."""


class Ledger:
    """The data of one key's side of the workspace (`mode` is `test` or `live`).

    One connection under one re-entrant lock: a request never sees half of a heartbeat.
    """

    def __init__(self, connection: sqlite3.Connection, clock: WorldClock) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._halted = False
        self.clock = clock
        self._load()

    def _load(self) -> None:
        connection = self._connection
        meta = read_meta(connection)
        workspace = connection.execute("SELECT id, mode FROM workspace").fetchone()
        self.workspace_id: str = workspace["id"]
        self.mode: str = workspace["mode"]
        self.api_key: str = connection.execute(
            "SELECT key FROM api_key WHERE revoked_at IS NULL ORDER BY created_at, key LIMIT 1"
        ).fetchone()["key"]
        self.heartbeat = Heartbeat(connection, int(meta["seed"]))
        self.ids = IdSource(random.Random(f"{meta['seed']}/{self.mode}/{meta['starts']}"))

    def now_ms(self) -> int:
        """World time in milliseconds."""
        return self.clock.now_ms()

    def new_id(self, prefix: str) -> str:
        """An identifier made now."""
        with self._lock:
            return self.ids.new(prefix, self.now_ms())

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection for queries, alone with it."""
        with self._lock:
            yield self._connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction, undone by an exception; an inner one joins the outer."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._connection
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def catch_up(self) -> int:
        """Let the world move on to now; returns how many events that wrote."""
        written, now = 0, self.now_ms()
        while self.heartbeat.position < now:
            with self._lock:
                if self._halted:
                    break
                with self.transaction():
                    until = min(now, self.heartbeat.position + _STEP_MS)
                    written += self.heartbeat.advance_to(until)
        return written

    def happen(self, effects: Sequence[Effect]) -> list[str]:
        """Let things happen now through the world's own code; the ids of the events that came of it."""
        self.catch_up()
        with self.transaction() as connection:
            last = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
            self.heartbeat.happen([effect._replace(due_at=self.heartbeat.position) for effect in effects])
            found = connection.execute("SELECT id FROM event WHERE seq > ? ORDER BY seq", (last,))
            return [row["id"] for row in found]

    def refill(self, source: sqlite3.Connection) -> None:
        """Replace everything by what another database holds; running requests end before it."""
        with self._lock:
            source.backup(self._connection)
            self._load()

    def halt(self) -> None:
        """Let the world stand still from now on: a long catch-up ends after the step it is in."""
        self._halted = True

    def close(self) -> None:
        """Close the database; a file keeps everything up to the last transaction."""
        self.halt()
        with self._lock:
            self._connection.close()
