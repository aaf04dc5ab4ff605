"""One use of an Idempotency-Key, as the ledger remembers it."""

import json
import sqlite3
from dataclasses import dataclass

from imail_tui.sandbox.acts import record
from imail_tui.sandbox.errors import conflict
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.ledger import Ledger

KEPT_MS = 24 * 3_600_000
"""How long an answer is replayed, world time."""

_FIND = """
SELECT body_hash, status, headers, body FROM idempotency
WHERE api_key = ? AND method = ? AND path = ? AND key = ?
"""
_ADD = """
INSERT INTO idempotency (api_key, method, path, key, body_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)
"""
_KEEP = """
UPDATE idempotency SET status = ?, headers = ?, body = ?
WHERE api_key = ? AND method = ? AND path = ? AND key = ?
"""
_FREE = "DELETE FROM idempotency WHERE api_key = ? AND method = ? AND path = ? AND key = ?"


@dataclass(frozen=True)
class StoredAnswer:
    """An answer given before."""

    status: int
    headers: dict[str, str]
    body: bytes


class Claim:
    """A key in the scope of its API key, method and path; only one request at a time holds it."""

    def __init__(self, ledger: Ledger, scope: tuple[str, str, str, str], body_hash: str) -> None:
        """`scope` is (API key, method, path, idempotency key)."""
        self._ledger = ledger
        self._scope = scope
        self._body_hash = body_hash
        self.kept = False

    @property
    def key(self) -> str:
        """The idempotency key itself."""
        return self._scope[3]

    def take(self) -> StoredAnswer | None:
        """The answer this request got before, or None and the claim is ours.

        Raises `ApiFault` 409 when the key was used for another body, or its first use still runs.
        """
        now = self._ledger.now_ms()
        with self._ledger.transaction() as connection:
            connection.execute("DELETE FROM idempotency WHERE created_at <= ?", (now - KEPT_MS,))
            found = connection.execute(_FIND, self._scope).fetchone()
            if found is None:
                connection.execute(_ADD, (*self._scope, self._body_hash, now))
                return None
            if found["status"] is not None or found["body_hash"] != self._body_hash:
                same = found["body_hash"] == self._body_hash
                kind = "idempotency.replayed" if same else "idempotency.conflict"
                _, method, path, key = self._scope
                record(connection, now, kind, None, method=method, path=path, idempotency_key=key)
        if found["body_hash"] != self._body_hash:
            raise conflict("idempotency_conflict", "This Idempotency-Key was used for another body.")
        if found["status"] is None:
            raise conflict("idempotency_in_progress", "The first request with this key still runs.")
        return StoredAnswer(found["status"], json.loads(found["headers"]), found["body"])

    def keep(self, connection: sqlite3.Connection, answer: StoredAnswer) -> None:
        """Remember the answer in the transaction of what it is about: both happen or neither."""
        connection.execute(
            _KEEP,
            (answer.status, compact(answer.headers), answer.body, *self._scope),
        )
        self.kept = True

    def settle(self, answer: StoredAnswer) -> None:
        """End the request: a refusal is remembered; after any other failure the key is free again."""
        with self._ledger.transaction() as connection:
            if 400 <= answer.status < 500 and answer.status != 429:
                self.keep(connection, answer)
            else:
                connection.execute(_FREE, self._scope)


def release_unfinished(ledger: Ledger) -> None:
    """Free the keys whose requests a stopped server never finished; nothing they did was stored."""
    with ledger.transaction() as connection:
        connection.execute("DELETE FROM idempotency WHERE status IS NULL")
