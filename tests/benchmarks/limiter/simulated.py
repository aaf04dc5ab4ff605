"""The limiter in simulated time: `python -m tests.benchmarks.limiter.simulated [seeds]`.

Prints how long a person's requests wait while a job takes all it can get, what each class gets when a person
asks for too much, and how machines that know nothing of each other share one bucket. Asserts nothing.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from imail_tui.api.deadlines import Deadlines
from imail_tui.domain.budget import Priority
from tests.fakes.simulated_server import (
    Line,
    Served,
    SimulatedServer,
    ask,
    ask_at_random,
    for_seconds,
    keep_asking,
    share_out,
    virtual_limiter,
)
from tests.fakes.virtual_time import run_virtually

HOUR = 3600.0
PER_MINUTE, BURST = 100.0, 240.0
WAITERS = 16
CALLS = 540
SEEDS = 3
LONG_LINE = Line(shortest=0.005, longest=0.2)
"""One way; 10 to 400 ms there and back."""


@dataclass
class Hour:
    """What each class got from one limiter in an hour, and the part of all tokens that was spent."""

    served: dict[Priority, Served] = field(default_factory=lambda: {one: Served() for one in Priority})
    used: float = 0.0
    refused: int = 0


def hour(seed: int, interactive: float, jobs: int, background: int) -> Hour:
    """An hour of the smallest tier: `interactive` calls a second by chance, and saturating callers."""

    async def main() -> Hour:
        server = SimulatedServer(rate=PER_MINUTE / 60, burst=BURST, seed=seed)
        limiter = virtual_limiter(seed, PER_MINUTE, BURST)
        got = Hour()

        def call(priority: Priority) -> Callable[[], Awaitable[None]]:
            within = Deadlines().total(priority, "GET")
            return partial(ask, server, limiter, priority, got.served[priority], within)

        await for_seconds(
            HOUR,
            ask_at_random(interactive, seed, call(Priority.INTERACTIVE)),
            keep_asking(jobs, call(Priority.JOB)),
            keep_asking(background, call(Priority.BACKGROUND)),
        )
        got.used = len(server.accepted) / (BURST + server.rate * HOUR)
        got.refused = len(server.refused)
        return got

    return run_virtually(main())


@dataclass(frozen=True, slots=True)
class Crowd:
    """How machines did together."""

    efficiency: float
    refused: int
    refused_share: float


def machines(seed: int, count: int, scale: float = 1.0, line: Line = LONG_LINE, calls: int = CALLS) -> Crowd:
    """`calls` job calls shared out evenly to machines that know nothing of each other.

    `scale` 10 = time ten times as fast: the harder case, more is under way for each token.
    """

    async def main() -> Crowd:
        server = SimulatedServer(rate=PER_MINUTE / 60 * scale, burst=BURST, seed=seed, line=line)
        limiters = [virtual_limiter(seed + one, PER_MINUTE * scale, BURST) for one in range(count)]
        await asyncio.gather(
            *(
                share_out(calls // count, WAITERS, partial(ask, server, limiter, Priority.JOB, Served()))
                for limiter in limiters
            )
        )
        return Crowd(server.efficiency(), len(server.refused), server.refused_share())

    return run_virtually(main())


def main() -> None:
    """Print the tables."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
    print("An hour of 100 requests a minute, 16 job callers all the time  (aim: p99 <= 0.05 s at >= 99 %)")
    print(
        "callers                     class         served  given up    p50    p99    max   budget used   429s"
    )
    for name, interactive, background in (
        ("0.25 key presses a second", 0.25, 0),
        ("0.25 a second, background", 0.25, 4),
        ("3 a second, background", 3.0, 4),
    ):
        for seed in seeds:
            show_hour(name, hour(seed, interactive, WAITERS, background))
    print("\nMachines that share nothing, 540 calls, 10-400 ms  (aim: >= 95 % with <= 0.5 % 429s)")
    print("machines  time  efficiency   429s   share")
    for scale in (1.0, 10.0):
        for count in (1, 2, 3, 4):
            for seed in seeds:
                crowd = machines(seed, count, scale)
                print(
                    f"{count:>8} {scale:>4.0f}x  {crowd.efficiency:>9.1%}  {crowd.refused:>5}  "
                    f"{crowd.refused_share:>6.2%}"
                )


def show_hour(name: str, got: Hour) -> None:
    """One line for each class."""
    for priority, served in got.served.items():
        if served.waits or served.given_up:
            times = "  ".join(f"{served.wait(part):>5.2f}" for part in (0.5, 0.99, 1)) if served.waits else ""
            print(
                f"{name:<27} {priority.name.lower():<12} {len(served.waits):>7}  {served.given_up:>8}  "
                f"{times:>19}  {got.used:>11.2%}  {got.refused:>5}"
            )


if __name__ == "__main__":
    main()
