"""A listener in a process of its own that kills itself, now and then, between a commit and its answer.

Arguments: the store's file, the signing secret, a seed, the share of new deliveries after which it dies, and
epoch seconds to begin at. It prints its URL.
"""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from imail_tui.model.secret import Secret
from imail_tui.services.event_sources import EventSources
from imail_tui.services.listener.connection import Answer, RawHeaders
from imail_tui.services.listener.receiver import Receiver
from imail_tui.services.listener.server import Listener, ListenerOptions
from imail_tui.store.event_store import EventStore


async def serve(file: Path, secret: str, chance: random.Random, deadly: float, now: float) -> None:
    """Listen until killed."""

    def wall() -> float:
        return now

    store = EventStore.open(file)
    receiver = Receiver(store, [Secret(secret)], lambda _: None, wall)

    async def deliver(headers: RawHeaders, body: bytes) -> Answer:
        answer = await receiver.deliver(headers, body)
        if chance.random() < deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    listener = Listener(store, EventSources(store, wall), deliver, ListenerOptions(port=0))
    print(await listener.start(), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    place, key, seed, share, at = sys.argv[1:]
    asyncio.run(serve(Path(place), key, random.Random(int(seed)), float(share), float(at)))
