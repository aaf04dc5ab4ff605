"""The log's files: several writers, a bounded size, and everything that can happen to a file."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from imail_tui.model.record import Json
from imail_tui.store import request_log
from imail_tui.store.request_log import RequestLogFile, RequestLogReader
from tests.patience import PATIENCE

WRITER = """
import sys
from pathlib import Path
from imail_tui.store.request_log import RequestLogFile
log = RequestLogFile(Path(sys.argv[1]), int(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    log.append([{"writer": sys.argv[3], "number": number, "filler": "x" * 60}])
print("done", flush=True)
sys.stdin.readline()
"""


def line(number: int) -> Json:
    return {"number": number, "path": "/inboxes"}


def numbers(lines: list[Json]) -> list[object]:
    return [each["number"] for each in lines]


def writer(path: Path, most: int, name: str, lines: int) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(most), name, str(lines)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def say(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.fixture
def log(tmp_path: Path) -> RequestLogFile:
    return RequestLogFile(tmp_path / "state" / "requests.jsonl")


def test_lines_come_back_in_order_and_only_once(log: RequestLogFile) -> None:
    reader = RequestLogReader(log)
    assert reader.read_more() == []
    log.append([line(1), line(2)])
    assert reader.read_more() == [line(1), line(2)]
    log.append([line(3)])
    assert reader.read_more() == [line(3)]
    assert reader.read_more() == []


def test_nobody_else_can_read_it_also_if_it_was_open_before(log: RequestLogFile) -> None:
    log.append([line(1)])
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert log.path.parent.stat().st_mode & 0o777 == 0o700
    log.path.chmod(0o644)
    log.append([line(2)])
    assert log.path.stat().st_mode & 0o777 == 0o600


def test_the_file_can_be_printed(log: RequestLogFile) -> None:
    log.append([{"request_id": "a\x1b]52;c;b3duZWQ=\x07\u202e\ud800"}])
    assert all(0x20 <= byte < 0x7F for byte in log.path.read_bytes().rstrip(b"\n"))


def test_the_size_is_bounded_and_a_reader_that_follows_misses_nothing(tmp_path: Path) -> None:
    log = RequestLogFile(tmp_path / "requests.jsonl", most_bytes=4_000)
    reader = RequestLogReader(log)
    seen: list[object] = []
    for number in range(500):
        log.append([line(number)])
        if number % 30 == 0:
            seen += numbers(reader.read_more())
    seen += numbers(reader.read_more())
    assert seen == list(range(500))
    assert log.size() <= 4_000
    kept = numbers(RequestLogReader(log).read_more())
    assert kept == list(range(500 - len(kept), 500)), "the newest are kept"
    assert len(kept) > 50


def test_a_batch_larger_than_the_file_is_kept_whole(tmp_path: Path) -> None:
    log = RequestLogFile(tmp_path / "requests.jsonl", most_bytes=100)
    log.append([line(number) for number in range(20)])
    assert len(RequestLogReader(log).read_more()) == 20


def test_half_a_line_of_a_killed_process_takes_no_other_with_it(log: RequestLogFile) -> None:
    log.append([line(1)])
    with log.path.open("ab") as stream:
        stream.write(b'{"number":2,"pa')
    reader = RequestLogReader(log)
    assert numbers(reader.read_more()) == [1]
    log.append([line(3)])
    assert numbers(reader.read_more()) == [3]


def test_lines_that_are_no_objects_are_passed_over(log: RequestLogFile) -> None:
    log.append([line(1)])
    with log.path.open("ab") as stream:
        stream.write(b'[1]\n"text"\n\xff\xfe\n\n')
    log.append([line(2)])
    assert numbers(RequestLogReader(log).read_more()) == [1, 2]


def test_a_deleted_file_is_made_again_and_read_from_its_start(log: RequestLogFile) -> None:
    reader = RequestLogReader(log)
    log.append([line(1), line(2)])
    reader.read_more()
    log.path.unlink()
    assert reader.read_more() == []
    log.append([line(3)])
    assert numbers(reader.read_more()) == [3]


@pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
def test_what_is_no_file_of_ours_is_not_written(log: RequestLogFile, tmp_path: Path, kind: str) -> None:
    log.path.parent.mkdir()
    if kind == "link":
        (tmp_path / "target").write_bytes(b"")
        log.path.symlink_to(tmp_path / "target")
    elif kind == "pipe":
        os.mkfifo(log.path)
    else:
        log.path.mkdir()
    with pytest.raises(OSError, match=r".+"):
        log.append([line(1)])
    if kind == "link":
        assert (tmp_path / "target").read_bytes() == b""


def test_a_lock_that_is_never_given_back_stops_nobody(
    log: RequestLogFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "LOCK_SECONDS", 0.02)
    log.append([line(1)])
    with log.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        log.append([line(2)])
    assert numbers(RequestLogReader(log).read_more()) == [1, 2]


def test_a_full_disk_leaves_the_file_as_it_was(log: RequestLogFile) -> None:
    log.append([line(1)])
    before = log.path.read_bytes()
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from imail_tui.store.request_log import RequestLogFile\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 40},) * 2)\n"
        "try:\n"
        "    RequestLogFile(Path(sys.argv[1])).append([{'number': n, 'filler': 'x' * 9} for n in range(9)])\n"
        "except OSError:\n"
        "    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(log.path)], check=False, timeout=PATIENCE)
    assert done.returncode == 7
    assert log.path.read_bytes() == before


def test_processes_that_write_at_once_tear_no_line_and_keep_the_bound(tmp_path: Path) -> None:
    path, most, each = tmp_path / "requests.jsonl", 200_000, 300
    names = ("a", "b", "c")
    processes = [writer(path, most, name, each) for name in names]
    for process in processes:
        say(process)
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        process.communicate("go\n", timeout=PATIENCE)
    log = RequestLogFile(path, most)
    assert log.size() <= most
    lines = RequestLogReader(log).read_more()
    assert len(lines) == sum(data.count(b"\n") for data in _contents(log)), "every line is an object"
    for name in names:
        own = [each["number"] for each in lines if each["writer"] == name]
        assert own == list(range(each))


def test_a_process_killed_while_it_writes_costs_half_a_line_at_most(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    process = writer(path, 50_000, "a", 1_000_000)
    say(process)
    log = RequestLogFile(path, 50_000)
    while not log.older.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    log.append([{"writer": "b", "number": -1}])
    lines = RequestLogReader(log).read_more()
    assert lines[-1] == {"writer": "b", "number": -1}
    own = [each["number"] for each in lines[:-1]]
    first = own[0]
    assert isinstance(first, int)
    assert own == list(range(first, first + len(own)))


def _contents(log: RequestLogFile) -> list[bytes]:
    found = [path.read_bytes() for path in (log.older, log.path) if path.exists()]
    for data in found:
        for raw in data.splitlines():
            json.loads(raw)
    return found
