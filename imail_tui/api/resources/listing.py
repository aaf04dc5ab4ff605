"""Listings, and the verbs every collection of the API has."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from imail_tui.api.channel import Channel, QueryValue, path_of, query_of
from imail_tui.api.pages import Page, Pages
from imail_tui.api.reading import nothing, page, record
from imail_tui.model.record import Entity, Json, Record

R = TypeVar("R", bound=Record)
E = TypeVar("E", bound=Entity)

PAGE_SIZE = 100
"""Rows per request: the most the API gives."""


def listing(channel: Channel, path: str, kind: type[R], filters: Mapping[str, QueryValue]) -> Pages[R]:
    """The pages of one list."""
    pairs = query_of(filters)

    async def fetch(cursor: str | None) -> Page[R]:
        asked = pairs if cursor is None else (*pairs, ("cursor", cursor))
        return await channel.get(path, page(kind), asked)

    return Pages(fetch)


class Collection(Generic[E]):
    """Read, create, change and delete the objects under one path. All verbs raise `ApiError`."""

    path: ClassVar[str]
    kind: type[E]

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get(self, object_id: str) -> E:
        """One whole object."""
        return await self._channel.get(path_of(self.path, object_id), record(self.kind))

    async def create(self, body: Json) -> E:
        """Make a new object."""
        return await self._channel.post(path_of(self.path), body, record(self.kind))

    async def patch(self, object_id: str, changes: Json, *, if_match: datetime | str | None = None) -> E:
        """Merge `changes` into an object (null deletes). With `if_match`, `Stale` when it moved since."""
        return await self._channel.patch(path_of(self.path, object_id), changes, record(self.kind), if_match)

    async def delete(self, object_id: str, *, if_match: datetime | str | None = None) -> None:
        """Delete an object. One that is gone already because of a lost answer counts as deleted.

        With `if_match`, `Stale` when it moved since.
        """
        await self._channel.delete(path_of(self.path, object_id), nothing, if_match)

    def _list(self, filters: Mapping[str, QueryValue]) -> Pages[E]:
        return listing(self._channel, path_of(self.path), self.kind, filters)
