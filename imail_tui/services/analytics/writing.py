"""What a screen shows, written to a file: a table as CSV or JSON, a chart as text."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from imail_tui.domain.leads.cells import guarded
from imail_tui.store.files import written_whole

Value = float | str | None


def write_values(rows: Sequence[Mapping[str, Value]], to: Path) -> int:
    """Rows with the same keys: JSON where the name ends in `.json`, else CSV in which no cell is a formula.

    An unknown value is null or an empty cell. Returns how many rows. Raises OSError.
    """
    with written_whole(to) as stream:
        if to.suffix == ".json":
            stream.write(
                orjson.dumps([dict(row) for row in rows], option=orjson.OPT_INDENT_2).decode() + "\n"
            )
        elif rows:
            writer = csv.writer(stream)
            writer.writerow(rows[0])
            writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return len(rows)


def write_text(text: str, to: Path) -> None:
    """Text with a line end behind it. Raises OSError."""
    with written_whole(to) as stream:
        stream.write(text + "\n")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else f"{value:.15g}"
