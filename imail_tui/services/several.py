"""The same request for each of several records: a few at a time, and what the server refused by record."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from imail_tui.api.errors import ApiError
from imail_tui.model.problem import Problem

T = TypeVar("T")

AT_ONCE: Final = 4
"""Requests of one act under way at a time: the rest of the line stays free for what is asked next."""


async def for_each(
    items: Iterable[T],
    name: Callable[[T], str],
    act: Callable[[T], Awaitable[object]],
    told: Callable[[int], None] | None = None,
) -> dict[str, Problem]:
    """Carry `act` out for all; gives why it was refused by name. `told` hears how many are through.

    Cancelled, it begins nothing more. Raises no `ApiError`.
    """
    places = asyncio.Semaphore(AT_ONCE)
    refused: dict[str, Problem] = {}
    through = 0

    async def one(item: T) -> None:
        nonlocal through
        async with places:
            try:
                await act(item)
            except ApiError as error:
                refused[name(item)] = error.problem
        through += 1
        if told is not None:
            told(through)

    await asyncio.gather(*map(one, items))
    return refused
