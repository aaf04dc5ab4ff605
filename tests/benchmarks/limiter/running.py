"""Runs one case: a fresh server, the processes, and what the server saw of them."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen

from imail_tui.store.paths import HOME_VARIABLE, Paths
from tests.benchmarks.limiter import BEST_SECONDS, BURST, RATE, WORKERS
from tests.benchmarks.limiter.cases import Case, Midway
from tests.benchmarks.limiter.server import Hit, Ready, recording_server
from tests.benchmarks.limiter.worker import ORDER, REPORT, Order, Report

LONGEST_RUN = 240.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a case came to, on the server's clock.

    `efficiency`: the least time in which the accepted requests fit, by the time they took. `fairness`: Jain's
    index of what each process got until the first was done, 1 = all the same, None where it means nothing.
    `failures` = what calls that were given up ended with.
    """

    efficiency: float
    accepted: int
    refused: int
    fairness: float | None
    failures: tuple[str, ...]
    hits: tuple[Hit, ...]

    @property
    def refused_share(self) -> float:
        """The part of all requests that was answered with 429."""
        return self.refused / (self.refused + self.accepted)


def run(case: Case) -> Measured:
    """Run a case to its end; about twenty seconds."""
    with tempfile.TemporaryDirectory() as folder, recording_server() as server:
        homes = [Path(folder, str(number if case.apart else 0)) for number in range(len(case.calls))]
        if case.sealed:
            for home in set(homes):
                _seal(_runtime(home))
        with contextlib.ExitStack() as stack:
            children = [stack.enter_context(_worker(order)) for order in _orders(case, server.ready, homes)]
            reports = _race(case, children, homes)
        return measure(case, server.ready, reports, server.finish())


def measure(case: Case, ready: Ready, reports: Sequence[Report], hits: list[Hit]) -> Measured:
    """Judge what the server saw."""
    hits.sort(key=lambda hit: hit.at)
    accepted = [hit for hit in hits if hit.status == 200]
    took = accepted[-1].at - hits[0].at
    return Measured(
        efficiency=(len(accepted) - BURST) / RATE / took,
        accepted=len(accepted),
        refused=sum(hit.status == 429 for hit in hits),
        fairness=_fairness(case, ready, accepted) if case.even else None,
        failures=tuple(failure for report in reports for failure in report.failures),
        hits=tuple(hits),
    )


def _fairness(case: Case, ready: Ready, accepted: Sequence[Hit]) -> float:
    owner = {lead: number // WORKERS for number, lead in enumerate(ready.leads)}
    got = Counter(dict.fromkeys(range(len(case.calls)), 0))
    for hit in accepted:
        got[owner[hit.lead]] += 1
        if got[owner[hit.lead]] == case.calls[owner[hit.lead]]:
            break
    return sum(got.values()) ** 2 / (len(got) * sum(count**2 for count in got.values()))


def _orders(case: Case, ready: Ready, homes: Sequence[Path]) -> list[Order]:
    return [
        Order(
            case.client,
            ready.url,
            ready.api_key,
            home,
            calls,
            ready.leads[number * WORKERS : (number + 1) * WORKERS],
        )
        for number, (calls, home) in enumerate(zip(case.calls, homes, strict=True))
    ]


@contextlib.contextmanager
def _worker(order: Order) -> Iterator["Popen[str]"]:
    """A process that is ready to begin, ended with the block."""
    command = [sys.executable, "-m", "tests.benchmarks.limiter.worker"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as child:
        try:
            _tell(child, ORDER.dump_json(order).decode())
            assert child.stdout is not None
            child.stdout.readline()
            yield child
        finally:
            child.kill()


def _race(case: Case, children: Sequence["Popen[str]"], homes: Sequence[Path]) -> list[Report]:
    begun = time.monotonic()
    for number, child in enumerate(children):
        time.sleep(case.stagger if number else 0)
        _tell(child, "go")
    if case.midway is not Midway.NOTHING:
        time.sleep(max(0.0, begun + BEST_SECONDS / 2 - time.monotonic()))
        if case.midway is Midway.KILL:
            children[-1].kill()
        else:
            shutil.rmtree(_runtime(homes[0]))
    reports = []
    for child in children:
        said, _ = child.communicate(timeout=LONGEST_RUN)
        if said:
            reports.append(REPORT.validate_json(said))
    return reports


def _tell(child: "Popen[str]", line: str) -> None:
    assert child.stdin is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()


def _runtime(home: Path) -> Path:
    return Paths.find({HOME_VARIABLE: str(home)}).runtime


def _seal(runtime: Path) -> None:
    """Put a file where the directory should be: nobody, root included, can use it."""
    runtime.parent.mkdir(parents=True, exist_ok=True)
    runtime.write_bytes(b"")
