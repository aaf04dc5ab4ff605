"""The analytics: sent, replied and bounced per day, and how each campaign does."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from imail_tui.domain.charts.reports import traffic_chart
from imail_tui.domain.operations import LIST_CAMPAIGNS
from imail_tui.services.reports import CampaignReport, DailyReport
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.analytics import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.screens.analytics.rows import COLUMNS, campaign_rows, key_figures
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.chart import Chart
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import ListedRows
from imail_tui.ui.widgets.safe_static import SafeStatic

RANGES: Final = (7, 14, 30, 90)
"""Days a range may cover."""


class AnalyticsScreen(AreaScreen):
    """A chart over a table, both over the same days."""

    AREA = areas.ANALYTICS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    AUTO_FOCUS: ClassVar[str | None] = "LineTable"

    DEFAULT_CSS = """
    AnalyticsScreen {
        #figures { height: 1; padding: 0 1; }
        Chart { height: 3fr; }
        LineTable { height: 2fr; }
    }
    """

    session: Session
    _days = 30

    def compose_body(self) -> ComposeResult:
        """Figures, chart, table."""
        with Vertical():
            yield SafeStatic(id="figures")
            yield Chart()
            yield LineTable(
                COLUMNS, empty="No mail was sent in this range. Launch a campaign, or choose a longer range."
            )

    def on_mount(self) -> None:
        """Show what was kept of the range."""
        self._show_kept()

    def title_note(self) -> str:
        """The range."""
        return f"last {self._days} days, UTC"

    async def refresh_area(self) -> None:
        """Fetch both reports."""
        days = self._days
        daily = await self.session.reports.daily(days)
        # The table names campaigns that no other screen may have asked for yet.
        if self.session.capabilities.has(LIST_CAMPAIGNS):
            await self.session.campaigns.refresh()
        campaigns = await self.session.reports.by_campaign(days)
        if days == self._days:
            self._show(daily, campaigns)

    def _show_kept(self) -> None:
        daily = self.session.reports.kept_daily(self._days)
        campaigns = self.session.reports.kept_by_campaign(self._days)
        if daily is not None:
            self._show(daily, campaigns or [])

    def _show(self, daily: DailyReport, campaigns: list[CampaignReport]) -> None:
        self.query_one("#figures", SafeStatic).update(key_figures(daily.total, self._days))
        self.query_one(Chart).show(traffic_chart(daily.rows))
        self.query_one(LineTable).show(ListedRows(campaign_rows(campaigns)))

    def _use_range(self, days: int) -> None:
        self._days = days
        self.show_title()
        self._show_kept()
        self.action_refresh_area()

    def action_step_range(self, step: int) -> None:
        """Cover more or fewer days."""
        place = RANGES.index(self._days) + step
        if 0 <= place < len(RANGES):
            self._use_range(RANGES[place])
        else:
            self.say(f"{self._days} days is the {'longest' if step > 0 else 'shortest'} range.")

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_range(self) -> None:
        """Choose the range from a list."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [Choice(str(days), f"{days} days") for days in RANGES]
        chosen = await self.app.push_screen_wait(PickerDialog("Range", choices, at=str(self._days)))
        if chosen is not None:
            self._use_range(int(chosen))
