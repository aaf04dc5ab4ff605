"""Waiting for what is measured without taking its time."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

PAUSE: Final = 0.003
"""Seconds between two looks: a loop that never rests takes the time of the threads it waits for."""


async def milliseconds_until(condition: Callable[[], bool], most: float = 120.0) -> float:
    """Milliseconds until a condition holds; AssertionError after `most` seconds."""
    began = time.perf_counter()
    while not condition():
        assert time.perf_counter() - began < most, "what is measured never came"
        await asyncio.sleep(PAUSE)
    return 1000 * (time.perf_counter() - began)
