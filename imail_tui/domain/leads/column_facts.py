"""What is worth knowing of a file's columns before it is imported, told from its first records."""

from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.domain.leads.addresses import read_address
from imail_tui.domain.leads.cells import cleaned
from imail_tui.domain.leads.dialect import email_columns
from imail_tui.domain.leads.layout import Layout

_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class ColumnFact:
    """A column: what it becomes (None = left out), the share of records that fill it, values, a worry."""

    title: str
    target: str | None
    filled: float
    values: tuple[str, ...]
    worry: str = ""


def column_facts(layout: Layout, sample: Sequence[Sequence[str]]) -> tuple[ColumnFact, ...]:
    """The facts of all columns in their order."""
    hold_addresses = frozenset(email_columns(sample, len(layout.headers)))
    facts = []
    for column, title in enumerate(layout.headers):
        cells = [cleaned(record[column]) if column < len(record) else "" for record in sample]
        values = tuple(dict.fromkeys(cell for cell in cells if cell))
        target = layout.target_of(column)
        share = sum(map(bool, cells)) / len(cells) if cells else 0.0
        worry = _worry(layout, column, target, values, in_email=column in hold_addresses)
        facts.append(ColumnFact(title, target, share, values, worry))
    return tuple(facts)


def _worry(layout: Layout, column: int, target: str | None, values: Sequence[str], *, in_email: bool) -> str:
    if target is None:
        return "holds e-mail addresses and is left out" if in_email else ""
    if not values:
        return "is blank in the first records"
    if target == "email":
        bad = sum(read_address(value).fault is not None for value in values)
        if bad > len(values) * _MOSTLY:
            return "most values are no e-mail addresses"
    columns = layout.columns[target]
    if columns[0] != column:
        return f"counts where {layout.headers[columns[0]]} is blank"
    return ""
