"""Tables of the cache, made from the list specs: a narrow table to order and filter by, and the raw rows.

`<kind>` has one column for each field and is what scans read; `<kind>_raw` holds the JSON and is only read
for rows that are shown. Every sortable field has an index on (field, id), which is also the paging key.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from imail_tui.domain.listing import CACHED, SPECS, Field, FieldType, ListSpec

_COMMON = (
    "CREATE TABLE kinds (kind TEXT PRIMARY KEY, fetched_at REAL) WITHOUT ROWID",
    # Single documents: the workspace, a thread, a report.
    "CREATE TABLE documents (kind TEXT, id TEXT, raw BLOB NOT NULL, at REAL NOT NULL, PRIMARY KEY (kind, id))"
    " WITHOUT ROWID",
)

_TEXTS = (FieldType.TEXT, FieldType.WORD, FieldType.WORDS, FieldType.DOMAIN)


def column(field: Field) -> str:
    """SQL name of a field's column."""
    return f'"f_{field.name}"'


def index_of(spec: ListSpec, field: Field) -> str:
    """SQL name of a sortable field's index."""
    return f'"{spec.kind}_by_{field.name}"'


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a file: `what` it is in two words, and a number that changes with them.

    Tables of another layout are dropped, but for those named in `refilled_from`: they are called `before_…`
    while `refill` fills the new ones from them.
    """

    what: str
    statements: tuple[str, ...]
    version: int
    refill: Callable[[sqlite3.Connection], None] | None = None
    refilled_from: tuple[str, ...] = ()


def layout(
    what: str,
    statements: Iterable[str],
    specs: Iterable[ListSpec],
    refill: Callable[[sqlite3.Connection], None] | None = None,
    refilled_from: tuple[str, ...] = (),
) -> Layout:
    """A layout whose version changes with the statements and with what plain words look through."""
    made = tuple(statements)
    # The key format is part of the schema: raise the salt when `domain.listing.key_of` changes.
    text = "2\n" + "\n".join(made) + repr([spec.searched for spec in specs])
    version = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1
    return Layout(what, made, version, refill, refilled_from)


def cache_layout() -> Layout:
    """An empty cache. Events are not in it: they have a store of their own."""
    specs = [SPECS[kind] for kind in CACHED]
    # Imported late: it reads the schema's names.
    from imail_tui.store.conversations import STATEMENTS

    made = (*_COMMON, *(each for spec in specs for each in tables(spec)), *STATEMENTS)
    return layout("cache", made, specs)


def tables(spec: ListSpec, number: str = "INTEGER PRIMARY KEY") -> Iterator[str]:
    """What makes the tables of one kind; `number` is the type of the row number."""
    columns = ", ".join(f"{column(field)} {_sql_type(field)}" for field in spec.fields)
    own = f"n {number}, id TEXT NOT NULL UNIQUE, words TEXT NOT NULL"
    yield f"CREATE TABLE {spec.kind} ({own}, {columns})"
    yield f"CREATE TABLE {spec.kind}_raw (n INTEGER PRIMARY KEY, raw BLOB NOT NULL)"
    for field in spec.fields:
        if field.sortable:
            yield f"CREATE INDEX {index_of(spec, field)} ON {spec.kind} ({column(field)}, id)"


def _sql_type(field: Field) -> str:
    return "TEXT" if field.type in _TEXTS else "REAL"
