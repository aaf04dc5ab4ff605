"""Versions of a mail against each other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from imail_tui.domain.analytics.comparing import Contender, Verdict
from imail_tui.domain.analytics.report import Question, StepComparison
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import variants_chart
from imail_tui.domain.marks import Tone
from imail_tui.domain.rates import VARIANT_FLOOR
from imail_tui.domain.shown import UNKNOWN, count, percent
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.ui.screens.analytics.page import Behind, Line, Page, read_bar
from imail_tui.ui.screens.analytics.pages.parts import Names
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell

_VERSION_COLUMNS: Final = (
    Column("name", "Step", 14, weight=2, max_width=40, sortable=True),
    Column("version", "Version", 10, weight=1, max_width=20, sortable=True),
    Column("sent", "Sent", 8, align="right", sortable=True),
    Column("replied", "Replied", 8, align="right", sortable=True),
    Column("rate", "Rate", 8, align="right", sortable=True),
    Column("interval", "95 % interval", 16, align="right", sortable=True, priority=2),
    Column("verdict", "Verdict", 18, sortable=True, priority=1),
)


def versions_page(
    question: Question, steps: Sequence[StepComparison], names: Names, symbols: Symbols
) -> Page:
    """One line for each version, the best of its step first."""

    def step_name(step: StepComparison) -> str:
        return names.get(step.step_id, step.step_id or "no step")

    spec = variants_chart(steps, step_name, symbols)
    versions = [(step, contender) for step in steps for contender in step.comparison.contenders]
    lines = tuple(
        _version_line(question, place, step, contender, step_name(step))
        for place, (step, contender) in enumerate(versions)
    )
    return Page(
        spec,
        _VERSION_COLUMNS,
        lines,
        lambda at: read_bar(spec, at),
        "No step has two versions that were sent in these days. e in Campaigns adds a version to a mail.",
    )


def _version_line(
    question: Question, place: int, step: StepComparison, contender: Contender, name: str
) -> Line:
    rate, interval = contender.rate, contender.rate.interval
    version = contender.variant_id or "own copy"
    tone: Tone = "" if rate.of is not None and rate.of >= VARIANT_FLOOR else "muted"
    between = f"{percent(interval.low)} - {percent(interval.high)}" if interval else UNKNOWN
    verdict = str(step.comparison.verdict)
    if verdict == Verdict.BETTER and contender is not step.comparison.contenders[0]:
        verdict = "behind"
    cells: dict[str, Cell | str] = {
        "name": name,
        "version": version,
        "sent": Cell(count(rate.of)),
        "replied": Cell(count(rate.n)),
        "rate": Cell(percent(rate.fraction), tone),
        "interval": Cell(between, tone),
        "verdict": Cell(verdict, "good" if verdict == Verdict.BETTER else "muted"),
    }
    values = {
        "name": name,
        "version": version,
        "sent": rate.of,
        "replied": rate.n,
        "rate": rate.fraction,
        "interval": interval.low if interval else None,
        "verdict": verdict,
    }
    key = f"{step.step_id}/{contender.variant_id}"
    scope = replace(question.scope, campaign_id=step.campaign_id or question.scope.campaign_id)
    behind = Behind(
        replace(question, scope=scope),
        AnalyticsRow(sent=rate.of, replied=rate.n),
        Split.VARIANT,
        key,
        version,
        metrics=("sent", "replied"),
    )
    return Line(f"{step.campaign_id}/{key}", cells, values, range(place, place + 1), behind)
