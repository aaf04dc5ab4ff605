"""Conversations in the cache: kept in step with the replies they are made of, and searched as text.

The row number of a conversation grows with the age of its head, so that a search walks from the newest hit
to older ones without looking at the rest, and the server's pages, newest first, are appended.
"""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from imail_tui.domain.listing import CONVERSATIONS, key_of
from imail_tui.domain.replies.conversations import assemble, thread_of, whole_text
from imail_tui.model.record import Json
from imail_tui.store.raw import read_row, write_row
from imail_tui.store.schema import column

THREADS: Final = "threads"
ANSWERED: Final = "answered"
"""Kinds of documents, by conversation: the thread as last read, and when it was last answered from here."""

_BATCH: Final = 1_000
_SPREAD: Final = 20
"""Bits of a row number that tell conversations of one millisecond apart."""
_LATEST: Final = (1 << 42) - 1
"""Milliseconds since 1970 that ages are counted back from: in the year 2109."""
_RECEIVED = CONVERSATIONS.field("received")
_COLUMNS = ", ".join(("n", "id", "words", *(column(field) for field in CONVERSATIONS.fields)))
_INSERT = (
    f"INSERT INTO conversations ({_COLUMNS}) VALUES ({', '.join('?' * (3 + len(CONVERSATIONS.fields)))})"
)

STATEMENTS: Final = (
    "CREATE TABLE conversation_members (reply TEXT PRIMARY KEY, conversation TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX conversation_members_by ON conversation_members (conversation)",
    "CREATE VIRTUAL TABLE conversations_search USING fts5"
    " (words, tokenize = 'unicode61 remove_diacritics 2')",
    # All that the piles are counted by, so that counting reads no row: what is open stands together.
    "CREATE INDEX conversations_piles ON conversations"
    " (f_auto, f_done, f_linked, f_needy, f_stance, f_snoozed, f_unread)",
)
TABLES: Final = ("conversation_members", "conversations_search")


class ConversationWriter:
    """Writes conversations inside a transaction of the cache."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def follow(self, reply_ids: Iterable[str]) -> None:
        """Make the conversations of replies that were put or removed anew."""
        for batch in _batches(reply_ids):
            marks = ",".join("?" * len(batch))
            before = self._column(
                f"SELECT conversation FROM conversation_members WHERE reply IN ({marks})", batch
            )
            sql = f"SELECT raw FROM replies JOIN replies_raw USING (n) WHERE id IN ({marks})"
            rows = [read_row(raw) for (raw,) in self._connection.execute(sql, batch)]
            self._connection.execute(f"DELETE FROM conversation_members WHERE reply IN ({marks})", batch)
            self._connection.executemany(
                "INSERT INTO conversation_members VALUES (?, ?)",
                ((str(row["id"]), thread_of(row)) for row in rows),
            )
            self.refresh({*before, *map(thread_of, rows)})

    def refresh(self, conversation_ids: Iterable[str]) -> None:
        """Make conversations anew from what is kept; one without replies goes."""
        for batch in _batches(conversation_ids):
            replies = self._replies(batch)
            documents = self._documents(batch)
            before = self._drop(batch)
            texts: dict[int, str] = {}
            for conversation_id, rows in sorted(replies.items(), key=_newest, reverse=True):
                thread = documents.get((THREADS, conversation_id))
                answered = documents.get((ANSWERED, conversation_id), {}).get("at")
                at = answered if isinstance(answered, str) else None
                row = assemble(conversation_id, rows, thread, at)
                texts[self._store(row, before.get(conversation_id))] = whole_text(rows, thread)
            self._index(before.values(), texts)

    def _replies(self, ids: Sequence[str]) -> dict[str, list[Json]]:
        sql = (
            "SELECT conversation, raw FROM conversation_members JOIN replies ON replies.id = reply"
            f" JOIN replies_raw USING (n) WHERE conversation IN ({','.join('?' * len(ids))})"
        )
        found: dict[str, list[Json]] = defaultdict(list)
        for conversation_id, raw in self._connection.execute(sql, ids):
            found[conversation_id].append(read_row(raw))
        return found

    def _documents(self, ids: Sequence[str]) -> dict[tuple[str, str], Json]:
        sql = f"SELECT kind, id, raw FROM documents WHERE kind = ? AND id IN ({','.join('?' * len(ids))})"
        return {
            (kind, document_id): read_row(raw)
            for wanted in (THREADS, ANSWERED)
            for kind, document_id, raw in self._connection.execute(sql, (wanted, *ids))
        }

    def _drop(self, ids: Sequence[str]) -> dict[str, int]:
        """Take the rows away, but not what is searched of them; returns their numbers."""
        sql = f"SELECT id, n FROM conversations WHERE id IN ({','.join('?' * len(ids))})"
        before: dict[str, int] = dict(self._connection.execute(sql, ids).fetchall())
        numbers = [(number,) for number in before.values()]
        for table in ("conversations", "conversations_raw"):
            self._connection.executemany(f"DELETE FROM {table} WHERE n = ?", numbers)
        return before

    def _store(self, row: Json, before: int | None) -> int:
        keys = [key_of(field, row) for field in CONVERSATIONS.fields]
        number = self._number(row, before)
        self._connection.execute(_INSERT, (number, row["id"], "", *keys))
        self._connection.execute("INSERT INTO conversations_raw VALUES (?, ?)", (number, write_row(row)))
        return number

    def _index(self, before: Iterable[int], texts: Mapping[int, str]) -> None:
        """Search these texts instead of those of the numbers before; most changes leave the text as it is.

        In the order of the numbers: FTS5 begins a new piece of its index at every step back.
        """
        kept = {number: self._searched(number) for number in before}
        for number in sorted(kept.keys() | texts.keys()):
            text = texts.get(number)
            if kept.get(number) == text:
                continue
            if number in kept:
                self._connection.execute("DELETE FROM conversations_search WHERE rowid = ?", (number,))
            if text is not None:
                sql = "INSERT INTO conversations_search (rowid, words) VALUES (?, ?)"
                self._connection.execute(sql, (number, text))

    def _searched(self, number: int) -> str | None:
        sql = "SELECT words FROM conversations_search WHERE rowid = ?"
        return next(iter(self._column(sql, (number,))), None)

    def _number(self, row: Json, before: int | None) -> int:
        """A free number; the one before where the time is the same."""
        assert _RECEIVED is not None
        at = key_of(_RECEIVED, row)
        age = _LATEST - max(0, min(int(1000 * at) if isinstance(at, float) else 0, _LATEST))
        if before is not None and before >> _SPREAD == age:
            number = before
        else:
            spread = zlib.crc32(str(row["id"]).encode("utf-8", "replace")) & ((1 << _SPREAD) - 1)
            number = (age << _SPREAD) | spread
        while self._column("SELECT n FROM conversations WHERE n = ?", (number,)):
            number += 1
        return number

    def _column(self, sql: str, values: Sequence[str | int]) -> list[str]:
        return [value for (value,) in self._connection.execute(sql, values)]


def _newest(replies: tuple[str, Sequence[Json]]) -> str:
    """About when the last reply of a conversation came: rows are appended in the order of their numbers."""
    return max(str(reply.get("received_at")) for reply in replies[1])


def _batches(ids: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
