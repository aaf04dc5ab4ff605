"""What an import of a file would do, to look at before anything is sent."""

from dataclasses import dataclass
from pathlib import Path

from imail_tui.domain.lead_columns import ColumnMap, map_columns
from imail_tui.model.problem import Problem
from imail_tui.services.lead_file import ImportRefused, LeadFile, look_at

_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import of a file would do. `rows`: records behind the titles; `sample`: the first of them."""

    path: Path
    columns: tuple[ColumnMap, ...]
    rows: int
    sample: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    source: LeadFile

    @property
    def ready(self) -> bool:
        """Whether some column is the e-mail address."""
        return any(column.field == "email" for column in self.columns)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Titles of columns that are not imported."""
        return tuple(column.header for column in self.columns if column.field is None)


def read_plan(path: Path) -> ImportPlan:
    """Read through a file once. Takes a second for a million records: not for the event loop.

    Raises ImportRefused when it is no table of text.
    """
    problems: list[Problem] = []
    try:
        source, sample, rows = _read_through(path)
    except UnicodeDecodeError:
        what = "The file is not UTF-8; it is read as Windows-1252."
        problems.append(Problem(what, "Check names with accents in the sample.", str(path), "encoding"))
        try:
            source, sample, rows = _read_through(path, encoding="cp1252")
        except UnicodeDecodeError:
            remedy = "Export it as UTF-8 CSV."
            refused = Problem("This is not a text file.", remedy, str(path), "file_refused")
            raise ImportRefused(refused) from None
    columns = map_columns(source.headers)
    if not any(column.field == "email" for column in columns):
        problems.append(no_address(path))
    return ImportPlan(path, columns, rows, sample, tuple(problems), source)


def _read_through(
    path: Path, encoding: str | None = None
) -> tuple[LeadFile, tuple[tuple[str, ...], ...], int]:
    """How to read the file, its first records, and how many there are."""
    source = look_at(path, encoding=encoding)
    sample: list[tuple[str, ...]] = []
    rows = 0
    for record in source.records():
        rows += 1
        if rows <= _SAMPLE:
            sample.append(tuple(record.cells))
    return source, tuple(sample), rows


def no_address(path: Path) -> Problem:
    """No column is the e-mail address."""
    what = "No column looks like an e-mail address."
    return Problem(what, "Name one column Email, or choose one.", where=str(path), code="no_email_column")
