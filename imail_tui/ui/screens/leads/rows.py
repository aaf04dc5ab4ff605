"""Leads as table rows: all columns there are, and those that are shown."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from imail_tui.domain.leads.editing import shown_value
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.marks import Tone, enrollment_mark
from imail_tui.domain.shown import ago, count, moment
from imail_tui.model.leads import Lead
from imail_tui.ui.ports import ListService, RowWindow
from imail_tui.ui.screens.window_rows import WindowRows
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row

COLUMNS: Final = (
    Column("email", "Email", 28, weight=3, max_width=42, sortable=True),
    Column("first", "Name", 14, weight=2, max_width=28, sortable=True),
    Column("company", "Company", 14, weight=2, max_width=30, sortable=True),
    Column("status", "Status", 14),
    Column("title", "Title", 14, weight=1, max_width=30, priority=3, sortable=True),
    Column("campaigns", "In", 3, align="right", priority=2),
    Column("contacted", "Contacted", 10, align="right", priority=1, sortable=True),
    Column("city", "City", 10, weight=1, max_width=18, priority=4, sortable=True),
)
"""What is shown unless a person chose otherwise."""

_MORE: Final = (
    Column("first_name", "First name", 12, weight=1, max_width=20, priority=5),
    Column("last", "Last name", 12, weight=1, max_width=20, priority=5, sortable=True),
    Column("phone", "Phone", 14, priority=5),
    Column("website", "Website", 14, weight=1, max_width=30, priority=5),
    Column("linkedin_url", "LinkedIn", 14, weight=1, max_width=30, priority=5),
    Column("state", "State", 10, weight=1, max_width=18, priority=5),
    Column("country", "Country", 10, weight=1, max_width=18, priority=5, sortable=True),
    Column("timezone", "Time zone", 14, priority=5),
    Column("verification", "Verification", 12, priority=5, sortable=True),
    Column("label", "Label", 14, priority=5, sortable=True),
    Column("step", "Step", 12, weight=1, max_width=20, priority=5),
    Column("next", "Next mail (UTC)", 16, priority=5),
    Column("created", "Created", 10, align="right", priority=5, sortable=True),
    Column("updated", "Changed", 10, align="right", priority=5, sortable=True),
)

GAP: Final = "\x00between"
"""Id of the line that stands for leads that are not loaded; no server gives one like it."""
# The enrollment that says most about a lead stands for it in the list.
_TELLING: Final = ("bounced", "unsubscribed", "replied", "active", "queued", "paused", "completed")


def all_columns(custom: Iterable[str]) -> tuple[Column, ...]:
    """Every column there can be: standard fields, what the server adds, and custom fields by name."""
    own = (
        Column(f"{CUSTOM}{name}", name, 12, weight=1, max_width=30, priority=5)
        for name in sorted(set(custom))
    )
    return (*COLUMNS, *_MORE, *own)


def column_words(column: Column) -> str:
    """How a column is called where one chooses: a custom field cannot pass for another column."""
    return column.key if column.key.startswith(CUSTOM) else column.title


def read_columns(kept: str | None) -> tuple[Column, ...]:
    """Columns that were chosen and kept; the usual ones where nothing of it can be read."""
    try:
        keys = json.loads(kept) if kept else []
    except ValueError:
        keys = []
    names = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
    own = (name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM))
    known = {column.key: column for column in all_columns(own)}
    return tuple(known[name] for name in dict.fromkeys(names) if name in known) or COLUMNS


def columns_text(keys: Sequence[str]) -> str:
    """What `read_columns` reads."""
    return json.dumps([*keys])


class LeadRows(WindowRows[Lead]):
    """A window of leads with a line where some are not loaded."""

    def __init__(
        self,
        window: RowWindow,
        row: Callable[[Lead], Row],
        service: ListService[Lead],
        gap: Callable[[RowWindow], int | None],
        between: Callable[[], int | None],
    ) -> None:
        """`gap` gives the place before which leads are missing, `between` how many; None = none, unknown."""
        super().__init__(window, row, service)
        self._gap = gap
        self._between = between

    def total(self) -> int:
        """Rows and the line."""
        return super().total() + (self._gap(self._window) is not None)

    def window(self, start: int, count: int) -> Sequence[Row]:
        """Some rows, the line among them."""
        gap = self._gap(self._window)
        if gap is None or gap >= start + count:
            return super().window(start, count)
        if gap < start:
            return super().window(start - 1, count)
        before = super().window(start, gap - start)
        return [*before, self._line(), *super().window(gap, count - len(before) - 1)]

    def position(self, row_id: str) -> int | None:
        """Where a row stands."""
        gap = self._gap(self._window)
        if row_id == GAP:
            return gap
        place = super().position(row_id)
        return place if place is None or gap is None or place < gap else place + 1

    def _line(self) -> Row:
        missing = self._between()
        some = "more leads" if missing is None else f"{count(missing)} more leads"
        return Row(GAP, {"email": Cell(f"⋯ {some} here, not loaded", "muted")})


def lead_row(lead: Lead, now: datetime) -> Row:
    """One line of the table, with a cell for every column there can be."""
    text, tone = status_of(lead)
    place = next((each for each in lead.enrollments if each.next_at is not None), None)
    cells: dict[str, Cell | str] = {
        "email": lead.email,
        "first": lead.full_name,
        "first_name": lead.first_name or "",
        "last": lead.last_name or "",
        "company": lead.company or "",
        "status": Cell(text, tone),
        "campaigns": str(len(lead.enrollments)) if lead.enrollments else "",
        "contacted": Cell(ago(lead.last_contacted_at, now), "muted"),
        "created": Cell(ago(lead.created_at, now), "muted"),
        "updated": Cell(ago(lead.updated_at, now), "muted"),
        "verification": lead.verification or "",
        "label": lead.classification or "",
        "step": next((each.step_id for each in lead.enrollments if each.step_id), ""),
        "next": moment(place.next_at) if place is not None else "",
    }
    for name in ("title", "phone", "website", "linkedin_url", "city", "state", "country", "timezone"):
        cells[name] = Cell(getattr(lead, name) or "", "muted")
    for name, value in (lead.custom or {}).items():
        cells[f"{CUSTOM}{name}"] = _custom_cell(value)
    return Row(lead.id, cells)


def status_of(lead: Lead) -> tuple[str, Tone]:
    """What says most about a lead: a glyph and a word, and how it is meant."""
    if lead.suppressed:
        return "⊘ suppressed", "stop"
    states = {each.status for each in lead.enrollments}
    for status in _TELLING:
        if status in states:
            mark = enrollment_mark(status)
            return str(mark), mark.tone
    return ("○ not enrolled", "muted")


def _custom_cell(value: JsonValue) -> Cell:
    return Cell("null", "muted") if value is None else Cell(shown_value(value))
