"""Analytics: counts by day and by campaign, kept so that the next start shows them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import JsonValue

from imail_tui.domain.budget import Priority
from imail_tui.domain.rates import total
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.record import Json
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.workbench import Workbench

_REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class DailyReport:
    """One row for each day from `start` to `end`, both included (UTC); `total` is their sum."""

    start: date
    end: date
    rows: tuple[AnalyticsRow, ...]

    @property
    def total(self) -> AnalyticsRow:
        """The sum of all days."""
        return total(self.rows)


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """Counts of one campaign. `name` is None for one the cache does not know."""

    campaign_id: str
    name: str | None
    row: AnalyticsRow


class Reports:
    """Analytics of the workspace. Methods without `kept` ask the server and raise `ApiError`."""

    def __init__(self, bench: Workbench, campaigns: Campaigns) -> None:
        self._bench = bench
        self._campaigns = campaigns

    async def daily(self, days: int, *, urgent: bool = False) -> DailyReport:
        """Counts of each of the last `days`, today (world time) included."""
        start, end, rows = await self._counts(("day",), days, urgent=urgent)
        report = DailyReport(start, end, _every_day(rows, start, end))
        await self._keep(f"daily:{days}", report.rows, start, end)
        return report

    async def by_campaign(self, days: int, *, urgent: bool = False) -> list[CampaignReport]:
        """Counts of each campaign over the last `days`, today (world time) included."""
        start, end, rows = await self._counts(("campaign",), days, urgent=urgent)
        await self._keep(f"campaign:{days}", rows, start, end)
        return self._named(rows)

    def kept_daily(self, days: int) -> DailyReport | None:
        """The report as last fetched, whatever its range. Sends nothing."""
        found = self._kept(f"daily:{days}")
        return None if found is None else DailyReport(found[1], found[2], tuple(found[0]))

    def kept_by_campaign(self, days: int) -> list[CampaignReport] | None:
        """The report as last fetched, whatever its range. Sends nothing."""
        found = self._kept(f"campaign:{days}")
        return None if found is None else self._named(found[0])

    async def _counts(
        self, group_by: tuple[str, ...], days: int, *, urgent: bool
    ) -> tuple[date, date, list[AnalyticsRow]]:
        """Counts of the last days with their range; asked again if the answer taught another today."""
        asked = self._range(days)
        rows = await self._query(group_by, *asked, urgent=urgent)
        if asked != self._range(days):
            asked = self._range(days)
            rows = await self._query(group_by, *asked, urgent=urgent)
        return *asked, rows

    async def _query(
        self, group_by: tuple[str, ...], start: date, end: date, *, urgent: bool
    ) -> list[AnalyticsRow]:
        priority = Priority.INTERACTIVE if urgent else Priority.BACKGROUND
        return await self._bench.ask(lambda client: client.analytics.query(group_by, start, end), priority)

    def _range(self, days: int) -> tuple[date, date]:
        today = self._bench.line.now().date()
        return today - timedelta(days=days - 1), today

    def _named(self, rows: Sequence[AnalyticsRow]) -> list[CampaignReport]:
        reports = []
        for row in rows:
            if row.campaign_id:
                campaign = self._campaigns.get(row.campaign_id)
                reports.append(CampaignReport(row.campaign_id, campaign.name if campaign else None, row))
        return reports

    async def _keep(self, report: str, rows: Sequence[AnalyticsRow], start: date, end: date) -> None:
        wires: list[JsonValue] = [row.wire() for row in rows]
        document: Json = {"rows": wires, "start": start.isoformat(), "end": end.isoformat()}
        await self._bench.keep(_REPORTS, report, document)

    def _kept(self, report: str) -> tuple[list[AnalyticsRow], date, date] | None:
        found = self._bench.cache.kept(_REPORTS, report)
        if found is None:
            return None
        rows, start, end = (found[0].get(name) for name in ("rows", "start", "end"))
        assert isinstance(rows, list)
        dates = date.fromisoformat(str(start)), date.fromisoformat(str(end))
        return [AnalyticsRow.model_validate(row) for row in rows], *dates


def _every_day(rows: Sequence[AnalyticsRow], start: date, end: date) -> tuple[AnalyticsRow, ...]:
    """One row a day. A day that the server passes over had none of what it counts for the others."""
    by_day = {row.day: row for row in rows}
    counted: Json = {name: 0 for name in COUNTERS if any(row.counter(name) is not None for row in rows)}
    days = (start + timedelta(days=number) for number in range((end - start).days + 1))
    return tuple(
        by_day.get(day) or AnalyticsRow.model_validate({**counted, "day": day.isoformat()}) for day in days
    )
