"""`/analytics`: raw counts, split as asked, as JSON pages or one CSV."""

import csv
import datetime as dt
import io
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import Query as QueryModel
from starlette.responses import Response

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import from_ms
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import invalid
from imail_tui.sandbox.journal import COUNTERS
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.analytics import AnalyticsFilters, AnalyticsRow
from imail_tui.sandbox.schemas.answers import Listing

router = ledger_router("Analytics")

_DEFAULT_DAYS = 30
_Key = Literal["day", "campaign_id", "inbox_id", "step_id", "variant_id"]
_COLUMNS: Mapping[str, tuple[_Key, str]] = {
    "day": ("day", "date"),
    "campaign": ("campaign_id", "campaign_id"),
    "inbox": ("inbox_id", "inbox_id"),
    "step": ("step_id", "step_id"),
    "variant": ("variant_id", "variant_id"),
}
"""Group → (key in the answer, column of `daily`)."""

_SUMS = ", ".join(f"coalesce(SUM({name}), 0) AS {name}" for name in COUNTERS)


@router.get("/analytics", response_model=Listing[AnalyticsRow])
def count_mails(
    call: CallDep, filters: Annotated[AnalyticsFilters, QueryModel()]
) -> Listing[AnalyticsRow] | Response:
    """Raw counts of the days asked for; rates are yours to compute."""
    groups = list(dict.fromkeys(group for group in filters.group_by.split(",") if group))
    query = _query(call, filters, groups)
    if filters.format == "csv":
        return _csv(groups, call.db.execute(*query.sql()))
    return fetch_page(call, query, filters, lambda _, rows: [_row(groups, row) for row in rows])


def _query(call: Call, filters: AnalyticsFilters, groups: Sequence[str]) -> Query:
    first, last = _range(call, filters)
    columns = [_COLUMNS[group][1] for group in groups]
    query = Query(_SUMS, "daily", Order(tuple(columns) or ("'all'",)), group=", ".join(columns))
    query.where("date BETWEEN ? AND ?", first, last)
    if filters.campaign_id is not None:
        query.where("campaign_id = ?", filters.campaign_id)
    if filters.inbox_id is not None:
        query.where("inbox_id = ?", filters.inbox_id)
    return query


def _range(call: Call, filters: AnalyticsFilters) -> tuple[str, str]:
    last = filters.end or from_ms(call.now).date().isoformat()
    first = filters.start
    if first is None:
        # The first days of the calendar have no thirty days before them.
        days = min(_DEFAULT_DAYS - 1, (dt.date.fromisoformat(last) - dt.date.min).days)
        first = (dt.date.fromisoformat(last) - dt.timedelta(days=days)).isoformat()
    if first > last:
        raise invalid("from", "from must not be later than to")
    return first, last


def _row(groups: Sequence[str], row: sqlite3.Row) -> AnalyticsRow:
    shown = AnalyticsRow(
        sent=row["sent"],
        delivered=row["delivered"],
        opened=row["opened"],
        unique_opened=row["unique_opened"],
        clicked=row["clicked"],
        unique_clicked=row["unique_clicked"],
        replied=row["replied"],
        positive_replied=row["positive_replied"],
        auto_replied=row["auto_replied"],
        bounced_hard=row["bounced_hard"],
        bounced_soft=row["bounced_soft"],
        unsubscribed=row["unsubscribed"],
        contacted=row["contacted"],
    )
    for number, group in enumerate(groups):
        key = _COLUMNS[group][0]
        shown[key] = row[f"key{number}"] or None
    return shown


def _csv(groups: Sequence[str], rows: sqlite3.Cursor) -> Response:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(_COLUMNS[group][0] for group in groups), *COUNTERS])
    for row in rows:
        keys = [row[f"key{number}"] for number in range(len(groups))]
        writer.writerow([*keys, *(row[name] for name in COUNTERS)])
    return Response(text.getvalue(), media_type="text/csv")
