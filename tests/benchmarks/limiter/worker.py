"""One client process: `python -m tests.benchmarks.limiter.worker`.

Reads an `Order` from standard input, says it is ready, waits for another line, works, reports. Nothing, the
key least of all, is in its arguments.
"""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from tests.benchmarks.limiter.clients import CLIENTS


@dataclass(frozen=True, slots=True)
class Order:
    """Which client makes how many calls; each caller at once asks for a lead of its own."""

    client: str
    base_url: str
    api_key: str
    home: Path
    calls: int
    leads: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    """Calls that were served, and what the others ended with."""

    served: int
    failures: list[str]


ORDER, REPORT = TypeAdapter(Order), TypeAdapter(Report)


async def work(order: Order) -> Report:
    """Get ready, and make the calls when told to."""
    left = iter(range(order.calls))
    failures: list[str] = []
    async with CLIENTS[order.client](order.base_url, order.api_key, order.home) as fetch:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

        async def caller(lead: str) -> None:
            for _ in left:
                try:
                    await fetch(lead)
                except Exception as error:
                    failures.append(f"{type(error).__name__}: {error}")

        await asyncio.gather(*(caller(lead) for lead in order.leads))
    return Report(order.calls - len(failures), failures)


def main() -> None:
    """Be one process of a case."""
    report = asyncio.run(work(ORDER.validate_json(sys.stdin.readline())))
    print(REPORT.dump_json(report).decode(), flush=True)


if __name__ == "__main__":
    main()
