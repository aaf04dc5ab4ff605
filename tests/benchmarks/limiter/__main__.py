"""Runs the cases and prints one table: `python -m tests.benchmarks.limiter [--quick] [case ...]`.

A real sandbox process, real client processes, ten-fold time. Each case takes about twenty seconds. Efficiency
and 429s are the server's own; it asserts nothing.
"""

import argparse

from tests.benchmarks.limiter import cases
from tests.benchmarks.limiter.cases import Case
from tests.benchmarks.limiter.running import Measured, run

HEAD = (
    f"{'case':<14}{'processes':>10}{'served':>8}{'efficiency':>12}{'to best peer':>14}{'429s':>6}{'share':>8}"
    f"{'fairness':>10}{'failed':>8}  aim"
)


def chosen() -> list[Case]:
    """The cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only " + ", ".join(cases.QUICK))
    parser.add_argument("case", nargs="*", help="one of " + ", ".join(case.name for case in cases.ALL))
    arguments = parser.parse_args()
    names = set(arguments.case or (cases.QUICK if arguments.quick else ()))
    unknown = names - {case.name for case in cases.ALL}
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    return [case for case in cases.ALL if not names or case.name in names]


def row(case: Case, got: Measured, best: float | None) -> str:
    """One line of the table; `best` = the best peer with as many processes, where one ran."""
    ratio = "" if best is None else f"{got.efficiency / best:.3f}"
    fairness = "" if got.fairness is None else f"{got.fairness:.3f}"
    return (
        f"{case.name:<14}{len(case.calls):>10}{got.accepted:>8}{got.efficiency:>12.3f}{ratio:>14}"
        f"{got.refused:>6}{got.refused_share:>8.2%}{fairness:>10}{len(got.failures):>8}  {case.aim}"
    )


def main() -> None:
    """Run and print."""
    peers: dict[int, float] = {}
    print(HEAD, flush=True)
    for case in chosen():
        got = run(case)
        processes = len(case.calls)
        if case.client != "ours":
            peers[processes] = max(got.efficiency, peers.get(processes, 0.0))
        print(row(case, got, peers.get(processes)), flush=True)
        for failure in sorted(set(got.failures)):
            print(f"  {got.failures.count(failure)} x {failure}")


if __name__ == "__main__":
    main()
