"""When a campaign is done, what holds it up, and what if something were different."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.charts.spec import ChartSpec, Kind, Series
from imail_tui.domain.forecast.forecast import Forecast, Task, forecast
from imail_tui.domain.forecast.habits import FEW, SHARES, Habits, Share
from imail_tui.domain.forecast.room import Room
from imail_tui.domain.forecast.telling import (
    BOTTLENECKS,
    done_words,
    last_words,
    load_words,
    pace_words,
    sooner_words,
)
from imail_tui.domain.shown import count, percent, plural
from imail_tui.services.forecasting import Outlook
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.chart import Chart
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import fact
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic

WHAT_IF_LEADS: Final = 1_000
"""Leads of a campaign that has none yet."""
_CHART_DAYS: Final = 84
_COLUMNS: Final = (
    Column("name", "What if", 14, max_width=16),
    Column("value", "", 12, max_width=16),
    Column("slider", "", 12, max_width=14),
    Column("note", "Known", 16, weight=1, priority=1),
)
_STEPS: Final = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
_SHARE_STEP: Final = 0.005
_WORDS: Final = {"auto_replied": "auto-replied"}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a person changed; None = as it is."""

    leads: int | None = None
    limit: int | None = None
    inboxes: int = 0
    shares: dict[str, float] = field(default_factory=dict)


class ForecastDialog(Dialog[None]):
    """Left and right change the assumption under the cursor; the forecast follows."""

    DEFAULT_CSS = """
    ForecastDialog .box { width: 100; height: 100%; max-height: 40; }
    ForecastDialog Chart { height: 1fr; min-height: 1; }
    ForecastDialog LineTable { height: 10; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "change(1)", "more", show=False, id="forecast.more", priority=True),
        Binding("left,h", "change(-1)", "less", show=False, id="forecast.less", priority=True),
        Binding("backspace,u", "reset", "as it is", show=False, id="forecast.reset"),
        Binding("q", "cancel", "leave", show=False, id="forecast.leave"),
    ]

    def __init__(self, name: str, outlook: Outlook) -> None:
        super().__init__()
        self._name = name
        self._outlook = outlook
        empty = not outlook.task.queued and not outlook.task.waiting
        self._first = WhatIf(leads=WHAT_IF_LEADS if empty else None)
        self._what = self._first

    def compose(self) -> ComposeResult:
        """Facts, chart, assumptions."""
        with Vertical(classes="box"):
            yield SafeStatic(f"Forecast of {self._name or 'this campaign'}", classes="title")
            yield SafeStatic("Reckoning …", id="facts")
            yield Chart()
            yield LineTable(_COLUMNS)
            yield SafeStatic("← → change what is under the cursor · u as it is · esc leaves", classes="note")

    def on_mount(self) -> None:
        """Reckon."""
        self._show_assumptions()
        self.query_one(LineTable).focus()
        self._reckon()

    def action_change(self, by: int) -> None:
        """More or less of the assumption under the cursor."""
        what, key = self._what, self.query_one(LineTable).cursor_id
        task, room, habits = self._given()
        match key:
            case "leads":
                what = replace(what, leads=_stepped(task.queued, by))
            case "limit":
                what = replace(what, limit=_stepped(room.daily_limit, by))
            case "inboxes":
                what = replace(what, inboxes=max(-len(self._outlook.room.inboxes), what.inboxes + by))
            case str():
                value = min(1.0, max(0.0, habits.share(key).value + by * _SHARE_STEP))
                what = replace(what, shares={**what.shares, key: round(value, 4)})
        self._use(what)

    def action_reset(self) -> None:
        """Everything as it is."""
        self._use(self._first)

    def _use(self, what: WhatIf) -> None:
        if what != self._what:
            self._what = what
            self._show_assumptions()
            self._reckon()

    def _given(self) -> tuple[Task, Room, Habits]:
        """What is reckoned with now."""
        what, outlook = self._what, self._outlook
        task = outlook.task if what.leads is None else replace(outlook.task, queued=what.leads)
        room = outlook.room if what.limit is None else replace(outlook.room, daily_limit=what.limit)
        for _ in range(max(0, what.inboxes)):
            room = room.with_inbox()
        if what.inboxes < 0:
            room = replace(room, inboxes=tuple(room.inboxes)[: what.inboxes])
        habits = outlook.habits
        for name, value in what.shares.items():
            habits = habits.with_chosen(name, value)
        return task, room, habits

    @work(group="reckon", exclusive=True, exit_on_error=False)
    async def _reckon(self) -> None:
        task, room, habits = self._given()
        found = await asyncio.to_thread(forecast, task, room, habits)
        self.query_one("#facts", SafeStatic).update(self._facts(found))
        days = found.days[:_CHART_DAYS]
        self.query_one(Chart).show(
            ChartSpec(
                Kind.BARS,
                tuple(day.date for day in days),
                (Series("mails", tuple(day.mails for day in days)),),
                title="mails per day",
            )
            if len(days) > 1
            else None
        )

    def _facts(self, found: Forecast) -> Content:
        today = self._outlook.task.begins.date()
        lines = [
            fact("Done", done_words(found, today)),
            fact("Last ones", last_words(found)),
            fact("Mails", f"{found.mails:,.0f}, {found.each:.1f} to a lead: {pace_words(found)}"),
            fact("Held up by", BOTTLENECKS[found.bottleneck]),
            fact("Load", load_words(found)),
            fact("1 more inbox", sooner_words(found)),
        ]
        return Content("\n").join(lines)

    def _show_assumptions(self) -> None:
        task, room, habits = self._given()
        own = self._outlook
        began = sum(own.task.waiting.values())
        rows = [
            _row(
                "leads",
                "leads",
                count(task.queued),
                _bar(task.queued / _STEPS[-1]),
                f"{own.task.queued:,} queued, {began:,} under way",
            ),
            _row("limit", "daily limit", count(room.daily_limit), "", self._pace_note()),
            _row(
                "inboxes",
                "inboxes",
                count(len(room.inboxes)),
                "",
                f"{plural(len(own.room.inboxes), 'inbox')} connected",
            ),
        ]
        for name in SHARES:
            share = habits.share(name)
            rows.append(
                _row(
                    name,
                    _WORDS.get(name, name),
                    percent(share.value),
                    _bar(share.value),
                    _share_note(own.habits.share(name)),
                )
            )
        self.query_one(LineTable).show(ListedRows(rows))

    def _pace_note(self) -> str:
        paced = self._outlook.paced
        return (
            f"pace measured on {plural(paced, 'day')}: {self._outlook.room.pace:.2f} of it" if paced else ""
        )


def _share_note(share: Share) -> str:
    if not share.of:
        return "nothing known of this account: usual in the field"
    few = ", few: the usual counts too" if share.of < FEW else ""
    return f"{share.n:,} of {share.of:,} mails{few}"


def _row(row_id: str, name: str, value: str, slider: str, note: str) -> Row:
    cells = {
        "name": Cell(name, "strong"),
        "value": Cell(value),
        "slider": Cell(slider, "muted"),
        "note": Cell(note, "muted"),
    }
    return Row(row_id, cells)


def _bar(share: float) -> str:
    full = round(10 * min(1.0, max(0.0, share)))
    return "▮" * full + "▯" * (10 - full)


def _stepped(value: int, by: int) -> int:
    """The next round number up or down."""
    if by > 0:
        return next((step for step in _STEPS if step > value), _STEPS[-1])
    return next((step for step in reversed(_STEPS) if step < value), _STEPS[0])
