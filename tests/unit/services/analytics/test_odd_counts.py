"""Servers whose counts are not as the contract has them, and a world small enough to calculate by hand."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from imail_tui.api.errors import BadRequest, BadResponse
from imail_tui.domain.analytics.comparing import Verdict
from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span, last_days
from imail_tui.domain.rates import Basis
from imail_tui.model.analytics import COUNTERS
from imail_tui.model.secret import Secret
from imail_tui.services.analytics.counts import NotSplit
from imail_tui.services.analytics.exporting import view_csv
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.counts_server import CountsServer, Row, counts_server

TODAY = date(2026, 3, 10)
LAST_WEEK = Question(last_days(7, TODAY), compare=False)


@pytest.fixture(scope="module")
def running() -> Iterator[CountsServer]:
    with counts_server(CountsServer()) as server:
        yield server


@pytest.fixture
def server(running: CountsServer) -> CountsServer:
    """The server as it was made, without rows."""
    fresh = CountsServer(url=running.url)
    running.__dict__.update(fresh.__dict__)
    return running


@pytest.fixture
async def session(server: CountsServer, paths: Paths) -> AsyncIterator[Session]:
    found = FoundKey(Secret("imk_test_" + "0" * 26), "test")
    session = open_session(paths, Profile("odd", server.url), found, feed_seconds=None)
    # The first answer of any kind tells the world's time.
    await session.analytics.refresh(Question(Span(TODAY, TODAY), compare=False))
    server.asked.clear()
    yield session
    await session.close()


def row(day: int, campaign: str = "cmp_a", step: str = "e1", **counts: int) -> Row:
    keys: Row = {"day": f"2026-03-{day:02}", "campaign_id": campaign, "inbox_id": "inb_1", "step_id": step}
    variant = "b" if counts.pop("variant", 0) else None
    return {**keys, "variant_id": variant, **dict.fromkeys(COUNTERS, 0), **counts}


def many(days: int, a_day: int = 3) -> list[Row]:
    first = TODAY - timedelta(days=days - 1)
    return [
        {**row(1, f"cmp_{number}", sent=number + 1), "day": str(first + timedelta(days=day))}
        for day in range(days)
        for number in range(a_day)
    ]


async def test_numbers_calculated_by_hand(server: CountsServer, session: Session) -> None:
    server.rows = [
        row(4, sent=200, delivered=190, contacted=200, replied=4, bounced_hard=6, bounced_soft=4),
        row(5, step="e2", sent=100, delivered=99, replied=5, positive_replied=2, bounced_soft=1),
        row(5, variant=1, sent=60, delivered=60, contacted=60, replied=9, unique_opened=30, opened=90),
        row(6, "cmp_b", sent=40, delivered=40, contacted=40, replied=2, positive_replied=2, unsubscribed=3),
    ]
    await session.analytics.refresh(LAST_WEEK)
    report = await session.analytics.report(LAST_WEEK)
    told = {key: METRICS[key].rate(report.total) for key in METRICS if METRICS[key].is_rate}
    parts = {key: (rate.n, rate.of) for key, rate in told.items() if rate is not None}
    assert parts == {
        "delivery_rate": (389, 400),
        "open_rate": (30, 389),
        "click_rate": (0, 389),
        "reply_rate": (20, 300),
        "positive_rate": (4, 300),
        "positive_share": (4, 20),
        "bounce_rate": (11, 400),
        "hard_bounce_rate": (6, 400),
        "unsubscribe_rate": (3, 300),
        "complaint_rate": (None, 389),
    }
    reply_rate, bounce_rate = told["reply_rate"], told["bounce_rate"]
    assert reply_rate is not None
    assert bounce_rate is not None
    assert reply_rate.interval is not None
    # (20/300 + z²/600 ± z √(20/300·280/300/300 + z²/360000)) / (1 + z²/300) with z = 1.96, on paper.
    assert [round(bound, 4) for bound in reply_rate.interval] == [0.0436, 0.1007]
    assert (reply_rate.tone, bounce_rate.tone) == ("good", "")
    steps = await session.analytics.split(LAST_WEEK, Split.STEP)
    rates = [(step.key, METRICS["reply_rate"].rate(step.row, Basis.SENT)) for step in steps]
    assert [(key, rate.n, rate.of) for key, rate in rates if rate] == [("e1", 15, 300), ("e2", 5, 100)]
    (versions,) = await session.analytics.variants(Question(LAST_WEEK.span, Scope(campaign_id="cmp_a")))
    assert versions.comparison.verdict is Verdict.BETTER
    assert [each.variant_id for each in versions.comparison.contenders] == ["b", ""]
    lead = versions.comparison.lead
    assert lead is not None
    # 9/60 less 4/200: Wilson bounds 0.0810 and 0.0503, so 0.13 - √(0.0690² + 0.0303²).
    assert round(lead.low, 3) == 0.055


async def test_a_year_is_one_request_and_stored_by_month(server: CountsServer, session: Session) -> None:
    server.rows = many(365)
    done: list[int] = []
    session.analytics.progress.subscribe(lambda fetching: done.append(fetching.done))
    year = Question(last_days(365, TODAY), compare=False)
    await session.analytics.refresh(year)
    assert [asked.get("format") for asked in server.asked] == ["csv", None]
    assert server.asked[0]["group_by"] == "day,campaign,inbox,step,variant"
    assert done == sorted(done)
    assert done[-1] == 365
    report = await session.analytics.report(year)
    assert (report.total.sent, report.complete) == (365 * 6, True)


async def test_a_server_that_splits_coarsely_is_asked_so(server: CountsServer, session: Session) -> None:
    server.rows = many(5)
    server.refused = frozenset({"step", "variant"})
    await session.analytics.refresh(LAST_WEEK, urgent=True)
    assert session.analytics.splits(LAST_WEEK) == {
        Split.DAY,
        Split.CAMPAIGN,
        Split.INBOX,
        Split.DOMAIN,
        Split.PROVIDER,
    }
    assert (await session.analytics.report(LAST_WEEK)).total.sent == 30
    with pytest.raises(NotSplit, match="step"):
        await session.analytics.split(LAST_WEEK, Split.STEP)
    by_step = await session.analytics.report(Question(LAST_WEEK.span, Scope(step_id="e1")))
    assert by_step.total.sent is None
    server.asked.clear()
    await session.analytics.refresh(LAST_WEEK, urgent=True)
    assert [asked["group_by"] for asked in server.asked] == ["day,campaign,inbox"]


async def test_a_server_that_refuses_every_split_says_so(server: CountsServer, session: Session) -> None:
    server.refused = frozenset({"day"})
    with pytest.raises(BadRequest):
        await session.analytics.refresh(LAST_WEEK, urgent=True)


async def test_a_key_that_is_passed_over_is_noticed(server: CountsServer, session: Session) -> None:
    server.rows = many(5)
    server.passed_over = frozenset({"variant"})
    await session.analytics.refresh(LAST_WEEK, urgent=True)
    assert Split.VARIANT not in session.analytics.splits(LAST_WEEK)
    assert Split.STEP in session.analytics.splits(LAST_WEEK)
    server.passed_over = frozenset({"day"})
    with pytest.raises(BadResponse):
        await session.analytics.refresh(LAST_WEEK, urgent=True)


async def test_counters_that_are_missing_stay_unknown(server: CountsServer, session: Session) -> None:
    server.rows = [{"day": "2026-03-05", "campaign_id": "cmp_a", "sent": 9, "bounced_hard": 1}]
    await session.analytics.refresh(LAST_WEEK)
    report = await session.analytics.report(LAST_WEEK)
    assert (report.total.sent, report.total.replied) == (9, None)
    assert report.series("bounce_rate") == (None,) * 7
    assert report.series("sent") == (0, 9, 0, 0, 0, 0, 0)
    lines = list(
        csv.reader(io.StringIO("".join(view_csv(await session.analytics.split(LAST_WEEK, Split.DAY)))))
    )
    assert lines[2][lines[0].index("replied")] == ""


async def test_a_csv_that_is_not_the_json_is_told(server: CountsServer, session: Session) -> None:
    server.rows = many(60)
    server.csv_adds = 1
    told: list[str] = []
    session.noticed.subscribe(lambda problem: told.append(problem.sentence()))
    month = Question(last_days(30, TODAY), compare=False)
    await session.analytics.refresh(month)
    assert len(told) == 1
    assert "The days add up to 252 sent, the server's own total is 168." in told[0]
    assert session.analytics.difference is not None
    await session.analytics.refresh(month)
    assert len(told) == 1


async def test_an_old_day_that_changed_on_the_server_is_found(server: CountsServer, session: Session) -> None:
    server.rows = many(30)
    month = Question(last_days(30, TODAY), compare=False)
    await session.analytics.refresh(month)
    session.analytics._checked.clear()
    server.rows[4]["replied"] = 7
    server.asked.clear()
    await session.analytics.refresh(month)
    assert (await session.analytics.report(month)).total.replied == 7
    assert session.analytics.difference is None
    (again,) = (asked for asked in server.asked if "campaign" in asked.get("group_by", ""))
    assert again["from"] == again["to"] == server.rows[4]["day"]


async def test_a_table_in_no_order_is_fetched_by_month(server: CountsServer, session: Session) -> None:
    server.rows = many(60)
    server.csv_reversed = True
    span = Question(last_days(60, TODAY), compare=False)
    await session.analytics.refresh(span)
    assert (await session.analytics.report(span)).total.sent == 60 * 6
    assert session.analytics.difference is None


async def test_without_csv_pages_do(server: CountsServer, session: Session) -> None:
    server.rows = many(20)
    server.has_csv, server.page = False, 7
    span = Question(last_days(20, TODAY), compare=False)
    await session.analytics.refresh(span)
    assert (await session.analytics.report(span)).total.sent == 20 * 6
    with pytest.raises(BadResponse):
        await session.analytics.export_table(span, ("day",), Path("/nowhere/else.csv"))


async def test_no_data_and_one_day(server: CountsServer, session: Session) -> None:
    await session.analytics.refresh(LAST_WEEK)
    report = await session.analytics.report(LAST_WEEK)
    assert (report.total.sent, report.complete) == (None, True)
    assert await session.analytics.split(LAST_WEEK, Split.CAMPAIGN) == ()
    day = Question(Span(TODAY, TODAY))
    server.rows = [row(10, sent=3), row(9, sent=1)]
    await session.analytics.refresh(day, urgent=True)
    one = await session.analytics.report(day)
    assert one.change("sent").shown() == "+200 %"
