"""Mending a file's records on the spot: what was changed is kept beside the file, which stays as it is."""

from collections.abc import Mapping, Sequence

from imail_tui.domain.leads.cells import cleaned
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import REASONS, Accepted, Invalid, read_record
from imail_tui.model.imports import Repairs
from imail_tui.services.imports.checking import PlacedFault

DUPLICATE = "duplicate"


class Mending:
    """Repairs of one file as a person makes them, each of which can be taken back."""

    def __init__(self, repairs: Repairs | None = None) -> None:
        self._made: list[Repairs] = [repairs or Repairs()]

    @property
    def repairs(self) -> Repairs:
        """All that was mended."""
        return self._made[-1]

    @property
    def count(self) -> int:
        """How many times something was mended."""
        return len(self._made) - 1

    def cell(self, fault: PlacedFault, column: int, text: str) -> None:
        """Read a record with another cell."""
        cells = list(self.cells(fault) or fault.cells)
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
        self._record(fault, cells)

    def drop(self, fault: PlacedFault) -> None:
        """Read a record as blank."""
        self._record(fault, None)

    def alike(self, column: int, old: str, new: str) -> None:
        """Read a cell of a column as another one, wherever it stands."""
        now = self.repairs
        changed = {**now.alike, str(column): {**now.alike.get(str(column), {}), old: new}}
        self._made.append(Repairs(now.cells, changed))

    def undo(self) -> bool:
        """Take the latest back; False when there is none."""
        if not self.count:
            return False
        self._made.pop()
        return True

    def cells(self, fault: PlacedFault) -> Sequence[str] | None:
        """A record's cells as they are read now; None when it is dropped."""
        mended: Mapping[str, Sequence[str] | None] = self.repairs.cells.get(str(fault.offset), {})
        cells = mended.get(str(fault.index), fault.cells)
        if cells is None:
            return None
        return [self.repairs.alike.get(str(column), {}).get(cell, cell) for column, cell in enumerate(cells)]

    def state(self, fault: PlacedFault, layout: Layout) -> str | None:
        """What is wrong with a record now, in words; "" when it was mended, None when it is dropped."""
        cells = self.cells(fault)
        if cells is None:
            return None
        if fault.code == DUPLICATE:
            return "the address stands earlier in the file"
        outcome = read_record(cells, layout)
        if isinstance(outcome, Invalid):
            return f"{outcome.cell}: {REASONS[outcome.code]}" if outcome.cell else REASONS[outcome.code]
        return "" if isinstance(outcome, Accepted) else None

    def _record(self, fault: PlacedFault, cells: Sequence[str] | None) -> None:
        now = self.repairs
        block = {**now.cells.get(str(fault.offset), {}), str(fault.index): cells}
        self._made.append(Repairs({**now.cells, str(fault.offset): block}, now.alike))


def column_at_fault(fault: PlacedFault, cells: Sequence[str], layout: Layout) -> int:
    """The column to mend: the one with the cell that is wrong, else the first for addresses."""
    emails = layout.emails
    wrong = [column for column in emails if column < len(cells) and cleaned(cells[column])]
    exact = [column for column in wrong if cleaned(cells[column]) == cleaned(fault.cell)]
    return next(iter((*exact, *wrong, *emails)), 0)
