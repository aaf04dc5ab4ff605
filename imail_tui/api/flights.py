"""Attempts under way and who waits for them: identical reads share one, and what nobody wants is dropped."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from imail_tui.api.wire import Failure, Fault, Request, Result
from imail_tui.domain.budget import Priority

Flight = asyncio.Future[Result]
"""An attempt under way. It belongs to the sender; callers only wait for it."""


class Sender(Protocol):
    """Sends attempts: the transport, or a script in a test."""

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        """Begin one attempt of at most `seconds`; `done` hears its end before any waiter."""
        ...

    def drop(self, flight: Flight) -> bool:
        """Give up an attempt nobody waits for; False = it is on its way to the server and goes on."""
        ...

    async def close(self) -> None:
        """End everything under way."""
        ...


class Flights:
    """The attempts of one sender. Every one begun here has somebody who waits for it, or had."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._reads: dict[Request, Flight] = {}
        self._waiters: dict[Flight, int] = {}

    def shared(self, request: Request) -> Flight | None:
        """The identical read that is under way, if any."""
        return self._reads.get(request)

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        """Begin an attempt; wait for it at once."""
        flight = self._sender.start(request, priority, seconds, done)
        if request.method == "GET":
            self._reads[request] = flight
            flight.add_done_callback(lambda landed: self._forget(request, landed))
        return flight

    async def landing(self, request: Request, flight: Flight, patience: float | None) -> Result:
        """How the attempt ends, or that it did not within `patience` seconds.

        One who waits and is cancelled leaves a sent attempt running.
        """
        self._waiters[flight] = self._waiters.get(flight, 0) + 1
        try:
            await asyncio.wait({flight}, timeout=patience)
        finally:
            self._leave(request, flight)
        if not flight.done():
            return Failure(Fault.TIMED_OUT)
        return Failure(Fault.CLOSED) if flight.cancelled() else flight.result()

    def forget_reads(self) -> None:
        """Nobody joins the reads under way any more."""
        self._reads.clear()

    def _leave(self, request: Request, flight: Flight) -> None:
        self._waiters[flight] -= 1
        if self._waiters[flight]:
            return
        del self._waiters[flight]
        if not flight.done() and self._sender.drop(flight):
            self._forget(request, flight)

    def _forget(self, request: Request, flight: Flight) -> None:
        if self._reads.get(request) is flight:
            del self._reads[request]
