"""Work that may never come back, on a thread that the end of the program does not wait for."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


async def run_detached(work: Callable[[], _T]) -> _T:
    """What `work` gives, or raises. A cancelled wait leaves the thread behind.

    Not `asyncio.to_thread`: the loop waits for its threads when it ends, and a secret store may hang.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[_T] = loop.create_future()

    def give(value: _T) -> None:
        if not result.done():
            result.set_result(value)

    def fail(error: Exception) -> None:
        if not result.done():
            result.set_exception(error)

    def tell(report: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(report)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            return

    def run() -> None:
        try:
            value = work()
        except Exception as error:
            failure = error
            tell(lambda: fail(failure))
        else:
            tell(lambda: give(value))

    threading.Thread(target=run, name="detached", daemon=True).start()
    return await result
