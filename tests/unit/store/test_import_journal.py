"""What was sent, and what became of it, is known to whoever opens the journal next."""

from array import array
from dataclasses import replace
from pathlib import Path

from imail_tui.model.imports import (
    ChunkRecord,
    ChunkResult,
    ChunkState,
    FileCounts,
    ImportRecord,
    ImportRequest,
    ImportState,
    RowNote,
    ServerCounts,
)
from imail_tui.model.problem import Problem
from imail_tui.store.import_journal import ImportJournal

REQUEST = ImportRequest("people.csv", {"Email": "email"}, "apollo", campaign_id="cmp_1")
RECORD = ImportRecord("imp_aa", REQUEST, "digest", 123, 10.0)


def test_imports_are_found_by_their_beginning_the_latest_first(tmp_path: Path) -> None:
    journal = ImportJournal.open(tmp_path / "imports.sqlite3")
    later = replace(RECORD, id="imp_ab", started_at=11.0)
    journal.begin(RECORD)
    journal.begin(later)
    ended = replace(
        RECORD, state=ImportState.DONE, file=FileCounts(3, 2, 1, 0, 0), problem=Problem("Lost.", code="x")
    )
    journal.save(ended)
    journal.close()
    journal = ImportJournal.open(tmp_path / "imports.sqlite3")
    assert journal.all() == [later, ended]
    assert journal.get("imp_aa") == ended
    assert journal.get("imp_a") is None
    journal.forget("imp_aa")
    assert journal.all() == [later]
    assert journal.get("imp_") == later
    journal.close()


def test_a_request_goes_through_its_states(tmp_path: Path) -> None:
    journal = ImportJournal.open(tmp_path / "imports.sqlite3")
    planned = ChunkRecord(0, 3, "digest", "key")
    assert journal.chunk("imp_aa", 0) is None
    journal.put("imp_aa", planned)
    assert journal.chunk("imp_aa", 0) == planned
    sending = replace(planned, state=ChunkState.SENDING, account="a", sent_at=5.0)
    journal.put("imp_aa", sending)
    assert journal.chunk("imp_aa", 0) == sending
    result = ChunkResult(
        b"CSF", {2: RowNote("invalid_email", "No.")}, array("I", [1, 2, 4]), array("I", [2, 3, 9])
    )
    journal.finish("imp_aa", 0, result)
    assert journal.chunk("imp_aa", 0) == replace(sending, state=ChunkState.DONE)
    assert list(journal.results("imp_aa")) == [result]
    assert journal.counts("imp_aa") == ServerCounts(created=1, skipped=1, failed=1, requests=1)
    assert journal.counts("imp_other") == ServerCounts()
    journal.close()


def test_one_works_on_an_import_at_a_time(tmp_path: Path) -> None:
    first, second = (ImportJournal.open(tmp_path / "imports.sqlite3") for _ in range(2))
    lock = first.lock("imp_aa")
    assert lock is not None
    assert second.lock("imp_aa") is None
    other = second.lock("imp_ab")
    lock.release()
    again = second.lock("imp_aa")
    assert again is not None
    assert other is not None
    again.release()
    other.release()
    first.close()
    second.close()
