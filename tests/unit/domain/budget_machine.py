"""A server's bucket and the processes that share one belief about it, in any order of events.

Requests are charged late, out of order or never; answers come late or get lost, headers too; processes die;
other machines spend. The client must never believe in a token that the server, as far as it depends on us,
does not have.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from imail_tui.domain import budget, turns
from imail_tui.domain.budget import FORGOTTEN_AFTER, LOST_FOR, Priority, State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import Ask, Grant, Wait

_ROUNDING = 1e-6
_QUIET = 2 * FORGOTTEN_AFTER

picks = st.integers(0, 7)
Ended = Callable[[State, int, float], State]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Transitions:
    """The transitions under test: the real ones, or those of a changed source."""

    take: Callable[[State, Sequence[Ask], float, str], tuple[State, Grant | Wait]] = turns.take
    observe: Callable[[State, int, RateHeaders, float], State] = budget.observe
    throttle: Callable[[State, int, float, float], State] = budget.throttle
    finish: Ended = budget.finish
    lose: Ended = budget.lose
    refund: Ended = budget.refund
    bury: Callable[[State, str, float], State] = budget.bury
    configure: Callable[[State, float, float, float], State] = budget.configure
    level_at: Callable[[State, float], float | None] = budget.level_at


@dataclass
class Flight:
    """One request between a process and the server.

    `remaining` once it was charged, `wait` once it was refused; `gone_at` since when nobody waits for it.
    """

    number: int
    owner: str
    at: float
    probe: bool
    remaining: int | None = None
    wait: float | None = None
    gone_at: float | None = None

    @property
    def arrived(self) -> bool:
        """Whether the server has dealt with it."""
        return self.remaining is not None or self.wait is not None


class BudgetMachine(RuleBasedStateMachine):
    """`server` is what the server has, `ours` what it would have if no other machine spent."""

    apply: ClassVar[Transitions] = Transitions()

    def __init__(self) -> None:
        super().__init__()
        self.now = self.closed_until = 0.0
        self.alone = True
        self.burst = self.rate = self.server = self.ours = 1.0
        self.state = State()
        self.flights: list[Flight] = []
        self.processes = ["process 0", "process 1", "process 2"]
        self.begun = len(self.processes)
        self.dead: dict[str, set[int]] = {}

    @initialize(
        burst=st.integers(2, 60),
        rate=st.floats(0.1, 5),
        fill=st.sampled_from([0.25, 0.5, 1.0]),
        known=st.sampled_from(["all", "less", "plan", "nothing"]),
        share=st.sampled_from([1.0, 0.25]),
        alone=st.booleans(),
    )
    def start(self, burst: int, rate: float, fill: float, known: str, share: float, alone: bool) -> None:
        self.burst, self.rate, self.alone = float(burst), rate, alone
        self.server = self.ours = fill * burst
        modest = 1.0 if known in ("all", "plan") else 0.6
        assumed = float(math.ceil(burst * modest))
        level = min(self.server * modest, assumed * share) if known in ("all", "less") else None
        self.state = State(
            rate=rate * modest, burst=assumed, level=level, full=level or 0.0, guess=0.0, share=share
        )

    def waited_for(self) -> list[Flight]:
        """Requests whose process still waits."""
        return [flight for flight in self.flights if flight.gone_at is None]

    @rule(seconds=st.floats(0, 2) | st.floats(0, 30))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.server = min(self.burst, self.server + self.rate * seconds)
        self.ours = min(self.burst, self.ours + self.rate * seconds)
        # What was given up longer ago than the client allows for never arrives.
        self.flights = [f for f in self.flights if f.gone_at is None or self.now < f.gone_at + LOST_FOR]
        for flight in self.waited_for():
            # No attempt lasts as long as the client remembers it.
            if self.now > flight.at + FORGOTTEN_AFTER / 2:
                self.give_up(flight)

    @precondition(lambda self: len(self.waited_for()) < len(self.flights))
    @rule(seconds=st.floats(LOST_FOR - 5, LOST_FOR + 5))
    def a_minute_passes(self, seconds: float) -> None:
        self.time_passes(seconds)

    @rule(
        number=st.integers(0, 2),
        priority=st.sampled_from(
            [Priority.INTERACTIVE, Priority.INTERACTIVE, Priority.JOB, Priority.BACKGROUND]
        ),
        waited=st.sampled_from([0.0, 15.0, 30.0]),
        times=st.integers(1, 3),
    )
    def ask(self, number: int, priority: Priority, waited: float, times: int) -> None:
        owner, asks = self.processes[number], [Ask(priority, self.now - waited)]
        for _ in range(times):
            unknown, probing = self.state.level is None, bool(self.waited_for())
            self.state, result = self.apply.take(self.state, asks, self.now, owner)
            if isinstance(result, Grant):
                assert self.now >= self.closed_until, "sent during a cool-down"
                assert not (unknown and probing), "two probes at once"
                self.flights.append(Flight(result.number, owner, self.now, unknown))

    @precondition(lambda self: any(not f.arrived for f in self.flights))
    @rule(pick=picks, wait=st.floats(0, 20))
    def arrives(self, pick: int, wait: float) -> None:
        flight = _one(pick, [f for f in self.flights if not f.arrived])
        if self.server < 1:
            assert flight.probe or not self.alone, "429 although nobody else spends"
            flight.wait = wait
        else:
            self.server -= 1
            self.ours -= 1
            flight.remaining = math.floor(self.server)
        if flight.gone_at is not None:
            self.flights.remove(flight)

    @precondition(lambda self: any(f.arrived for f in self.flights))
    @rule(pick=picks, headers=st.sampled_from(["none", "remaining", "both"]))
    def is_answered(self, pick: int, headers: str) -> None:
        flight = _one(pick, [f for f in self.flights if f.arrived])
        self.flights.remove(flight)
        if flight.wait is not None:
            self.state = self.apply.throttle(self.state, flight.number, flight.wait, self.now)
            self.closed_until = max(self.closed_until, self.now + flight.wait)
        else:
            told = RateHeaders(
                remaining=None if headers == "none" else flight.remaining,
                limit=int(self.burst) if headers == "both" else None,
            )
            self.state = self.apply.observe(self.state, flight.number, told, self.now)
        self.state = self.apply.finish(self.state, flight.number, self.now)

    @precondition(lambda self: self.waited_for())
    @rule(pick=picks)
    def is_given_up(self, pick: int) -> None:
        self.give_up(_one(pick, self.waited_for()))

    def give_up(self, flight: Flight) -> None:
        """The process waits no more."""
        self.state = self.apply.lose(self.state, flight.number, self.now)
        self.let_go(flight)

    def let_go(self, flight: Flight) -> None:
        """Nobody hears the answer; what has not arrived may do so for a while."""
        flight.gone_at = self.now
        if flight.arrived:
            self.flights.remove(flight)

    @precondition(lambda self: any(not f.arrived for f in self.waited_for()))
    @rule(pick=picks, twice=st.booleans())
    def never_left(self, pick: int, twice: bool) -> None:
        flight = _one(pick, [f for f in self.waited_for() if not f.arrived])
        self.flights.remove(flight)
        for _ in range(1 + twice):
            self.state = self.apply.refund(self.state, flight.number, self.now)

    @rule(number=st.integers(0, 2))
    def a_process_dies(self, number: int) -> None:
        owner, self.processes[number] = self.processes[number], f"process {self.begun}"
        self.begun += 1
        orphans = [flight for flight in self.waited_for() if flight.owner == owner]
        self.dead[owner] = {flight.number for flight in orphans}
        for flight in orphans:
            self.let_go(flight)

    @precondition(lambda self: self.dead)
    @rule(pick=picks)
    def a_death_is_noticed(self, pick: int) -> None:
        owner = _one(pick, sorted(self.dead))
        del self.dead[owner]
        self.state = self.apply.bury(self.state, owner, self.now)

    @precondition(lambda self: not self.alone)
    @rule(part=st.floats(0, 1))
    def another_machine_spends(self, part: float) -> None:
        self.server -= math.floor(self.server * part)

    @rule()
    def the_plan_is_told(self) -> None:
        self.state = self.apply.configure(self.state, self.rate, self.burst, self.now)

    def teardown(self) -> None:
        """Whatever happened, once all is over and the bucket has had time to fill a person may send."""
        for flight in self.waited_for():
            self.give_up(flight)
        for owner in self.dead:
            self.state = self.apply.bury(self.state, owner, self.now)
        self.time_passes(_QUIET)
        _, result = self.apply.take(self.state, [Ask(Priority.INTERACTIVE, self.now)], self.now, "")
        assert isinstance(result, Grant)

    @invariant()
    def the_client_never_believes_more(self) -> None:
        level = self.apply.level_at(self.state, self.now)
        uncharged = sum(1 for f in self.flights if not f.arrived)
        assert level is None or level <= self.ours - uncharged + _ROUNDING

    @invariant()
    def a_cool_down_lasts_as_long_as_was_said(self) -> None:
        assert self.state.closed_until >= self.closed_until

    @invariant()
    def the_books_hold_what_is_under_way(self) -> None:
        booked = {one.number for one in self.state.sent if one.done is None}
        live = {flight.number for flight in self.waited_for()}
        assert live <= booked <= live.union(*self.dead.values())


def _one(pick: int, choices: Sequence[_T]) -> _T:
    return choices[pick % len(choices)]
