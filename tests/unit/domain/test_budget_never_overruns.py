"""The one promise that matters: the client never believes in a token the server does not have."""

import math
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from imail_tui.domain import budget
from imail_tui.domain.budget import LOST_FOR, Priority, State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import Ask, Grant, take

picks = st.integers(0, 7)


@dataclass
class Flight:
    """One request between client and server."""

    number: int
    probe: bool
    remaining: int | None = None
    lost_at: float | None = None


class Bench(RuleBasedStateMachine):
    """A server's bucket and a client's, with any latency, any order and losses."""

    @initialize(
        burst=st.integers(2, 60),
        rate=st.floats(0.1, 5),
        fill=st.floats(0.1, 1),
        known=st.booleans(),
        modest=st.floats(0.3, 1),
        belief=st.floats(0.1, 1),
    )
    def start(self, burst: int, rate: float, fill: float, known: bool, modest: float, belief: float) -> None:
        self.now, self.server, self.burst, self.rate = 0.0, fill * burst, float(burst), rate
        assumed = max(1.0, burst * modest)
        level = belief * min(self.server, assumed) if known else None
        self.state = State(rate=rate * modest, burst=assumed, level=level, guess=0.0)
        self.flights: list[Flight] = []

    @precondition(lambda self: any(f.lost_at is not None for f in self.flights))
    @rule(seconds=st.floats(LOST_FOR - 5, LOST_FOR + 5))
    def a_minute_passes(self, seconds: float) -> None:
        self.time_passes(seconds)

    @rule(seconds=st.floats(0, 2))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.server = min(self.burst, self.server + self.rate * seconds)
        # What was lost longer ago than the client allows for never arrives.
        self.flights = [f for f in self.flights if f.lost_at is None or self.now < f.lost_at + LOST_FOR]

    @rule(priority=st.sampled_from(list(Priority)), waited=st.floats(0, 30))
    def ask(self, priority: Priority, waited: float) -> None:
        unknown = self.state.level is None
        self.state, result = take(self.state, [Ask(priority, self.now - waited)], self.now)
        if isinstance(result, Grant):
            self.flights.append(Flight(result.number, unknown))

    @precondition(lambda self: any(f.remaining is None for f in self.flights))
    @rule(pick=picks)
    def arrives(self, pick: int) -> None:
        waiting = [f for f in self.flights if f.remaining is None]
        flight = waiting[pick % len(waiting)]
        if self.server < 1:
            # Only a probe of an unknown bucket may be refused.
            assert flight.probe
            self.flights.remove(flight)
            if flight.lost_at is None:
                self.state = budget.finish(
                    budget.throttle(self.state, flight.number, 1, self.now), flight.number, self.now
                )
            return
        self.server -= 1
        flight.remaining = math.floor(self.server)
        if flight.lost_at is not None:
            self.flights.remove(flight)

    @precondition(lambda self: any(f.remaining is not None for f in self.flights))
    @rule(pick=picks, with_headers=st.booleans())
    def is_answered(self, pick: int, with_headers: bool) -> None:
        answered = [f for f in self.flights if f.remaining is not None]
        flight = answered[pick % len(answered)]
        self.flights.remove(flight)
        headers = RateHeaders(remaining=flight.remaining) if with_headers else RateHeaders()
        self.state = budget.observe(self.state, flight.number, headers, self.now)
        self.state = budget.finish(self.state, flight.number, self.now)

    @precondition(lambda self: any(f.lost_at is None for f in self.flights))
    @rule(pick=picks)
    def is_lost(self, pick: int) -> None:
        under_way = [f for f in self.flights if f.lost_at is None]
        flight = under_way[pick % len(under_way)]
        self.state = budget.lose(self.state, flight.number, self.now)
        flight.lost_at = self.now
        if flight.remaining is not None:
            self.flights.remove(flight)

    @precondition(lambda self: any(f.remaining is None and f.lost_at is None for f in self.flights))
    @rule(pick=picks)
    def never_left(self, pick: int) -> None:
        waiting = [f for f in self.flights if f.remaining is None and f.lost_at is None]
        flight = waiting[pick % len(waiting)]
        self.flights.remove(flight)
        self.state = budget.refund(self.state, flight.number, self.now)

    @invariant()
    def the_client_never_believes_more(self) -> None:
        level = budget.level_at(self.state, self.now)
        uncharged = sum(1 for f in self.flights if f.remaining is None)
        assert level is None or level <= self.server - uncharged + 1e-6

    @invariant()
    def the_books_do_not_grow(self) -> None:
        under_way = sum(1 for one in self.state.sent if one.done is None)
        assert under_way == sum(1 for f in self.flights if f.lost_at is None)


Bench.TestCase.settings = settings(max_examples=500, stateful_step_count=40, deadline=None)
TestNeverOverruns = Bench.TestCase
