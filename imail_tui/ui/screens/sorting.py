"""Choosing the order of a list, and keeping it as text."""

from collections.abc import Sequence
from typing import Final

from textual.app import App

from imail_tui.domain.listing import ListSpec, Sort
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.table_lines import ASCENDING, DESCENDING

_DESCENDING: Final = f" {DESCENDING}"
_ASCENDING: Final = f" {ASCENDING}"


def sort_text(sort: Sort) -> str:
    """`sent ▼`: shown in the title and kept between runs."""
    return sort.field + (_DESCENDING if sort.descending else _ASCENDING)


def read_sort(text: str | None, spec: ListSpec) -> Sort:
    """The order a text stands for; the list's own when it names no field of it."""
    name, _, _ = (text or "").partition(" ")
    field = spec.field(name)
    if field is None or not field.sortable:
        return spec.order
    return Sort(name, descending=(text or "").endswith(_DESCENDING))


async def choose_sort(app: App[None], columns: Sequence[Column], spec: ListSpec, now: Sort) -> Sort | None:
    """Ask for a column; the present one turns round. None when the person left. Call it from a worker."""
    # Dialogs are imported when they are first opened: they are not part of the first paint.
    from imail_tui.ui.dialogs.picker import Choice, PickerDialog

    choices = [
        Choice(
            column.key,
            column.title,
            keys=(_DESCENDING if now.descending else _ASCENDING).strip() if column.key == now.field else "",
            note="turn round" if column.key == now.field else "",
        )
        for column in columns
        if column.sortable and spec.field(column.key) is not None
    ]
    chosen = await app.push_screen_wait(PickerDialog("Sort by", choices, at=now.field))
    if chosen is None:
        return None
    return now.reversed() if chosen == now.field else Sort(chosen)
