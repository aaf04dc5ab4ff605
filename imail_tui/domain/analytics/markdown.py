"""A period as Markdown: for a chat, a mail or an issue."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import (
    LabelMix,
    Report,
    SplitRow,
    StepComparison,
    TimeMark,
)
from imail_tui.domain.rates import Basis
from imail_tui.domain.shown import count, of, percent
from imail_tui.domain.text import one_line
from imail_tui.model.analytics import AnalyticsRow

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~@]|&(?=[#\w])|:(?=\S))")
"""What is more than itself in CommonMark and the dialects of chats: links, mentions, emoji."""
_HEADLINES: Final = ("sent", "contacted", "reply_rate", "positive_rate", "bounce_rate", "unsubscribe_rate")
_COLUMNS: Final = ("reply_rate", "positive_rate", "bounce_rate")
_FEW: Final = "\\* of too few to judge by."


def escaped(text: str) -> str:
    """Foreign text as plain words in Markdown: no link, no mention, no table cell of its own."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def markdown(
    title: str,
    report: Report,
    rows: Sequence[SplitRow],
    *,
    comparisons: Sequence[StepComparison] = (),
    mix: LabelMix | None = None,
    marks: Sequence[TimeMark] = (),
) -> str:
    """The whole text. `title` and names may be foreign."""
    lines = [f"## {escaped(title)}, {report.question.span}", ""]
    if not report.complete:
        lines += [f"_Only {report.known_days} of {report.wanted_days} days are known._", ""]
    lines += _headlines(report)
    if rows:
        lines += ["", *_table(rows)]
    lines += _section("Versions", (_comparison(each) for each in comparisons))
    if mix is not None and mix.shares:
        words = ", ".join(f"{escaped(share.label.word)} {share.count:,}" for share in mix.shares)
        told = [f"{words}.{f' {escaped(mix.note)}' if mix.note else ''}"]
        if mix.negative_words():
            told.append(f"{escaped(mix.negative_words())}")
        lines += _section("Replies", told)
    lines += _section(
        "What happened", (f"{mark.day:%a} {mark.day.day}: {escaped(mark.text)}" for mark in marks)
    )
    if any("\\*" in line for line in lines):
        lines += ["", _FEW]
    return "\n".join(lines) + "\n"


def _headlines(report: Report) -> Iterator[str]:
    basis = report.question.basis
    for key in _HEADLINES:
        metric = METRICS[key]
        rate = metric.rate(report.total, basis)
        value = metric.shown(metric.value(report.total, basis))
        parts = "" if rate is None else f" ({of(rate.n, rate.of)} {rate.per})"
        few = "\\*" if rate is not None and rate.fraction is not None and not rate.enough else ""
        change = report.change(key)
        moved = f", {change.shown()} against the period before" if change.difference is not None else ""
        yield f"- **{metric.title}** {value}{few}{parts}{moved}"


def _table(rows: Sequence[SplitRow]) -> Iterator[str]:
    split = rows[0].split
    titles = [split.value, "sent", *(METRICS[key].title for key in _COLUMNS)]
    yield f"| {' | '.join(titles)} |"
    yield f"|---|{'---:|' * (len(titles) - 1)}"
    for row in rows:
        cells = [
            escaped(row.name),
            count(row.row.sent),
            *(_cell(key, row.row, split.basis) for key in _COLUMNS),
        ]
        yield f"| {' | '.join(cells)} |"


def _cell(key: str, row: AnalyticsRow, basis: Basis) -> str:
    rate = METRICS[key].rate(row, basis)
    assert rate is not None
    if rate.fraction is None:
        return count(rate.n)
    return f"{percent(rate.fraction)}{'' if rate.enough else chr(92) + '*'} ({of(rate.n, rate.of)})"


def _comparison(each: StepComparison) -> str:
    return f"{escaped(each.step_id)}: {each.comparison.sentence(escaped)}"


def _section(title: str, items: Iterator[str] | Sequence[str]) -> list[str]:
    found = [f"- {item}" for item in items]
    return ["", f"### {title}", "", *found] if found else []
