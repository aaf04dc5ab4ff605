"""Sends what is due to the subscriptions, beside the requests being answered."""

import asyncio
import contextlib
import functools
import sys
import traceback
from collections.abc import Sequence

from imail_tui.domain.signatures import EVENT_ID_HEADER, HEADER, sign
from imail_tui.sandbox.faults.board import FaultBoard
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.webhooks import outbox
from imail_tui.sandbox.webhooks.destinations import Forbidden, addresses_of
from imail_tui.sandbox.webhooks.outbox import Attempt
from imail_tui.sandbox.webhooks.posting import Answer, post

AT_ONCE = 4
"""Attempts on their way to one subscription; a slow receiver holds up nobody else's."""

_POLL_SECONDS = 0.1
_STRIDE_MS = 60_000
_STRANGER = "whsec_of_somebody_else"
_Lane = tuple[str, str]


class WebhookSender:
    """The deliveries of some ledgers; call it on one event loop.

    A subscription's attempts leave in the order they are due, what was never tried before what is tried
    again. In a frozen world they leave one by one, so that their order is the same every time.
    """

    def __init__(self, ledgers: Sequence[Ledger], faults: FaultBoard, *, allow_remote: bool) -> None:
        self._ledgers = ledgers
        self._faults = faults
        self._allow_remote = allow_remote
        self._workers: dict[_Lane, set[asyncio.Task[None]]] = {}
        for ledger in ledgers:
            with ledger.transaction() as db:
                outbox.revive(db, ledger.now_ms())

    async def run(self) -> None:
        """Send what becomes due, until cancelled."""
        try:
            while True:
                try:
                    await self._put_to_work()
                except Exception:
                    sys.stderr.write(f"Webhooks could not be looked after:\n{traceback.format_exc()}")
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            await self.drop()

    async def settle(self) -> None:
        """Deliver everything due now; returns when all of it is answered, whatever the answers."""
        instants = {ledger.mode: ledger.now_ms() for ledger in self._ledgers}
        while True:
            await self._put_to_work(instants)
            busy = [task for tasks in self._workers.values() for task in tasks]
            if not busy:
                return
            done, _ = await asyncio.wait(busy)
            for task in done:
                task.result()

    async def next_stop(self, instant: int) -> int | None:
        """Where time that is stepped has to stop after an instant; None when nobody is subscribed.

        That is at the next attempt, and at least every minute: new events do not wait longer.
        """
        planned: list[int] = []
        for ledger in self._ledgers:
            subscribed, due = await asyncio.to_thread(_plan, ledger, instant)
            planned += [instant + _STRIDE_MS] if subscribed else []
            planned += [] if due is None else [due]
        return min(planned, default=None)

    async def drop(self) -> None:
        """Break off what is on its way, as at a server's end."""
        busy = [task for tasks in self._workers.values() for task in tasks]
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)

    async def _put_to_work(self, instants: dict[str, int] | None = None) -> None:
        for ledger in self._ledgers:
            instant = None if instants is None else instants[ledger.mode]
            waiting = await asyncio.to_thread(_fan_out, ledger, instant)
            at_once = 1 if ledger.clock.frozen else AT_ONCE
            for webhook_id, deliveries in waiting.items():
                lane = (ledger.mode, webhook_id)
                workers = self._workers.setdefault(lane, set())
                for _ in range(min(deliveries, at_once - len(workers))):
                    worker = asyncio.create_task(self._work(ledger, webhook_id))
                    workers.add(worker)
                    worker.add_done_callback(functools.partial(self._ended, lane))

    def _ended(self, lane: _Lane, worker: asyncio.Task[None]) -> None:
        workers = self._workers[lane]
        workers.discard(worker)
        if not workers:
            del self._workers[lane]
        if not worker.cancelled() and (error := worker.exception()) is not None:
            sys.stderr.write(f"A delivery to {lane[1]} broke off: {error!r}\n")

    async def _work(self, ledger: Ledger, webhook_id: str) -> None:
        """Send one after the other until nothing is due."""
        while (attempt := await asyncio.to_thread(_take, ledger, webhook_id)) is not None:
            faults = self._faults.delivery(ledger.mode)
            overtaking = await asyncio.to_thread(_take, ledger, webhook_id) if faults.held_back else None
            if overtaking is not None:
                other = self._faults.delivery(ledger.mode)
                await self._deliver(ledger, overtaking, other.copies, other.bad_signature)
            await self._deliver(ledger, attempt, faults.copies, faults.bad_signature)

    async def _deliver(self, ledger: Ledger, attempt: Attempt, copies: int, bad_signature: bool) -> None:
        answer = Answer()
        for _ in range(copies):
            answer = await self._post(ledger, attempt, (_STRANGER,) if bad_signature else attempt.secrets)
        await asyncio.to_thread(_answered, ledger, attempt, answer)

    async def _post(self, ledger: Ledger, attempt: Attempt, secrets: Sequence[str]) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "imail-webhooks/1",
            EVENT_ID_HEADER: attempt.event_id,
            HEADER: sign(attempt.body, secrets, int(ledger.clock.wall_seconds())),
        }
        # Checked again: a database may come from a server that was allowed more.
        with contextlib.suppress(Forbidden, OSError):
            addresses = await addresses_of(attempt.url, allow_remote=self._allow_remote)
            return await post(attempt.url, addresses, headers, attempt.body)
        return Answer()


def _fan_out(ledger: Ledger, instant: int | None) -> dict[str, int]:
    with ledger.transaction() as db:
        outbox.fan_out(db, ledger.workspace_id)
        return outbox.due(db, ledger.now_ms() if instant is None else instant)


def _take(ledger: Ledger, webhook_id: str) -> Attempt | None:
    with ledger.transaction() as db:
        return outbox.take(db, webhook_id, ledger.now_ms())


def _answered(ledger: Ledger, attempt: Attempt, answer: Answer) -> None:
    with ledger.transaction() as db:
        outbox.answered(db, attempt, answer, ledger.now_ms())


def _plan(ledger: Ledger, instant: int) -> tuple[bool, int | None]:
    with ledger.read() as db:
        return outbox.is_subscribed(db), outbox.next_due(db, instant)
