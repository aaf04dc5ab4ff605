"""The request log as table rows and as a page of detail."""

from typing import Final

from textual.content import Content

from imail_tui.domain.marks import request_mark
from imail_tui.domain.shown import UNKNOWN, count
from imail_tui.model.request_log import RequestLine
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page, state
from imail_tui.ui.widgets.rows import Cell, Row

COLUMNS: Final = (
    Column("at", "UTC", 8, sortable=True),
    Column("result", "Result", 8, sortable=True),
    Column("status", "Status", 9, sortable=True),
    Column("method", "Method", 6, sortable=True),
    Column("path", "Path", 18, weight=2, max_width=60, sortable=True),
    Column("ms", "ms", 7, align="right", sortable=True),
    Column("left", "Left", 6, align="right", sortable=True),
    Column("attempt", "Try", 3, align="right", priority=2),
    Column("id", "Request id", 30, priority=3),
    Column("profile", "Profile", 10, weight=1, max_width=20, priority=4),
)


def request_row(line: RequestLine) -> Row:
    """One attempt."""
    mark = request_mark(line.result)
    return Row(
        line.id,
        {
            "at": Cell(UNKNOWN if line.at is None else f"{line.at:%H:%M:%S}", "muted"),
            "result": Cell(str(mark), mark.tone),
            "status": _answer(line),
            "method": line.method,
            "path": line.path,
            "ms": _milliseconds(line),
            "left": count(line.left),
            "attempt": str(line.attempt),
            "id": Cell(line.request_id or UNKNOWN, "muted"),
            "profile": Cell(line.profile, "muted"),
        },
    )


def request_detail(line: RequestLine) -> Content:
    """Everything that was kept of one attempt."""
    when = UNKNOWN if line.at is None else f"{line.at:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"
    return page(
        [
            heading(f"{line.method} {line.path}"),
            Content.assemble(state(request_mark(line.result)), f"  {_answer(line)}"),
            BLANK,
            fact("request id", line.request_id or "the server gave none"),
            fact("at", when),
            fact("took", f"{_milliseconds(line)} ms"),
            fact("tokens left", count(line.left)),
            fact("attempt", str(line.attempt)),
            fact("class", line.priority or UNKNOWN),
            BLANK,
            fact("profile", line.profile or UNKNOWN),
            fact("workspace", line.workspace or UNKNOWN),
            fact("ledger", line.ledger.upper() or UNKNOWN),
        ]
    )


def _answer(line: RequestLine) -> str:
    """The status, or why there is none."""
    return (
        line.fault.replace("_", " ") if line.fault else UNKNOWN if line.status is None else str(line.status)
    )


def _milliseconds(line: RequestLine) -> str:
    return UNKNOWN if line.ms is None else f"{line.ms:,.0f}"
