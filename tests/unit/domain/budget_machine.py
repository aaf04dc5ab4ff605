"""A server's bucket and the processes that share one belief about it, in any order of events.

Requests are charged late, out of order or never; answers come late or get lost, headers too; processes die;
other machines spend. The client must never believe in a token that the server, as far as it depends on us,
does not have.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from imail_tui.domain.budget import FORGOTTEN_AFTER, LOST_FOR, Priority, State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import PROBED_FOR, Ask, Grant
from tests.unit.domain.budget_mistakes import Transitions

_ROUNDING = 1e-6
_QUIET = 86_400.0
"""Seconds in which any bucket fills, even at the smallest refill that is counted on."""
_TICK = 0.001
"""Seconds: no two things happen at the same moment."""

_T = TypeVar("_T")


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


class Traffic(StrEnum):
    """What happens to requests."""

    ASK = "ask"
    ARRIVE = "arrive"
    ANSWER = "answer"
    GIVE_UP = "give up"
    NEVER_LEAVE = "never leave"


class World(StrEnum):
    """What happens beside them."""

    OTHERS_SPEND = "others spend"
    DEATH = "death"
    DEATH_NOTICED = "death noticed"
    PLAN_TOLD = "plan told"


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
        fill=st.sampled_from([1.0, 0.5, 0.25]),
        known=st.sampled_from(["all", "all", "less", "plan", "nothing"]),
        share=st.sampled_from([1.0, 1.0, 1.0, 0.25]),
        alone=st.booleans(),
    )
    def start(self, burst: int, rate: float, fill: float, known: str, share: float, alone: bool) -> None:
        self.burst, self.rate, self.alone = float(burst), rate, alone
        self.server = self.ours = fill * burst
        modest = 1.0 if known in ("all", "plan") else 0.6
        assumed = float(math.ceil(burst * modest))
        # A share of less than one token is no share to live on.
        share = max(share, 1 / assumed)
        level = min(self.server * modest, assumed * share) if known in ("all", "less") else None
        self.state = State(
            rate=rate * modest, burst=assumed, level=level, full=level or 0.0, guess=0.0, share=share
        )

    # Few rules: hypothesis switches some off by chance, and without traffic there is nothing to see.
    @rule(
        event=st.sampled_from(Traffic),
        chosen=st.integers(0, 7),
        times=st.integers(1, 3),
        priority=st.sampled_from([Priority.INTERACTIVE, *Priority]),
        headers=st.sampled_from(["remaining", "both", "none"]),
    )
    def traffic(self, event: Traffic, chosen: int, times: int, priority: Priority, headers: str) -> None:
        for turn in range(times):
            self.time_passes(_TICK)
            match event:
                case Traffic.ASK:
                    self.ask(self.processes[chosen % 3], priority)
                case Traffic.ARRIVE:
                    for flight in _one(chosen, [f for f in self.flights if not f.arrived]):
                        self.arrive(flight, wait=20.0 - 10 * turn)
                case Traffic.ANSWER:
                    for flight in _one(chosen, [f for f in self.flights if f.arrived]):
                        self.answer(flight, headers)
                case Traffic.GIVE_UP:
                    for flight in _one(chosen, self.waited_for()):
                        self.give_up(flight)
                case Traffic.NEVER_LEAVE:
                    for flight in _one(chosen, [f for f in self.waited_for() if not f.arrived]):
                        self.never_leave(flight)

    @rule(event=st.sampled_from(World), chosen=st.integers(0, 7), part=st.sampled_from([0.3, 1.0]))
    def world(self, event: World, chosen: int, part: float) -> None:
        match event:
            case World.DEATH:
                self.kill(chosen % 3)
            case World.DEATH_NOTICED:
                for owner in _one(chosen, sorted(self.dead)):
                    self.bury(owner)
            case World.OTHERS_SPEND:
                if not self.alone:
                    self.server -= math.floor(self.server * part)
            case World.PLAN_TOLD:
                self.state = self.apply.configure(self.state, self.rate, self.burst, self.now)

    @rule(seconds=st.floats(0, 2) | st.floats(0, 30) | st.floats(LOST_FOR - 1, LOST_FOR + 1))
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

    def waited_for(self) -> list[Flight]:
        """Requests whose process still waits."""
        return [flight for flight in self.flights if flight.gone_at is None]

    def ask(self, owner: str, priority: Priority) -> None:
        """A process asks for a token."""
        unknown = self.state.level is None
        probing = any(self.now - flight.at < PROBED_FOR for flight in self.waited_for())
        self.state, result = self.apply.take(self.state, [Ask(priority, self.now)], self.now, owner)
        if isinstance(result, Grant):
            assert self.now >= self.closed_until, "sent during a cool-down"
            assert not (unknown and probing), "two probes at once"
            self.flights.append(Flight(result.number, owner, self.now, unknown))

    def arrive(self, flight: Flight, wait: float) -> None:
        """The server deals with a request; it says `wait` when it refuses."""
        if self.server < 1:
            assert flight.probe or not self.alone, "429 although nobody else spends"
            flight.wait = wait
        else:
            self.server -= 1
            self.ours -= 1
            flight.remaining = math.floor(self.server)
        if flight.gone_at is not None:
            self.flights.remove(flight)

    def answer(self, flight: Flight, headers: str) -> None:
        """The answer reaches the process; an intermediary may have taken its `headers` away."""
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

    def give_up(self, flight: Flight) -> None:
        """The process waits no more."""
        self.state = self.apply.lose(self.state, flight.number, self.now)
        self.let_go(flight)

    def let_go(self, flight: Flight) -> None:
        """Nobody hears the answer; what has not arrived may do so for a while."""
        flight.gone_at = self.now
        if flight.arrived:
            self.flights.remove(flight)

    def never_leave(self, flight: Flight) -> None:
        """The request was not sent after all; that it is said twice makes no difference."""
        self.flights.remove(flight)
        for _ in range(2):
            self.state = self.apply.refund(self.state, flight.number, self.now)

    def kill(self, number: int) -> None:
        """A process dies, another one begins in its place."""
        owner, self.processes[number] = self.processes[number], f"process {self.begun}"
        self.begun += 1
        orphans = [flight for flight in self.waited_for() if flight.owner == owner]
        self.dead[owner] = {flight.number for flight in orphans}
        for flight in orphans:
            self.let_go(flight)

    def bury(self, owner: str) -> None:
        """The others notice that a process is gone."""
        del self.dead[owner]
        self.state = self.apply.bury(self.state, owner, self.now)

    def teardown(self) -> None:
        """Whatever happened, once all is over and the bucket has had time to fill a person may send."""
        for flight in self.waited_for():
            self.give_up(flight)
        for owner in sorted(self.dead):
            self.bury(owner)
        self.time_passes(_QUIET)
        _, result = self.apply.take(self.state, [Ask(Priority.INTERACTIVE, self.now)], self.now, "")
        assert isinstance(result, Grant)

    @invariant()
    def check(self) -> None:
        """What must hold at every moment."""
        level = self.apply.level_at(self.state, self.now)
        uncharged = sum(1 for f in self.flights if not f.arrived)
        assert level is None or level <= self.ours - uncharged + _ROUNDING, "more than the server has"
        assert self.state.closed_until >= self.closed_until, "a cool-down shorter than was said"
        booked = {one.number for one in self.state.sent if one.done is None}
        live = {flight.number for flight in self.waited_for()}
        assert live <= booked <= live.union(*self.dead.values()), "wrong books"


def _one(chosen: int, choices: Sequence[_T]) -> Sequence[_T]:
    """One of the choices, none if there is none."""
    at = chosen % len(choices) if choices else 0
    return choices[at : at + 1]
