"""The cases: who calls how often, from how many machines, and what goes wrong midway."""

from dataclasses import dataclass
from enum import StrEnum

from tests.benchmarks.limiter import CALLS


class Midway(StrEnum):
    """What happens when half of the best possible time is over."""

    NOTHING = "nothing"
    KILL = "kill"
    """The last process gets SIGKILL; its share is not made up for."""
    DELETE = "delete"
    """Everything in the runtime directory is deleted."""


@dataclass(frozen=True, slots=True)
class Case:
    """One run. `calls` = of each process; `apart`: each has its own directories, as on a machine of its own.

    `stagger`: seconds between the starts of the processes. `sealed`: the runtime directory cannot be used.
    """

    name: str
    client: str
    calls: tuple[int, ...]
    apart: bool = False
    stagger: float = 0.0
    sealed: bool = False
    midway: Midway = Midway.NOTHING

    @property
    def even(self) -> bool:
        """Whether all processes had the same to do and the same chance, so that fairness means something."""
        same = len(set(self.calls)) == 1 and len(self.calls) > 1
        return same and not self.stagger and self.midway is Midway.NOTHING

    @property
    def aim(self) -> str:
        """What our own limiter shall reach."""
        if self.client != "ours" or self.sealed:
            return ""
        return ">= 0.95, <= 0.5 %" if self.apart else ">= 0.98, 0"


def even(processes: int) -> tuple[int, ...]:
    """All calls in equal parts."""
    return (CALLS // processes,) * processes


UNEVEN = (CALLS * 85 // 100, *(CALLS * 5 // 100,) * 3)

PEERS = (
    *(Case(f"aiolimiter-{count}", "aiolimiter", even(count)) for count in (1, 2, 3, 4)),
    *(Case(f"plain-{count}", "plain", even(count)) for count in (1, 4)),
)
OURS = (
    *(Case(f"ours-{count}", "ours", even(count)) for count in (1, 2, 4)),
    Case("uneven", "ours", UNEVEN),
    Case("killed", "ours", even(4), midway=Midway.KILL),
    Case("deleted", "ours", even(4), midway=Midway.DELETE),
    Case("staggered", "ours", even(4), stagger=3.0),
    *(Case(f"machines-{count}", "ours", even(count), apart=True) for count in (2, 3, 4)),
    *(Case(f"sealed-{count}", "ours", even(count), sealed=True) for count in (1, 2)),
)
ALL = (*PEERS, *OURS)
QUICK = ("aiolimiter-4", "ours-4", "machines-2")
