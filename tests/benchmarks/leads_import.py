"""Importing a file of leads, beside reading it with what Python has.

    uv run --with polars python -m tests.benchmarks.leads_import
    uv run python -m tests.benchmarks.leads_import --rows 10000000 --piped

Times `imail-tui leads import` to a server that only reads what it is sent, and a part of the rows to the
sandbox. The peers read the same file in the same run and do far less: no cleaning, no judging, no journal,
nothing is sent. Memory is that of all processes of a side together, where it was highest. `--piped` makes the
rows while they are read, and leaves the peers out.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from imail_tui.services.sandbox_process import running_sandbox
from tests.benchmarks.import_peers import SCRIPTS
from tests.journeys.workspace import WORLD

HEADER: Final = (
    "First Name,Last Name,Title,Company Name,Email,Email Status,Seniority,Departments,Work Direct Phone,"
    "# Employees,Industry,Keywords,Person Linkedin Url,Website,City,State,Country\n"
)
SANDBOX_ROWS: Final = 200_000
DONE: Final = b'{"created":5000,"updated":0,"skipped":0,"failed":0}'
NONE: Final = b'{"error":{"code":"not_found","message":"There is no such path."},"request_id":"req_1"}'
KEY: Final = "imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA"
_LOOK: Final = 0.1


def line(number: int) -> str:
    company = number % 97_713
    return (
        f"Ada{number},Lovelace,Head of Things,Acme {company},ada{number}@acme{company}.example,Verified,Head,"
        f'Sales,\'+44 20 {number},{number % 500},software,"saas, b2b",http://linkedin.com/in/ada-{number},'
        f"https://acme{company}.example,London,,United Kingdom\n"
    )


def write_rows(stream: IO[str], rows: int) -> None:
    """Write so many rows, and close."""
    with stream:
        stream.write(HEADER)
        for start in range(0, rows, 10_000):
            stream.write("".join(map(line, range(start, min(rows, start + 10_000)))))


def write_file(path: Path, rows: int) -> None:
    """Write a file of so many rows."""
    with path.open("w", encoding="utf-8") as stream:
        write_rows(stream, rows)


@dataclass(frozen=True)
class Run:
    """How one side did: seconds, and MiB of all its processes together."""

    seconds: float
    mib: float
    told: str = ""


def timed(command: list[str], environment: dict[str, str], rows: int | None = None) -> Run:
    """Run a program and watch its memory; with `rows`, write them into its standard input."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE if rows else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(child, peak))
    watcher.start()
    if rows:
        assert child.stdin is not None
        write_rows(child.stdin, rows)
    assert child.stdout is not None
    told = child.stdout.read()
    code = child.wait()
    seconds = time.perf_counter() - started
    watcher.join()
    if code:
        raise SystemExit(f"{command} ended with {code}: {told}")
    return Run(seconds, peak[0], told)


def _watch(child: "subprocess.Popen[str]", peak: list[float]) -> None:
    # Looking costs a part of a core.
    while child.poll() is None:
        peak[0] = max(peak[0], sum(map(_mib, _family(child.pid))))
        time.sleep(_LOOK)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for each in (task / "children").read_text().split():
                yield from _family(int(each))


def _mib(pid: int) -> float:
    """Memory of its own plus its part of what is shared."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(each.split()[1]) / 1024 for each in lines if each.startswith("Pss:")), 0.0)


@contextlib.contextmanager
def reading_server() -> Iterator[str]:
    """A server that reads bodies and answers that all is well; it shares the cores, and does no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


def _accept(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    room = memoryview(bytearray(1_048_576))
    with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
        while request := stream.readline():
            left = 0
            while (line := stream.readline().lower()) not in (b"\r\n", b""):
                left = int(line[15:]) if line.startswith(b"content-length:") else left
            while left:
                left -= stream.readinto(room[: min(left, len(room))])
            bulk = b"/leads/bulk" in request
            body, status = (DONE, b"200 OK") if bulk else (NONE, b"404 Not Found")
            about = b"Content-Type: application/json\r\nX-RateLimit-Limit: 100000\r\n"
            about += b"X-RateLimit-Remaining: 90000\r\nX-RateLimit-Reset: 1\r\n"
            connection.sendall(
                b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, about, len(body), body)
            )


def imported(url: str, key: str, home: str, file: str, rows: int | None = None) -> Run:
    """Our side."""
    environment = {"IMAIL_TUI_HOME": home, "IMAIL_BASE_URL": url, "IMAIL_API_KEY": key}
    return timed([sys.executable, "-m", "imail_tui", "leads", "import", file, "--json"], environment, rows)


def show(name: str, run: Run, rows: int, beside: Run | None) -> None:
    """One line."""
    ratio = f"{beside.seconds / run.seconds:6.2f} x" if beside is not None else "        "
    rate = rows / run.seconds
    print(f"{name:<34} {run.seconds:8.2f} s {rate:12,.0f} rows/s {run.mib:8.0f} MiB {ratio}", flush=True)


def main() -> None:
    """Print all sides; the ratios are to the loop of csv and orjson."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--piped", action="store_true")
    given = parser.parse_args()
    rows: int = given.rows
    with tempfile.TemporaryDirectory() as folder, reading_server() as url:
        if given.piped:
            show("leads import, piped", imported(url, KEY, folder, "-", rows), rows, None)
            return
        file = str(Path(folder, "people.csv"))
        write_file(Path(file), rows)
        print(
            f"{rows:,} rows, {Path(file).stat().st_size / 1e6:,.0f} MB; ratio to csv + orjson: more is faster"
        )
        loop = timed([sys.executable, "-c", SCRIPTS["csv + orjson"], file], {})
        show("csv + orjson", loop, rows, loop)
        for name in ("csv + pydantic", "polars"):
            if name == "polars" and subprocess.call([sys.executable, "-c", "import polars"], stderr=-3):
                print("polars is not there: run with `uv run --with polars`")
                continue
            show(name, timed([sys.executable, "-c", SCRIPTS[name], file], {}), rows, loop)
        run = imported(url, KEY, str(Path(folder, "home")), file)
        show("leads import, to a reading server", run, rows, loop)
        told = json.loads(run.told)
        print(f"  {told['created']:,} rows told in {told['requests']} requests of at most 5,000")
        part = str(Path(folder, "part.csv"))
        write_file(Path(part), SANDBOX_ROWS)
        with running_sandbox(WORLD) as sandbox:
            key = sandbox.test_key.reveal()
            run = imported(sandbox.url, key, str(Path(folder, "other")), part)
        show("leads import, to the sandbox", run, SANDBOX_ROWS, None)


if __name__ == "__main__":
    main()
