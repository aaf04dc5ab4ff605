"""What the cache keeps, what counts as a change, and how it survives damage."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from imail_tui.domain.filters import parse_filter
from imail_tui.model.record import Json
from imail_tui.store import cache as cache_module
from imail_tui.store import connections
from imail_tui.store.cache import Cache
from imail_tui.store.schema import cache_layout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "work.sqlite3"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    cache = Cache.open(path)
    yield cache
    cache.close()


def inbox(number: int, **more: object) -> Json:
    row: Json = {"id": f"inb_{number}", "email": f"p{number}@acme.example", "status": "connected"}
    for name, value in more.items():
        assert value is None or isinstance(value, str | int)
        row[name] = value
    return row


def test_only_rows_that_really_differ_count_as_changed(cache: Cache) -> None:
    assert cache.put("inboxes", [inbox(1), inbox(2)], 10.0) == {"inb_1", "inb_2"}
    assert cache.put("inboxes", [inbox(2), dict(reversed(inbox(1).items()))], 20.0) == set()
    assert cache.put("inboxes", [inbox(1), inbox(2, sent_today=4)], 30.0) == {"inb_2"}
    assert cache.get("inboxes", "inb_2") == inbox(2, sent_today=4)
    assert cache.fetched_at("inboxes") == 30.0


def test_a_complete_answer_drops_what_is_not_in_it(cache: Cache) -> None:
    cache.put("inboxes", [inbox(1), inbox(2), inbox(3)], 0.0)
    assert cache.put("inboxes", [inbox(1), inbox(3)], 0.0, complete=True) == {"inb_2"}
    assert cache.get("inboxes", "inb_2") is None
    assert cache.window("inboxes").ids() == ["inb_1", "inb_3"]
    assert cache.put("inboxes", [], 0.0, complete=True) == {"inb_1", "inb_3"}


def test_rows_without_an_id_are_passed_over_and_of_two_the_last_counts(cache: Cache) -> None:
    assert cache.put(
        "inboxes", [{"email": "x"}, {"id": 7}, {"id": ""}, inbox(1), inbox(1, sent_today=1)], 0.0
    ) == {"inb_1"}
    assert cache.get("inboxes", "inb_1") == inbox(1, sent_today=1)


def test_an_unknown_kind_of_row_is_kept_as_it_came(cache: Cache) -> None:
    row: Json = {"id": "inb_9", "email": None, "warmup": "later", "new": {"deep": [1, None, "ü"]}}
    cache.put("inboxes", [row], 0.0)
    assert cache.get("inboxes", "inb_9") == row


def test_removing(cache: Cache) -> None:
    cache.put("inboxes", [inbox(number) for number in range(1200)], 0.0)
    assert cache.remove("inboxes", [f"inb_{number}" for number in range(1, 1300)]) == {
        f"inb_{number}" for number in range(1, 1200)
    }
    assert cache.window("inboxes").ids() == ["inb_0"]


def test_a_list_row_does_not_erase_the_steps_of_the_same_version(cache: Cache) -> None:
    whole: Json = {"id": "cmp_1", "name": "A", "updated_at": "2026-01-01T00:00:00Z", "steps": [{"id": "s1"}]}
    listed: Json = {"id": "cmp_1", "name": "A", "updated_at": "2026-01-01T00:00:00Z", "step_count": 1}
    cache.put("campaigns", [whole], 0.0)
    cache.put("campaigns", [listed], 0.0)
    assert cache.get("campaigns", "cmp_1") == {**whole, **listed}
    assert cache.put("campaigns", [whole], 0.0) == set()
    assert cache.put("campaigns", [listed], 0.0) == set()


def test_steps_of_an_older_version_go(cache: Cache) -> None:
    whole: Json = {"id": "cmp_1", "name": "A", "updated_at": "2026-01-01T00:00:00Z", "steps": [{"id": "s1"}]}
    cache.put("campaigns", [whole], 0.0)
    newer: Json = {"id": "cmp_1", "name": "A", "updated_at": "2026-01-02T00:00:00Z", "step_count": 2}
    assert cache.put("campaigns", [newer], 0.0) == {"cmp_1"}
    assert cache.get("campaigns", "cmp_1") == newer


def test_counting(cache: Cache) -> None:
    assert cache.count("inboxes") == 0
    cache.put("inboxes", [inbox(1), inbox(2, status="disconnected"), inbox(3, status=None)], 0.0)
    assert cache.count("inboxes") == 3
    assert cache.count("inboxes", parse_filter("status:disconnected")) == 1
    assert cache.count("inboxes", parse_filter("-status:disconnected")) == 2
    assert cache.count("inboxes", parse_filter("status:none")) == 1


def test_documents(cache: Cache) -> None:
    assert cache.kept("workspace") is None
    cache.keep("workspace", "", {"name": "Acme"}, 12.5)
    cache.keep("reports", "daily:30", {"rows": []}, 13.0)
    assert cache.kept("workspace") == ({"name": "Acme"}, 12.5)
    assert cache.kept("reports", "daily:7") is None


def test_everything_is_there_after_a_restart(path: Path) -> None:
    first = Cache.open(path)
    first.put("inboxes", [inbox(1)], 5.0)
    first.keep("workspace", "", {"name": "Acme"}, 6.0)
    first.close()
    second = Cache.open(path)
    assert second.problem is None
    assert second.window("inboxes").rows(0, 9) == [inbox(1)]
    assert second.kept("workspace") == ({"name": "Acme"}, 6.0)
    assert second.fetched_at("inboxes") == 5.0
    second.close()


def test_clearing_forgets_everything(cache: Cache) -> None:
    cache.put("inboxes", [inbox(1)], 5.0)
    cache.keep("workspace", "", {"name": "Acme"}, 6.0)
    cache.clear()
    assert cache.count("inboxes") == 0
    assert cache.fetched_at("inboxes") is None
    assert cache.kept("workspace") is None


def test_files_and_folder_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cache = Cache.open(tmp_path / "home" / "cache" / "c.sqlite3")
        cache.put("inboxes", [inbox(1)], 0.0)
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in cache.path.parent.iterdir()}
    cache.close()
    assert modes == {"c.sqlite3": 0o600, "c.sqlite3-wal": 0o600, "c.sqlite3-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "home" / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def fill(path: Path) -> None:
    cache = Cache.open(path)
    cache.put("inboxes", [inbox(number) for number in range(500)], 0.0)
    cache.close()


def problem_code(cache: Cache) -> str:
    return cache.problem.code if cache.problem else ""


def spoil_rows(path: Path) -> None:
    """Overwrite the pages of the inboxes' table and indexes; the schema stays readable."""
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE tbl_name LIKE 'inboxes%'"
        ).fetchall()
    content = bytearray(path.read_bytes())
    for (root,) in roots:
        content[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_moved_aside_and_said(path: Path, damage: bytes) -> None:
    fill(path)
    path.write_bytes(damage)
    cache = Cache.open(path)
    assert cache.problem is not None
    assert cache.problem.code == "cache_damaged"
    assert cache.window("inboxes").total == 0
    assert cache.put("inboxes", [inbox(1)], 0.0) == {"inb_1"}
    cache.close()
    [aside] = path.parent.glob("*.damaged-*")
    assert aside.read_bytes() == damage
    assert Cache.open(path).problem is None


def test_damage_found_while_open_is_repaired(path: Path) -> None:
    fill(path)
    spoil_rows(path)
    cache = Cache.open(path)
    assert problem_code(cache) == ""
    assert cache.put("inboxes", [inbox(1)], 0.0) == {"inb_1"}
    assert problem_code(cache) == "cache_damaged"
    assert cache.window("inboxes").ids() == ["inb_1"]
    cache.close()


def test_a_window_over_a_damaged_file_is_empty_and_works_on(path: Path) -> None:
    fill(path)
    spoil_rows(path)
    cache = Cache.open(path)
    window = cache.window("inboxes")
    assert problem_code(cache) == ""
    assert window.total == 0
    assert problem_code(cache) == "cache_damaged"
    cache.put("inboxes", [inbox(1)], 0.0)
    window.refresh()
    assert window.ids() == ["inb_1"]
    cache.close()


def test_a_cache_of_another_version_starts_empty(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path)
    with monkeypatch.context() as patched:
        patched.setattr(cache_module, "cache_layout", lambda: replace(cache_layout(), version=4711))
        cache = Cache.open(path)
        assert (cache.count("inboxes"), cache.problem) == (0, None)
        cache.close()


def test_a_file_in_the_way_leaves_a_cache_for_the_run(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = Cache.open(tmp_path / "cache" / "c.sqlite3")
    assert cache.problem is not None
    assert cache.problem.code == "cache_unwritable"
    assert cache.put("inboxes", [inbox(1)], 0.0) == {"inb_1"}
    cache.close()


def test_a_long_log_is_shortened_although_windows_look_at_an_older_moment(
    cache: Cache, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_LOG", 200_000)
    window = cache.window("inboxes")
    assert window.total == 0
    log = path.with_name(path.name + "-wal")
    sizes = []
    for round_ in range(20):
        cache.put("inboxes", [inbox(number, sent_today=round_) for number in range(300)], 0.0)
        sizes.append(log.stat().st_size)
    assert max(sizes) < 600_000
    assert window.total == 300


def test_a_moment_another_process_keeps_holds_up_no_writer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_LOG", 200_000)
    monkeypatch.setattr(connections, "_SHORTENING", 0.0)
    # Whoever waited for the reader would wait for good.
    monkeypatch.setattr(connections, "BUSY_SECONDS", 3_600.0)
    writer, reader = Cache.open(path), Cache.open(path)
    writer.put("inboxes", [inbox(1)], 0.0)
    window = reader.window("inboxes")
    assert window.total == 1
    log = path.with_name(path.name + "-wal")
    for round_ in range(10):
        writer.put("inboxes", [inbox(number, sent_today=round_) for number in range(300)], 0.0)
    assert log.stat().st_size > 600_000
    assert window.total == 1
    reader.relax()
    writer.put("inboxes", [inbox(1)], 0.0)
    assert log.stat().st_size < 600_000
    assert window.total == 300
    writer.close()
    reader.close()


def test_two_processes_share_a_cache(path: Path) -> None:
    one, other = Cache.open(path), Cache.open(path)
    one.put("inboxes", [inbox(1)], 0.0)
    other.put("inboxes", [inbox(2)], 0.0)
    assert one.count("inboxes") == other.count("inboxes") == 2
    one.close()
    other.close()


def test_closing_while_another_thread_reads_ends_the_reading_and_nothing_else(path: Path) -> None:
    # In a process of its own: what must not happen is a crash of the interpreter.
    program = """
import sqlite3, sys, threading
from pathlib import Path
from imail_tui.store.cache import Cache

sys.setswitchinterval(1e-6)
for _ in range(40):
    cache = Cache.open(Path(sys.argv[1]))
    cache.keep("feed", "", {"after": "x" * 5_000}, 0.0)
    ended, reading = [], threading.Event()

    def read():
        try:
            while True:
                cache.kept("feed")
                reading.set()
        except sqlite3.Error as error:
            ended.append(type(error).__name__)

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait()
    cache.close()
    reader.join()
    assert ended == ["ProgrammingError"], ended
"""
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
