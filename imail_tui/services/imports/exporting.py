"""Leads written to a file that our import reads back as they were, and no spreadsheet runs as formulas."""

import csv
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import orjson
from pydantic import JsonValue

from imail_tui.api.pages import Page
from imail_tui.domain.leads.cells import guarded
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.leads.records import typed_cell
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.store.files import written_whole

MARK: Final = "imail lead id"
"""Title by which an import knows a file of ours."""


class Writes(Protocol):
    """Takes text, as a file does."""

    def write(self, text: str, /) -> object:
        """Take it."""


async def export_leads(
    pages: AsyncIterable[Page[Lead]], file: str | None, stdout: Writes, *, as_lines: bool
) -> AsyncIterator[int]:
    """Write leads to a file, or to `stdout`, as CSV or JSON lines, telling how many were read so far.

    A file is there whole or not at all. Raises `ApiError`, OSError.
    """
    export = _lines if as_lines else _csv
    if file is None:
        async for count in export(pages, stdout):
            yield count
        return
    with written_whole(Path(file)) as stream:
        async for count in export(pages, stream):
            yield count


async def _csv(pages: AsyncIterable[Page[Lead]], to: Writes) -> AsyncIterator[int]:
    """Which custom fields there are is known only behind the last page: rows wait in a temporary file."""
    fields: dict[str, None] = {}
    count = 0
    with tempfile.TemporaryFile() as waiting:
        async for page in pages:
            for row in page.raw:
                for name in _custom(row):
                    fields.setdefault(name)
                waiting.write(orjson.dumps(row) + b"\n")
            count += len(page.raw)
            yield count
        waiting.seek(0)
        _write_rows(_rows(waiting), sorted(fields), to)


async def _lines(pages: AsyncIterable[Page[Lead]], to: Writes) -> AsyncIterator[int]:
    count = 0
    async for page in pages:
        for row in page.raw:
            to.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode())
        count += len(page.raw)
        yield count


def cells_of(lead: Json, fields: Iterable[str]) -> list[str]:
    """A lead's cells: its id, its own fields, then custom ones."""
    own = [guarded(_text(lead.get(name))) for name in LEAD_FIELDS]
    custom = _custom(lead)
    return [
        guarded(_text(lead.get("id"))),
        *own,
        *(guarded(typed_cell(custom[name])) if name in custom else "" for name in fields),
    ]


def titles_of(fields: Iterable[str]) -> list[str]:
    """The titles of those cells, as an import understands them."""
    return [MARK, *LEAD_FIELDS, *(f"{CUSTOM}{name}" for name in fields)]


def _write_rows(rows: Iterator[Json], fields: list[str], to: Writes) -> None:
    writer = csv.writer(to)
    writer.writerow(titles_of(fields))
    writer.writerows(cells_of(row, fields) for row in rows)


def _rows(waiting: BinaryIO) -> Iterator[Json]:
    return (orjson.loads(line) for line in waiting)


def _custom(row: Json) -> Json:
    custom = row.get("custom")
    return custom if isinstance(custom, dict) else {}


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
