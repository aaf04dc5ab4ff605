"""The journal of imports: what is about to be sent is on disk before it is, and what became of it after.

One file for each workspace. A write is on the disk, not only in its cache, when it returns: a computer that
loses its power forgets nothing that was sent.
"""

import fcntl
import json
import os
import secrets
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Self

from imail_tui.model.imports import (
    OUTCOMES,
    ChunkRecord,
    ChunkResult,
    ChunkState,
    FileCounts,
    ImportRecord,
    ImportRequest,
    ImportState,
    Repairs,
    RowNote,
    ServerCounts,
)
from imail_tui.model.problem import Problem
from imail_tui.store.files import make_private_dir
from imail_tui.store.journal import Journal
from imail_tui.store.schema import layout

_STATEMENTS = (
    "CREATE TABLE imports (id TEXT PRIMARY KEY, started_at REAL NOT NULL, state TEXT NOT NULL,"
    " raw TEXT NOT NULL)",
    "CREATE TABLE chunks (import_id TEXT, number INTEGER, rows INTEGER NOT NULL, digest TEXT NOT NULL,"
    " key TEXT NOT NULL, state TEXT NOT NULL, account TEXT NOT NULL, sent_at REAL NOT NULL,"
    " requests INTEGER NOT NULL, outcomes BLOB, places BLOB, notes TEXT,"
    " created INTEGER, updated INTEGER, skipped INTEGER, failed INTEGER, unexplained INTEGER,"
    " PRIMARY KEY (import_id, number)) WITHOUT ROWID",
)


class ImportJournal(Journal):
    """The imports of one workspace. Raises `OSError` where the disk gives out."""

    LAYOUT = layout("import journal", _STATEMENTS, ())

    @property
    def folder(self) -> Path:
        """Where copies of what cannot be read twice are kept."""
        folder = self.path.parent / "files"
        make_private_dir(folder)
        return folder

    def begin(self, record: ImportRecord) -> None:
        """Write down a new import."""
        self._write(("INSERT INTO imports VALUES (?, ?, ?, ?)", _import_row(record)))

    def save(self, record: ImportRecord) -> None:
        """Write down how an import stands."""
        row = _import_row(record)
        sql = "UPDATE imports SET started_at = ?, state = ?, raw = ? WHERE id = ?"
        self._write((sql, (*row[1:], row[0])))

    def sweep(self, before: float) -> None:
        """Remove copies last touched before a moment in epoch seconds that no open import has."""
        kept = {record.copy for record in self.all() if record.state is ImportState.OPEN}
        for copy in self.folder.glob("import-*.input"):
            if str(copy) not in kept and copy.stat().st_mtime < before:
                copy.unlink(missing_ok=True)

    def get(self, import_id: str) -> ImportRecord | None:
        """An import; also by the beginning of its id where only one begins so."""
        found = self._read(
            "SELECT raw FROM imports WHERE substr(id, 1, ?) = ? ORDER BY id = ? DESC LIMIT 2",
            (len(import_id), import_id, import_id),
        )
        records = [_record(raw) for (raw,) in found]
        exact = [record for record in records if record.id == import_id]
        return exact[0] if exact else records[0] if len(records) == 1 else None

    def all(self) -> list[ImportRecord]:
        """All imports, the latest first."""
        return [_record(raw) for (raw,) in self._read("SELECT raw FROM imports ORDER BY started_at DESC, id")]

    def forget(self, import_id: str) -> None:
        """Remove an import and all about it."""
        self._write(
            ("DELETE FROM chunks WHERE import_id = ?", (import_id,)),
            ("DELETE FROM imports WHERE id = ?", (import_id,)),
        )

    def chunk(self, import_id: str, number: int) -> ChunkRecord | None:
        """A request of an import."""
        columns = "number, rows, digest, key, state, account, sent_at"
        found = self._read(
            f"SELECT {columns} FROM chunks WHERE import_id = ? AND number = ?",
            (import_id, number),
        )
        for number, rows, digest, key, state, account, sent_at in found:
            return ChunkRecord(number, rows, digest, key, ChunkState(state), account, sent_at)
        return None

    def put(self, import_id: str, chunk: ChunkRecord) -> None:
        """Write down a request: what it is, and where it stands. What became of it stays."""
        sql = (
            "INSERT INTO chunks (import_id, number, rows, digest, key, state, account, sent_at, requests)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE"
            " SET state = excluded.state, account = excluded.account, sent_at = excluded.sent_at"
        )
        identity = (import_id, chunk.number, chunk.rows, chunk.digest, chunk.key)
        self._write((sql, (*identity, chunk.state, chunk.account, chunk.sent_at)))

    def finish(self, import_id: str, number: int, result: ChunkResult) -> None:
        """Write down what became of a request's rows."""
        counts = [result.outcomes.count(code) for code in OUTCOMES]
        notes = {str(row): [note.code, note.message] for row, note in result.notes.items()}
        sql = (
            "UPDATE chunks SET state = ?, outcomes = ?, places = ?, notes = ?, created = ?, updated = ?,"
            " skipped = ?, failed = ?, unexplained = ?, requests = requests + ?"
            " WHERE import_id = ? AND number = ?"
        )
        told = (
            zlib.compress(result.outcomes, 1),
            zlib.compress(result.records.tobytes() + result.lines.tobytes(), 1),
            json.dumps(notes),
        )
        self._write((sql, (ChunkState.DONE, *told, *counts, result.requests, import_id, number)))

    def results(self, import_id: str) -> Iterator[ChunkResult]:
        """What became of every request that is done, in order."""
        found = self._read(
            "SELECT outcomes, places, notes, requests FROM chunks"
            " WHERE import_id = ? AND state = ? ORDER BY number",
            (import_id, ChunkState.DONE),
        )
        for outcomes, places, notes, requests in found:
            both = array("I")
            both.frombytes(zlib.decompress(places))
            half = len(both) // 2
            told = {int(row): RowNote(*note) for row, note in json.loads(notes).items()}
            yield ChunkResult(zlib.decompress(outcomes), told, both[:half], both[half:], requests)

    def counts(self, import_id: str) -> ServerCounts:
        """The sums of what is done."""
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in (*OUTCOMES.values(), "requests"))
        ((*numbers,),) = self._read(f"SELECT {sums} FROM chunks WHERE import_id = ?", (import_id,))
        return ServerCounts(*numbers)

    def lock(self, import_id: str) -> "ImportLock | None":
        """Become the one that works on an import, None while another process does."""
        return ImportLock.take(self.folder / f"{import_id}.lock")


class ImportLock:
    """That this process works on an import; the system takes it back however the process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> "Self | None":
        """The lock, None while somebody else has it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    def release(self, *, over: bool = False) -> None:
        """Let others work on it; when it is `over` nobody will, and who waits finds that in the journal."""
        if over:
            self._path.unlink(missing_ok=True)
        with suppress(OSError):
            os.close(self._descriptor)


def fresh_import_id() -> str:
    """An id of a new import."""
    return "imp_" + secrets.token_hex(6)


def _import_row(record: ImportRecord) -> tuple[str, float, str, str]:
    return record.id, record.started_at, record.state, json.dumps(asdict(record))


def _record(raw: str) -> ImportRecord:
    told = json.loads(raw)
    return ImportRecord(
        **{
            **told,
            "request": ImportRequest(**{**told["request"], "repairs": Repairs(**told["request"]["repairs"])}),
            "state": ImportState(told["state"]),
            "file": None if told["file"] is None else FileCounts(**told["file"]),
            "problem": None if told["problem"] is None else Problem(**told["problem"]),
        }
    )
