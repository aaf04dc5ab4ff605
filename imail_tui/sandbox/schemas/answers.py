"""Parts many answers share."""

from typing import Annotated, Generic, NotRequired, TypeVar

from pydantic import ConfigDict, WithJsonSchema, with_config
from typing_extensions import TypedDict

T = TypeVar("T")

closed = with_config(ConfigDict(extra="forbid"))
"""An answer that holds nothing but its fields."""

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""An instant as it is written."""

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]


@closed
class Pagination(TypedDict):
    """Where a list goes on. `total` is on the first page of lists that are cheap to count."""

    next_cursor: str | None
    has_more: bool
    total: NotRequired[int]


@closed
class Listing(TypedDict, Generic[T]):
    """One page of a list."""

    data: list[T]
    pagination: Pagination
