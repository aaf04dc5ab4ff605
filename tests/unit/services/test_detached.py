"""Work on a thread that nobody has to wait for."""

import asyncio
import subprocess
import sys
import threading

import pytest

from imail_tui.services.detached import run_detached
from tests.patience import PATIENCE

HANGING = """
import asyncio, threading
from imail_tui.services.detached import run_detached

async def main():
    work = asyncio.create_task(run_detached(threading.Event().wait))
    await asyncio.sleep(0)
    work.cancel()

asyncio.run(main())
print("ended")
"""


async def test_it_gives_what_the_work_gives_from_another_thread() -> None:
    assert await run_detached(threading.current_thread) is not threading.current_thread()


async def test_it_raises_what_the_work_raises() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await run_detached(fail)


async def test_what_comes_after_a_cancelled_wait_is_dropped() -> None:
    released = threading.Event()
    waiting = asyncio.create_task(run_detached(released.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    released.set()
    assert await run_detached(lambda: "next") == "next"


def test_the_program_ends_although_the_work_does_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert (done.stdout, done.stderr) == ("ended\n", "")
