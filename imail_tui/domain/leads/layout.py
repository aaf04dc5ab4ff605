"""What the columns of one file become: which fields, from which columns, read how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from imail_tui.domain.leads.headers import CUSTOM, FULL_NAME, custom_name, plain
from imail_tui.domain.leads.sources import Source, columns_by_target
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.problem import Problem

TARGETS: Final = (*LEAD_FIELDS, FULL_NAME)
LEFT_OUT: Final = "-"
"""Said of a column that is not imported."""


class BadMapping(Exception):
    """A mapping that cannot be; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Layout:
    """The titles of a file and, for each target, its columns; of several the first that is filled counts.

    A target is a lead's field, `full_name` (split into first and last), or `custom.<name>`.
    `exact`: cells are our own export's. `every_address`: of several addresses in a record each is a lead;
    otherwise the first is, and keeps the others in a custom field.
    """

    headers: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    exact: bool = False
    every_address: bool = False

    @property
    def emails(self) -> tuple[int, ...]:
        """The columns an address may be in."""
        return self.columns.get("email", ())

    @property
    def fields(self) -> frozenset[str]:
        """Fields of leads that are filled from the file, custom ones too."""
        parts = ("first_name", "last_name") if FULL_NAME in self.columns else ()
        return frozenset(self.columns) - {FULL_NAME} | frozenset(parts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Titles of the columns that are not imported."""
        used = {column for columns in self.columns.values() for column in columns}
        return tuple(header for column, header in enumerate(self.headers) if column not in used)

    def target_of(self, column: int) -> str | None:
        """What a column becomes, None = it is left out."""
        return next((target for target, columns in self.columns.items() if column in columns), None)

    def with_target(self, column: int, target: str | None) -> "Layout":
        """The layout with another meaning of one column; it comes behind those the target already has."""
        kept = {name: tuple(c for c in columns if c != column) for name, columns in self.columns.items()}
        if target is not None:
            kept[target] = (*kept.get(target, ()), column)
        return replace(self, columns={name: columns for name, columns in kept.items() if columns})

    def custom_target(self, column: int) -> str:
        """The custom field that a column becomes by its title: the one it is, or one no other column is."""
        own = self.target_of(column)
        if own is not None and own.startswith(CUSTOM):
            return own
        taken = {target.removeprefix(CUSTOM) for target in self.columns if target.startswith(CUSTOM)}
        return f"{CUSTOM}{custom_name(self.headers[column], taken)}"

    def titles(self) -> dict[str, str]:
        """Title → target of every column that is imported: what is kept, and given back to `layout_of`."""
        return {
            self.headers[column]: target for target, columns in self.columns.items() for column in columns
        }


def layout_of(
    source: Source, headers: Sequence[str], given: Mapping[str, str] | None = None, *, only: bool = False
) -> Layout:
    """The layout a source's titles give, with what was `given` (title → target) put over it.

    `only`: nothing but what was given is imported. Raises BadMapping.
    """
    layout = Layout(tuple(headers), {} if only else columns_by_target(source, headers), source.exact)
    places = {plain(header): column for column, header in reversed([*enumerate(headers)])}
    exact_places = {header: column for column, header in enumerate(headers)}
    first: dict[str, list[int]] = {}
    for title, target in (given or {}).items():
        column = exact_places.get(title, places.get(plain(title)))
        if column is None:
            raise BadMapping(_no_column(title, headers))
        layout = layout.with_target(column, None)
        if target != LEFT_OUT:
            first.setdefault(checked_target(target), []).append(column)
    # What a person said comes before what the titles say.
    columns = dict(layout.columns)
    for target, chosen in first.items():
        others = columns.get(target, ()) if target == "email" else ()
        columns[target] = (*chosen, *others)
    return Layout(layout.headers, columns, source.exact)


def checked_target(target: str) -> str:
    """The target as it is written. Raises BadMapping for one that no lead has."""
    if target in TARGETS or (target.startswith(CUSTOM) and 0 < len(target) - len(CUSTOM) <= 64):
        return target
    what = f"A lead has no field {target}."
    remedy = f"Use one of {', '.join(TARGETS)}, custom.<name>, or - to leave the column out."
    raise BadMapping(Problem(what, remedy, code="usage"))


def _no_column(title: str, headers: Sequence[str]) -> Problem:
    what = f"The file has no column {title}."
    return Problem(what, f"It has: {', '.join(headers)}.", code="usage")
