"""Listings: records one by one, page by page, or one page on demand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from imail_tui.api.errors import CursorLoop
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json, Record

T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page: parsed `items` and the same rows as the server sent them in `raw`.

    `next_cursor` is None when the listing ends here; `total` is None unless the server says.
    """

    items: list[T]
    raw: list[Json]
    next_cursor: str | None = None
    has_more: bool = False
    total: int | None = None


class Pages(Generic[T]):
    """A listing that fetches nothing until it is asked. Iterating it again starts anew."""

    def __init__(self, fetch: Callable[[str | None], Awaitable[Page[T]]]) -> None:
        self._fetch = fetch

    async def page(self, cursor: str | None = None) -> Page[T]:
        """One page, the first without a cursor. Raises `ApiError`."""
        return await self._fetch(cursor)

    async def pages(self) -> AsyncIterator[Page[T]]:
        """All pages. An empty one that has more behind it is passed on. Raises `ApiError`, `CursorLoop`."""
        seen: set[str] = set()
        cursor: str | None = None
        while True:
            page = await self._fetch(cursor)
            yield page
            if not page.has_more or page.next_cursor is None:
                return
            cursor = page.next_cursor
            if cursor in seen:
                raise CursorLoop(
                    Problem(
                        what="The server repeated a page cursor; the list cannot be read to its end.",
                        remedy="Refresh; if it stays, report it to imail.",
                        code="cursor_loop",
                    )
                )
            seen.add(cursor)

    async def __aiter__(self) -> AsyncIterator[T]:
        """All records in the server's order."""
        async for page in self.pages():
            for item in page.items:
                yield item
