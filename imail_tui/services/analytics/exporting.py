"""Counts written to a file: the server's own table, or what is on screen. No cell is run as a formula.

A file is there whole or not at all.
"""

import asyncio
import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

import orjson

from imail_tui.api.errors import BadResponse
from imail_tui.api.spool import Spool
from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Question, SplitRow
from imail_tui.domain.budget import Priority
from imail_tui.domain.leads.cells import guarded
from imail_tui.domain.rates import Basis
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.workbench import Workbench
from imail_tui.store.files import written_whole

RATES = tuple(key for key, metric in METRICS.items() if metric.is_rate and key != "complaint_rate")
"""Rates of a view that is written, each with what it is a part of."""


async def export_table(
    bench: Workbench,
    question: Question,
    group_by: Sequence[str],
    to: Path | TextIO,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """The server's own CSV of a question, split by keys of the API, as it came but for guarded cells.

    `told` hears the bytes received. Returns how many rows there are. Only campaign and inbox narrow it: what
    else the question's scope names the server cannot. Raises `ApiError`, OSError.
    """
    span, scope = question.span, question.scope
    with tempfile.TemporaryFile() as file:
        spool = Spool(file, told)
        is_csv = await bench.ask(
            lambda client: client.analytics.download(
                tuple(group_by),
                span.start,
                span.end,
                spool,
                campaign_id=scope.campaign_id,
                inbox_id=scope.inbox_id,
            ),
            Priority.JOB,
        )
        await spool.finish()
        if not is_csv:
            raise BadResponse(
                Problem(
                    "The server did not answer with a CSV.",
                    "Export the view instead.",
                    where="GET /analytics",
                    code="bad_response",
                )
            )
        return await asyncio.to_thread(_copy, file, to)


def _copy(file: BinaryIO, to: Path | TextIO) -> int:
    file.seek(0)
    lines = TextIOWrapper(file, "utf-8-sig", "replace", newline="")
    count = -1
    try:
        with _opened(to) as stream:
            writer = csv.writer(stream)
            for row in csv.reader(lines):
                writer.writerow([guarded(cell) for cell in row])
                count += bool(row)
    finally:
        lines.detach()
    return max(0, count)


def _opened(to: Path | TextIO) -> AbstractContextManager[TextIO]:
    return written_whole(to) if isinstance(to, Path) else nullcontext(to)


def view_csv(rows: Iterable[SplitRow]) -> Iterator[str]:
    """Rows of a split as lines of CSV: keys, counters, and each rate as numerator, denominator, fraction.

    An unknown number is an empty cell.
    """
    titles = ["key", "name", *COUNTERS]
    for key in RATES:
        titles += [key, f"{key}_n", f"{key}_of"]
    yield _line(titles)
    for row in rows:
        cells = [guarded(row.key), guarded(row.name), *(_cell(row.row.counter(name)) for name in COUNTERS)]
        for key in RATES:
            rate = METRICS[key].rate(row.row, row.split.basis)
            assert rate is not None
            fraction = rate.fraction
            cells += [
                "" if fraction is None else f"{fraction:.6g}",
                _cell(rate.n),
                _cell(rate.of),
            ]
        yield _line(cells)


def view_json(question: Question, rows: Iterable[SplitRow]) -> Json:
    """The same as a document: each row's counts, and its rates with what they are parts of."""
    return {
        "from": question.span.start.isoformat(),
        "to": question.span.end.isoformat(),
        "rows": [row_json(row) for row in rows],
    }


def row_json(row: SplitRow) -> Json:
    """One row: `key`, `name`, counts (null = unknown), `rates`, and the counts of the period before."""
    before: Json | None = None
    if row.before is not None:
        before = {name: row.before.counter(name) for name in COUNTERS}
    return {
        "key": row.key,
        "name": row.name,
        **{name: row.row.counter(name) for name in COUNTERS},
        "rates": rates_json(row.row, row.split.basis),
        "before": before,
    }


def rates_json(row: AnalyticsRow, basis: Basis) -> Json:
    """Each rate with what it is a part of, its 95 % interval, and whether the sample is large enough."""
    rates: Json = {}
    for key in RATES:
        rate = METRICS[key].rate(row, basis)
        assert rate is not None
        low, high = rate.interval or (None, None)
        rates[key] = {
            "n": rate.n,
            "of": rate.of,
            "per": str(rate.per),
            "fraction": rate.fraction,
            "low": low,
            "high": high,
            "enough": rate.enough,
        }
    return rates


def export_view(question: Question, rows: Sequence[SplitRow], to: Path) -> int:
    """What is on screen to a file: JSON where its name ends in `.json`, else CSV. Raises OSError."""
    with written_whole(to) as stream:
        if to.suffix == ".json":
            stream.write(orjson.dumps(view_json(question, rows), option=orjson.OPT_INDENT_2).decode() + "\n")
        else:
            stream.writelines(view_csv(rows))
    return len(rows)


def _line(cells: Sequence[str]) -> str:
    text = StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)
