"""Turns at a limited number of connections: people first, then by class and in order of arrival."""

import asyncio

from imail_tui.domain.budget import Priority


class Slots:
    """`total` slots, of which `kept` are for people only. Giving up the wait costs nothing."""

    def __init__(self, total: int, kept: int) -> None:
        self._free = total
        self._kept = kept
        # Dictionaries, because one who leaves is taken out of the middle.
        self._queues: dict[Priority, dict[asyncio.Future[None], None]] = {rank: {} for rank in Priority}

    @property
    def free(self) -> int:
        """Slots nobody holds."""
        return self._free

    async def take(self, priority: Priority) -> None:
        """Wait for a slot; `give_back` must follow."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[priority][turn] = None
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._queues[priority].pop(turn, None)
            else:
                # The turn came in the very moment it was given up.
                self.give_back()
            raise

    def give_back(self) -> None:
        """Let the next one have the slot."""
        self._free += 1
        self._hand_out()

    def _hand_out(self) -> None:
        for priority, queue in self._queues.items():
            kept = 0 if priority is Priority.INTERACTIVE else self._kept
            while queue and self._free > kept:
                turn = next(iter(queue))
                del queue[turn]
                if not turn.cancelled():
                    self._free -= 1
                    turn.set_result(None)
