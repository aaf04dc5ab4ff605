"""Rows that processes share: one change at a time, whatever happens to the file or to a process."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from imail_tui.store.shared_rows import RowsBusy, RowsUnusable, SharedRows


def add_one(kept: bytes | None) -> tuple[bytes, int]:
    count = int(kept or b"0") + 1
    return str(count).encode(), count


ADDING = """
import sys, time
from pathlib import Path
from imail_tui.store.shared_rows import RowsBusy, SharedRows
from tests.unit.store.test_shared_rows import add_one
rows = SharedRows(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    while True:
        try:
            rows.change("count", add_one)
            break
        except RowsBusy:
            time.sleep(0.001)
"""


def adding(file: Path, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", ADDING, str(file), str(times)])


def test_no_change_of_four_processes_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    children = [adding(file, 300) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0] * 4
    assert SharedRows(file).look("count") == b"1200"


def test_a_killed_process_leaves_a_whole_row(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    rows = SharedRows(file)
    rows.change("count", add_one)
    child = adding(file, 1_000_000)
    seen = 0
    while seen < 50:
        assert child.poll() is None
        with contextlib.suppress(RowsBusy):
            seen = int(rows.look("count") or b"0")
    child.kill()
    child.wait()
    before = int(rows.look("count") or b"0")
    assert rows.change("count", add_one) == before + 1


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    before = os.umask(0)
    try:
        SharedRows(file).change("count", add_one)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_deleted_file_is_begun_anew_by_all(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    one, other = SharedRows(file), SharedRows(file)
    for rows in (one, other, one):
        rows.change("count", add_one)
    file.unlink()
    assert one.change("count", add_one) == 1
    assert other.change("count", add_one) == 2


def test_a_row_of_an_earlier_boot_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    rows = SharedRows(file)
    rows.change("count", add_one)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE shared SET boot = 'yesterday'")
    assert rows.look("count") is None
    assert rows.change("count", add_one) == 1


def test_a_held_file_is_busy_and_nothing_changes(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    rows = SharedRows(file)
    rows.change("count", add_one)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(RowsBusy):
        rows.change("count", add_one)
    holder.execute("ROLLBACK")
    holder.close()
    assert rows.change("count", add_one) == 2


def test_a_failing_transition_changes_nothing(tmp_path: Path) -> None:
    rows = SharedRows(tmp_path / "run" / "shared.sqlite3")
    rows.change("count", add_one)

    def fail(kept: bytes | None) -> tuple[bytes, None]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rows.change("count", fail)
    assert rows.change("count", add_one) == 2


def test_a_broken_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(b"this is no database, however long it is looked at " * 100)
    rows = SharedRows(file)
    with pytest.raises(RowsBusy):
        rows.change("count", add_one)
    assert rows.change("count", add_one) == 1


def test_a_file_deleted_in_the_middle_of_a_change_is_only_busy(tmp_path: Path) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    rows = SharedRows(file)
    rows.change("count", add_one)

    def deleting(kept: bytes | None) -> tuple[bytes | None, int]:
        file.unlink()
        return add_one(kept)

    with pytest.raises(RowsBusy):
        rows.change("count", deleting)
    assert rows.change("count", add_one) == 1


def test_a_broken_file_that_cannot_be_removed_is_unusable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run" / "shared.sqlite3"
    rows = SharedRows(file)
    rows.change("count", add_one)
    rows.close()
    file.write_bytes(b"no database at all" * 100)

    def refuse(_: Path, missing_ok: bool = False) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(RowsUnusable):
        rows.change("count", add_one)


def test_a_folder_that_others_can_change_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(RowsUnusable) as refused:
        SharedRows(folder / "shared.sqlite3").change("count", add_one)
    assert "chmod 700" in refused.value.problem.remedy


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(RowsUnusable) as refused:
        SharedRows(tmp_path / "run" / "shared.sqlite3").change("count", add_one)
    assert refused.value.problem.where.endswith("shared.sqlite3")
