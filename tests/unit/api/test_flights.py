"""Who waits for an attempt, and what becomes of one nobody waits for."""

import asyncio
from collections.abc import Callable

from imail_tui.api.flights import Flight, Flights
from imail_tui.api.wire import Answer, Failure, Fault, Request, Result
from imail_tui.domain.budget import Priority

READ = Request("GET", "/leads/led_1")
WRITE = Request("PATCH", "/leads/led_1", body=b"{}")


class Queue:
    """A sender whose attempts wait for a connection until they are sent, answered or dropped."""

    def __init__(self) -> None:
        self.flights: list[Flight] = []
        self.sent: set[Flight] = set()
        self.dropped: list[Flight] = []

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        self.flights.append(asyncio.get_running_loop().create_future())
        return self.flights[-1]

    def drop(self, flight: Flight) -> bool:
        if flight in self.sent:
            return False
        self.dropped.append(flight)
        flight.set_result(Failure(Fault.DROPPED))
        return True

    async def close(self) -> None:
        return


def _ask(flights: Flights, request: Request, patience: float | None = None) -> "asyncio.Task[Result]":
    flight = flights.shared(request) or flights.start(request, Priority.JOB, 9.0, lambda _: None)
    return asyncio.create_task(flights.landing(request, flight, patience))


async def test_only_the_last_one_who_leaves_drops_a_shared_read() -> None:
    queue = Queue()
    flights = Flights(queue)
    first, second = _ask(flights, READ), _ask(flights, READ)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    assert (len(queue.flights), queue.dropped) == (1, [])
    second.cancel()
    await asyncio.wait({first, second})
    assert queue.dropped == queue.flights
    assert flights.shared(READ) is None


async def test_one_who_runs_out_of_patience_leaves_the_others_their_read() -> None:
    queue = Queue()
    flights = Flights(queue)
    patient, hasty = _ask(flights, READ), _ask(flights, READ, patience=0.001)
    assert await hasty == Failure(Fault.TIMED_OUT)
    assert queue.dropped == []
    queue.flights[0].set_result(Answer(200, (), b"{}"))
    assert await patient == Answer(200, (), b"{}")
    assert flights.shared(READ) is None


async def test_what_was_sent_goes_on_and_may_still_be_joined() -> None:
    queue = Queue()
    flights = Flights(queue)
    left = _ask(flights, READ)
    await asyncio.sleep(0)
    queue.sent.update(queue.flights)
    left.cancel()
    await asyncio.wait({left})
    assert flights.shared(READ) is queue.flights[0]
    assert queue.dropped == []


async def test_a_write_nobody_waits_for_is_dropped_and_never_joined() -> None:
    queue = Queue()
    flights = Flights(queue)
    writes = [_ask(flights, WRITE), _ask(flights, WRITE)]
    await asyncio.sleep(0)
    writes[0].cancel()
    await asyncio.wait({writes[0]})
    assert queue.dropped == queue.flights[:1]
    assert len(queue.flights) == 2
    queue.flights[1].set_result(Answer(200, (), b"{}"))
    assert await writes[1] == Answer(200, (), b"{}")
