"""Raw counts by day, campaign, inbox, step and variant, and the public numbers."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

from imail_tui.api.channel import Channel, query_of
from imail_tui.api.pages import Page, Pages
from imail_tui.api.reading import page, record, unreadable
from imail_tui.api.resources.listing import PAGE_SIZE
from imail_tui.api.wire import Answer, Pairs, Sink
from imail_tui.model.analytics import COUNTERS, AnalyticsRow, PublicMetrics
from imail_tui.model.record import Json


class Analytics:
    """`/analytics`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def query(
        self,
        group_by: tuple[str, ...],
        start: date,
        end: date,
        campaign_id: str | None = None,
        inbox_id: str | None = None,
    ) -> list[AnalyticsRow]:
        """Counts from `start` to `end`, both included (UTC days). Raises `ApiError`.

        JSON when one page is sure to hold the result, else CSV: one unpaginated answer for one token.
        """
        pairs = _asked(group_by, start, end, campaign_id, inbox_id)
        days = (end - start).days + 1
        one_page = not group_by or (group_by == ("day",) and days <= PAGE_SIZE)
        asked = (*pairs, ("limit", str(PAGE_SIZE))) if one_page else (*pairs, ("format", "csv"))
        first = await self._channel.get("/analytics", _rows, asked, "" if one_page else "text/csv")

        async def fetch(cursor: str | None) -> Page[AnalyticsRow]:
            if cursor is None:
                return first
            return await self._channel.get("/analytics", _rows, (*asked, ("cursor", cursor)))

        return [row async for row in Pages(fetch)]

    async def download(
        self,
        group_by: tuple[str, ...],
        start: date,
        end: date,
        sink: Sink,
        *,
        campaign_id: str | None = None,
        inbox_id: str | None = None,
    ) -> bool:
        """The same as one CSV that goes to `sink` as it arrives. Raises `ApiError`.

        False: the server answered with something else than CSV, and the sink holds that.
        """
        asked = (*_asked(group_by, start, end, campaign_id, inbox_id), ("format", "csv"))
        return await self._channel.download("/analytics", _is_csv, asked, "text/csv", sink)

    def pages(self, group_by: tuple[str, ...], start: date, end: date) -> Pages[AnalyticsRow]:
        """All of it as JSON, page by page."""
        asked = (*_asked(group_by, start, end, None, None), ("limit", str(PAGE_SIZE)))

        async def fetch(cursor: str | None) -> Page[AnalyticsRow]:
            pairs = asked if cursor is None else (*asked, ("cursor", cursor))
            return await self._channel.get("/analytics", page(AnalyticsRow), pairs)

        return Pages(fetch)


class Metrics:
    """`/metrics`: public numbers, asked for again only when the last answer is no longer fresh.

    `clock` gives monotonic seconds.
    """

    def __init__(self, channel: Channel, clock: Callable[[], float]) -> None:
        self._channel = channel
        self._clock = clock
        self._kept: PublicMetrics | None = None
        self._fresh_until = 0.0

    def fresh_for(self) -> float:
        """Seconds for which the last answer is still fresh."""
        return max(0.0, self._fresh_until - self._clock())

    async def get(self) -> PublicMetrics:
        """The service-wide numbers. Needs no key and costs no token. Raises `ApiError`."""
        if self._kept is not None and self._clock() < self._fresh_until:
            return self._kept
        numbers, fresh_for = await self._channel.get_public("/metrics", _with_freshness)
        self._kept, self._fresh_until = numbers, self._clock() + fresh_for
        return numbers


def _asked(
    group_by: tuple[str, ...], start: date, end: date, campaign_id: str | None, inbox_id: str | None
) -> Pairs:
    return query_of(
        {
            "group_by": ",".join(group_by),
            "from": start.isoformat(),
            "to": end.isoformat(),
            "campaign_id": campaign_id,
            "inbox_id": inbox_id,
        }
    )


def _is_csv(answer: Answer) -> bool:
    return "csv" in (answer.header("content-type") or "").lower()


def _with_freshness(answer: Answer) -> tuple[PublicMetrics, float]:
    """The numbers and the seconds `Cache-Control` and `Age` leave them (RFC 9111)."""
    found = re.search(r"max-age=(\d{1,9})", answer.header("cache-control") or "", re.ASCII)
    age = re.fullmatch(r"\d{1,9}", answer.header("age") or "0", re.ASCII)
    lifetime = int(found[1]) if found else 0
    return record(PublicMetrics)(answer), float(max(0, lifetime - int(age[0] if age else 0)))


def _rows(answer: Answer) -> Page[AnalyticsRow]:
    """Rows from whichever format the server chose."""
    if not _is_csv(answer):
        return page(AnalyticsRow)(answer)
    try:
        text = io.StringIO(answer.body.decode("utf-8-sig"), newline="")
        header, *lines = csv.reader(text, strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise unreadable(answer, "The server's CSV cannot be read.") from None
    if not set(COUNTERS) & set(header) or any(len(line) != len(header) for line in lines if line):
        raise unreadable(answer, "The server's CSV is not a table of counts.")
    # A blank cell is an unknown number, so it is left out.
    cells: list[Json] = [
        {name: value for name, value in zip(header, line, strict=True) if value} for line in lines if line
    ]
    return Page(items=[AnalyticsRow.model_validate(row) for row in cells], raw=cells)
