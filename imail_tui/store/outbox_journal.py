"""Answers on disk: what is being written, and what was sent off, before the first byte of it leaves.

A write is on the disk, not only in its cache, when it returns. An answer changes its state only from the one
it was found in, so that of two programs only one sends it again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Final

from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.store.journal import Journal
from imail_tui.store.schema import layout

KEPT: Final = 500
"""Answers remembered that nothing is left to do about."""

_STATEMENTS: Final = (
    "CREATE TABLE drafts (reply_id TEXT PRIMARY KEY, text TEXT NOT NULL, inbox_id TEXT, at REAL NOT NULL)",
    "CREATE TABLE items (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,"
    " body BLOB NOT NULL, raw TEXT NOT NULL)",
)


class OutboxJournal(Journal):
    """The answers of one workspace. Raises `OSError` where the disk gives out."""

    LAYOUT = layout("outbox", _STATEMENTS, ())

    def drafts(self) -> list[ReplyDraft]:
        """What is being written, the latest first."""
        found = self._read("SELECT reply_id, text, inbox_id, at FROM drafts ORDER BY at DESC, reply_id")
        return [ReplyDraft(*row) for row in found]

    def draft(self, reply_id: str) -> ReplyDraft | None:
        """The answer to a reply that is being written."""
        return next((each for each in self.drafts() if each.reply_id == reply_id), None)

    def save(self, draft: ReplyDraft) -> None:
        """Keep a draft; there is one for each reply."""
        values = (draft.reply_id, draft.text, draft.inbox_id, draft.saved_at)
        self._write(("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?)", values))

    def drop(self, reply_id: str) -> None:
        """Forget a draft."""
        self._write(("DELETE FROM drafts WHERE reply_id = ?", (reply_id,)))

    def items(self) -> list[OutboxItem]:
        """Every answer that was sent off, the latest first."""
        return [_item(*row) for row in self._read("SELECT raw, body FROM items ORDER BY n DESC")]

    def item(self, item_id: str) -> OutboxItem | None:
        """One answer; also by the beginning of its id where only one begins so."""
        found = self._read(
            "SELECT raw, body FROM items WHERE substr(id, 1, ?) = ? LIMIT 2", (len(item_id), item_id)
        )
        return _item(*found[0]) if len(found) == 1 and item_id else None

    def begin(self, item: OutboxItem) -> None:
        """Write down an answer that is about to leave, in place of its draft."""
        self._write(
            ("INSERT INTO items (id, state, body, raw) VALUES (?, ?, ?, ?)", _row(item)),
            ("DELETE FROM drafts WHERE reply_id = ?", (item.reply_id,)),
            (
                "DELETE FROM items WHERE state IN ('sent', 'cancelled') AND n <="
                " (SELECT max(n) FROM items) - ?",
                (KEPT,),
            ),
        )

    def change(self, item: OutboxItem, *, found: Iterable[OutboxState]) -> bool:
        """Write down how an answer stands now; False when it was in none of the states it was `found` in."""
        states = [*found]
        item_id, state, body, raw = _row(item)
        sql = (
            "UPDATE items SET state = ?, body = ?, raw = ? WHERE id = ?"
            f" AND state IN ({','.join('?' * len(states))})"
        )
        return self._write((sql, (state, body, raw, item_id, *states))) == 1

    def forget(self, item_id: str) -> None:
        """Remove an answer from the outbox."""
        self._write(("DELETE FROM items WHERE id = ?", (item_id,)))


def _row(item: OutboxItem) -> tuple[str, str, bytes, str]:
    told = asdict(item)
    body: bytes = told.pop("body")
    for name in ("begun_at", "send_at"):
        told[name] = told[name].isoformat() if told[name] is not None else None
    return item.id, item.state, body, json.dumps(told)


def _item(raw: str, body: bytes) -> OutboxItem:
    told = json.loads(raw)
    for name in ("begun_at", "send_at"):
        told[name] = datetime.fromisoformat(told[name]) if told[name] is not None else None
    told["state"] = OutboxState(told["state"])
    told["problem"] = Problem(**told["problem"]) if told["problem"] is not None else None
    return OutboxItem(**told, body=body)
