"""The running server as its controls see it."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from imail_tui.sandbox.errors import invalid
from imail_tui.sandbox.faults.board import FaultBoard
from imail_tui.sandbox.key_ring import KeyRing
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.schemas.types import Filters, ReadInt
from imail_tui.sandbox.webhooks.sender import WebhookSender
from imail_tui.sandbox.worlds import Ledgers

_STRIDE_MS = 3_600_000
"""World time moved at once, so that requests and deliveries get their turn in a long step."""


class LedgerQuery(Filters):
    """Of which ledger, behind which place in its order, how many."""

    ledger: Literal["test", "live"] = "test"
    after: Annotated[int, Field(ge=0), ReadInt] = 0
    limit: Annotated[int, Field(ge=1, le=1_000), ReadInt] = 100


@dataclass(frozen=True)
class Stage:
    """What the controls may move; `tier` is the workspace's."""

    ledgers: Ledgers
    keys: KeyRing
    faults: FaultBoard
    tier: str
    sender: WebhookSender

    def ledger(self, mode: str) -> Ledger:
        """One of the two ledgers, by `test` or `live`."""
        return self.ledgers.test if mode == "test" else self.ledgers.live

    async def advance_to(self, instant: int) -> None:
        """Move world time on, in both ledgers, with everything that is due on the way.

        Raises `ApiFault` 400 for an instant (milliseconds) that is past.
        """
        clock = self.ledgers.clock
        if instant < clock.now_ms():
            raise invalid("advance_to", "advance_to is past; world time never goes back.")
        reached = clock.now_ms()
        while True:
            stop = await self.sender.next_stop(reached)
            reached = min(instant, reached + _STRIDE_MS if stop is None else stop)
            clock.move_to(reached)
            for ledger in self.ledgers.both:
                await asyncio.to_thread(ledger.catch_up)
            await self.sender.settle()
            if reached >= instant:
                return

    async def reset(self) -> None:
        """The world, its clock and its keys as they were at the start, and no faults."""
        self.faults.clear()
        await self.sender.drop()
        await asyncio.to_thread(self.ledgers.reset)
        self.keys.refill()
