"""Tables of the cache, made from the list specs: a narrow table to order and filter by, and the raw rows.

`<kind>` has one column for each field and is what scans read; `<kind>_raw` holds the JSON and is only read
for rows that are shown. Every sortable field has an index on (field, id), which is also the paging key.
"""

import hashlib
from collections.abc import Iterator

from imail_tui.domain.listing import SPECS, Field, FieldType, ListSpec

_COMMON = (
    "CREATE TABLE kinds (kind TEXT PRIMARY KEY, fetched_at REAL) WITHOUT ROWID",
    # Single documents: the workspace, a thread, a report.
    "CREATE TABLE documents (kind TEXT, id TEXT, raw BLOB NOT NULL, at REAL NOT NULL, PRIMARY KEY (kind, id))"
    " WITHOUT ROWID",
)

_TEXTS = (FieldType.TEXT, FieldType.WORD, FieldType.DOMAIN)


def column(field: Field) -> str:
    """SQL name of a field's column."""
    return f'"f_{field.name}"'


def index_of(spec: ListSpec, field: Field) -> str:
    """SQL name of a sortable field's index."""
    return f'"{spec.kind}_by_{field.name}"'


def statements() -> Iterator[str]:
    """Everything that makes an empty cache."""
    yield from _COMMON
    for spec in SPECS.values():
        yield from _tables(spec)


def version() -> int:
    """A number that changes with the schema. A cache of another version is made anew."""
    # The key format is part of the schema: raise the salt when `domain.listing.key_of` changes.
    text = "1\n" + "\n".join(statements()) + repr([spec.searched for spec in SPECS.values()])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1


def _tables(spec: ListSpec) -> Iterator[str]:
    columns = ", ".join(f"{column(field)} {_sql_type(field)}" for field in spec.fields)
    own = "n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, words TEXT NOT NULL"
    yield f"CREATE TABLE {spec.kind} ({own}, {columns})"
    yield f"CREATE TABLE {spec.kind}_raw (n INTEGER PRIMARY KEY, raw BLOB NOT NULL)"
    for field in spec.fields:
        if field.sortable:
            yield f"CREATE INDEX {index_of(spec, field)} ON {spec.kind} ({column(field)}, id)"


def _sql_type(field: Field) -> str:
    return "TEXT" if field.type in _TEXTS else "REAL"
