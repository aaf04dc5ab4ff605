"""Lists by key, not by position: a page costs the same wherever it is, and nothing is lost or repeated."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import Field

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.errors import ApiFault, json_bytes
from imail_tui.sandbox.schemas.answers import Listing, Pagination
from imail_tui.sandbox.schemas.types import Filters, ReadInt

T = TypeVar("T")
_PREFIX = "cur_"


class Paging(Filters):
    """Parameters of every list."""

    limit: Annotated[int, Field(ge=1, le=100), ReadInt] = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


@dataclass(frozen=True)
class Order:
    """SQL expressions rows are ordered by; together they are unique, all in one direction."""

    keys: tuple[str, ...]
    descending: bool = False

    @classmethod
    def of(cls, sort: str, keys: Mapping[str, tuple[str, ...]]) -> "Order":
        """The order a `sort=field` or `sort=-field` asks for."""
        return cls(keys[sort.removeprefix("-")], sort.startswith("-"))


@dataclass
class Query:
    """A list as SQL in parts. `counted` False leaves `total` out where counting would be slow."""

    columns: str
    source: str
    order: Order
    group: str = ""
    counted: bool = True
    clauses: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    source_values: list[object] = field(default_factory=list)

    def where(self, clause: str, *values: object) -> None:
        """Keep only rows that meet a condition."""
        self.clauses.append(clause)
        self.values.extend(values)

    def sql(self, after: Sequence[object] | None = None, limit: int = -1) -> tuple[str, list[object]]:
        """The rows behind a position, with their keys as `key0`, `key1`, …; no limit = all of them."""
        keys = self.order.keys
        clauses, values = list(self.clauses), [*self.source_values, *self.values]
        if after is not None:
            marks = ", ".join("?" for _ in keys)
            compared = "<" if self.order.descending else ">"
            clauses.append(f"({', '.join(keys)}) {compared} ({marks})")
            values.extend(after)
        named = [f"{key} AS key{number}" for number, key in enumerate(keys)]
        direction = " DESC" if self.order.descending else ""
        parts = ["SELECT", ", ".join([self.columns, *named]), "FROM", self.source, _where(clauses)]
        if self.group:
            parts += ["GROUP BY", self.group]
        parts += ["ORDER BY", ", ".join(key + direction for key in keys), "LIMIT ?"]
        return " ".join(parts), [*values, limit]


def fetch_page(
    call: Call,
    query: Query,
    paging: Paging,
    view: Callable[[Call, Sequence[sqlite3.Row]], list[T]],
) -> Listing[T]:
    """One page of a query, shown by `view`. Raises `ApiFault` 400 for a cursor of another list."""
    after = None if paging.cursor is None else _position(call, paging.cursor, len(query.order.keys))
    rows = call.db.execute(*query.sql(after, paging.limit + 1)).fetchall()
    has_more = len(rows) > paging.limit
    rows = rows[: paging.limit]
    pagination = Pagination(next_cursor=None, has_more=has_more)
    if has_more:
        last = [rows[-1][f"key{number}"] for number in range(len(query.order.keys))]
        pagination["next_cursor"] = _cursor(call, last)
    if query.counted and after is None:
        pagination["total"] = _count(call, query) if has_more else len(rows)
    return Listing(data=view(call, rows), pagination=pagination)


def _count(call: Call, query: Query) -> int:
    parts = ["SELECT", "1" if query.group else "count(*)", "FROM", query.source, _where(query.clauses)]
    if query.group:
        parts = ["SELECT count(*) FROM (", *parts, "GROUP BY", query.group, ")"]
    row = call.db.execute(" ".join(parts), [*query.source_values, *query.values]).fetchone()
    total = row[0]
    assert isinstance(total, int)
    return total


def _where(clauses: Sequence[str]) -> str:
    return "WHERE " + " AND ".join(clauses) if clauses else ""


def _cursor(call: Call, position: Sequence[object]) -> str:
    packed = json_bytes(position)
    return f"{_PREFIX}{base64.urlsafe_b64encode(packed).decode().rstrip('=')}.{_seal(call, packed)}"


def _position(call: Call, cursor: str, length: int) -> list[object]:
    packed, _, seal = cursor.removeprefix(_PREFIX).partition(".")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    if not cursor.startswith(_PREFIX) or seal != _seal(call, raw):
        raise ApiFault(
            400, "invalid_cursor", "This cursor belongs to another list or filter.", field="cursor"
        )
    position = json.loads(raw)
    assert isinstance(position, list)
    assert len(position) == length
    return position


def _seal(call: Call, packed: bytes) -> str:
    """Binds a position to its ledger, path, filters and sort."""
    secret = f"{call.ledger.workspace_id}{call.ledger.api_key}".encode()
    digest = hashlib.blake2b(call.listing.encode() + b"\0" + packed, digest_size=9, key=secret[:64])
    return base64.urlsafe_b64encode(digest.digest()).decode()
