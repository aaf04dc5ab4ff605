"""The flow of a campaign day by day.

What is late and what is due as the window opens leaves first, then new leads begin, then what falls due in
the course of the day: a mail is due at the hour its predecessor left, when the morning's room has gone to
those who could leave at once. New leads begin as long as the mails due in the coming days leave room for
theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from imail_tui.domain.forecast.ways import Waiting, Ways

MOST_DAYS = 1_500
"""Days that are looked ahead: four years are as good as never."""
_AHEAD = 4
"""Days whose mails new leads have to leave room for; a long weekend fits in."""
_NOBODY = 0.5
"""Less than half a lead is nobody."""


@dataclass(frozen=True, slots=True)
class FlowDay:
    """One day: mails that leave, new leads among them, what could leave, and leads done by its end."""

    date: date
    mails: float
    new: float
    room: float
    done: float


@dataclass(frozen=True, slots=True)
class Flow:
    """`days` end when nobody is left, or with the last that is looked at."""

    days: tuple[FlowDay, ...]
    leads: float

    def day_of(self, share: float) -> date | None:
        """The day by which a share of the leads is done, None when that is not in sight."""
        return next((day.date for day in self.days if day.done >= share * self.leads - 1e-9), None)

    @property
    def last(self) -> date | None:
        """The day on which nobody is left."""
        over = self.days and self.days[-1].done >= self.leads - _NOBODY
        return self.days[-1].date if over else None


def flow(
    ways: Ways,
    queued: float,
    waiting: Sequence[Waiting],
    room: Callable[[date], float],
    begins: date,
) -> Flow:
    """`queued` leads that have not begun and those of `sample_waiting`, from a day on.

    `room` says how many mails may leave on a date, 0 where the window is shut.
    """
    stages = max(len(ways.following), len(ways.ending)) + 2
    due, early = _Diary(stages), _Diary(stages)
    ends = {0: queued * ways.silent}
    leads = queued + sum(each.leads for each in waiting)
    queued -= ends[0]
    for each in waiting:
        if each.more:
            due.add(each.days, min(each.had, stages - 2) + 1, each.leads)
        else:
            ends[each.days] = ends.get(each.days, 0.0) + each.leads
    late, done = [0.0] * stages, 0.0
    shares: dict[tuple[int, int], list[tuple[int, bool, float, bool]]] = {}
    full = max(room(begins + timedelta(days=number)) for number in range(7))
    found: list[FlowDay] = []
    for number in range(MOST_DAYS):
        today = begins + timedelta(days=number)
        fresh = due.pop(number)
        late = [old + up for old, up in zip(late, early.pop(number), strict=True)]
        able, standing, falling = room(today), sum(late), sum(fresh)
        first = min(able, standing)
        coming = (
            falling + due.between(number + 1, number + _AHEAD) + early.between(number + 1, number + _AHEAD)
        )
        new = max(0.0, min(queued, able - first, full * _AHEAD - coming - standing))
        rest = min(falling, able - first - new)
        queued -= new
        leaving, late = _split(
            late, first / standing if standing else 1.0, fresh, rest / falling if falling else 1.0
        )
        leaving[1] += new
        for stage, count in enumerate(leaving):
            if count <= 0:
                continue
            key = (stage, today.weekday())
            if key not in shares:
                shares[key] = ways.shares(*key)
            for days, opening, part, more in shares[key]:
                if more:
                    (early if opening else due).add(number + max(1, days), stage + 1, count * part)
                else:
                    ends[number + days] = ends.get(number + days, 0.0) + count * part
        done += ends.pop(number, 0.0)
        found.append(FlowDay(today, sum(leaving), new, able, done))
        if done >= leads - _NOBODY:
            break
    return Flow(tuple(found), leads)


class _Diary:
    """Leads by the day on which a mail of theirs is due, and by the number of that mail."""

    def __init__(self, stages: int) -> None:
        self._stages = stages
        self._days: dict[int, list[float]] = {}

    def add(self, day: int, stage: int, leads: float) -> None:
        """So many more."""
        if day not in self._days:
            self._days[day] = [0.0] * self._stages
        self._days[day][stage] += leads

    def pop(self, day: int) -> list[float]:
        """Those of a day, which are not in it any more."""
        return self._days.pop(day, None) or [0.0] * self._stages

    def between(self, first: int, last: int) -> float:
        """All of some days."""
        return sum(sum(self._days.get(day, ())) for day in range(first, last + 1))


def _split(
    late: Sequence[float], share: float, fresh: Sequence[float], rest: float
) -> tuple[list[float], list[float]]:
    """What leaves of the late and the fresh, by their shares, and what is late then."""
    pairs = list(zip(late, fresh, strict=True))
    leaving = [old * share + new * rest for old, new in pairs]
    return leaving, [old * (1 - share) + new * (1 - rest) for old, new in pairs]
