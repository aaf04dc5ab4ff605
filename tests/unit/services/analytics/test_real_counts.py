"""The sandbox's counts: fetched once, added up over every split, shared between sessions."""

from datetime import date
from pathlib import Path

import pytest

from imail_tui.api.exchange import Exchange
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span, last_days
from imail_tui.domain.rates import total
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.services.session import Session
from tests.fakes.moments import START

from ..conftest import OpenSession

TODAY = START.date()


@pytest.fixture
async def filled(session: Session) -> Session:
    """A session that has fetched ninety days."""
    await session.campaigns.refresh()
    await session.inboxes.refresh()
    await session.analytics.refresh(Question(last_days(90, TODAY), compare=False))
    return session


def counted(row: AnalyticsRow) -> dict[str, int | None]:
    return {name: row.counter(name) for name in COUNTERS}


def asked(session: Session) -> list[str]:
    """Paths of what the session asks from now on."""
    paths: list[str] = []
    session.exchanged.subscribe(lambda exchange: paths.append(_path(exchange)))
    return paths


def _path(exchange: Exchange) -> str:
    return exchange.path


async def test_every_split_adds_up_to_the_servers_own_total(filled: Session) -> None:
    analytics = filled.analytics
    for span in (last_days(90, TODAY), Span(date(2026, 1, 15), date(2026, 2, 20)), last_days(1, TODAY)):
        (told,) = await filled.client.analytics.query((), span.start, span.end)
        question = Question(span, compare=False)
        assert counted((await analytics.report(question)).total) == counted(told)
        for split in Split:
            rows = await analytics.split(question, split)
            assert counted(total(row.row for row in rows)) == counted(told), split
    assert analytics.difference is None


async def test_every_scope_is_what_the_server_says_of_it(filled: Session) -> None:
    span = Span(date(2026, 1, 20), date(2026, 2, 25))
    campaign = filled.campaigns.all()[0]
    inbox = filled.inboxes.all()[3]
    for scope, told in (
        (
            Scope(campaign_id=campaign.id),
            await filled.client.analytics.query((), span.start, span.end, campaign_id=campaign.id),
        ),
        (
            Scope(inbox_id=inbox.id),
            await filled.client.analytics.query((), span.start, span.end, inbox_id=inbox.id),
        ),
    ):
        report = await filled.analytics.report(Question(span, scope))
        assert counted(report.total) == counted(told[0])
    domains = await filled.analytics.split(Question(span, compare=False), Split.DOMAIN)
    for row in domains:
        report = await filled.analytics.report(Question(span, Scope(domain=row.key)))
        assert counted(report.total) == counted(row.row)
    steps = await filled.analytics.split(Question(span, compare=False), Split.VARIANT)
    for row in steps[:4]:
        step, _, variant = row.key.partition("/")
        report = await filled.analytics.report(Question(span, Scope(step_id=step, variant_id=variant)))
        assert counted(report.total) == counted(row.row)


async def test_only_missing_days_and_the_last_two_are_fetched(filled: Session, opened: OpenSession) -> None:
    paths = asked(filled)
    await filled.analytics.refresh(Question(last_days(30, TODAY)))
    assert paths == []  # the ninety days hold the period before as well
    ranges: list[str] = []
    filled.analytics.changed.subscribe(lambda span: ranges.append(str(span)))
    await filled.analytics.refresh(Question(last_days(60, TODAY)), urgent=True)
    # Thirty days before the ninety, the last two again, and one comparison with the server's total.
    assert len(paths) == 3
    assert ranges == ["2025-11-03 – 2025-12-02"]
    other = opened()
    await other.connect()
    paths = asked(other)
    await other.analytics.refresh(Question(last_days(30, TODAY), compare=False))
    assert paths.count("/analytics") == 1  # the comparison alone: the other session's days are here


async def test_the_period_before_has_as_many_days_and_only_when_known(filled: Session) -> None:
    report = await filled.analytics.report(Question(last_days(30, TODAY)))
    assert (len(report.days), len(report.before_days), report.complete) == (30, 30, True)
    assert report.before is not None
    (told,) = await filled.client.analytics.query((), date(2026, 1, 2), date(2026, 1, 31))
    assert counted(report.before) == counted(told)
    assert report.change("sent").difference == (report.total.sent or 0) - (told.sent or 0)
    unknown = await filled.analytics.report(Question(last_days(60, TODAY)))
    assert unknown.before is None
    assert unknown.change("sent").difference is None


async def test_future_days_are_gaps_and_quiet_days_are_noughts(filled: Session) -> None:
    span = Span(date(2026, 2, 28), date(2026, 3, 6))
    report = await filled.analytics.report(Question(span, Scope(campaign_id="cmp_none")))
    assert report.series("sent") == (0, 0, 0, None, None, None, None)
    assert (report.known_days, report.wanted_days, report.complete) == (3, 3, True)
    future = await filled.analytics.report(Question(Span(date(2026, 4, 1), date(2026, 4, 3))))
    assert (future.total.sent, future.wanted_days) == (None, 0)


async def test_a_heat_map_has_the_sums_of_its_days(filled: Session) -> None:
    question = Question(last_days(14, TODAY), compare=False)
    heat = await filled.analytics.heat(question, "sent")
    sums = [sum(int(row.values[place] or 0) for row in heat.rows) for place in range(14)]
    assert sums == list((await filled.analytics.report(question)).series("sent"))
    weeks = await filled.analytics.heat(Question(last_days(100, TODAY), compare=False), "sent")
    assert (weeks.bucket, len(weeks.days)) == (7, 15)


async def test_replies_by_hour_and_label_are_those_kept_here(filled: Session) -> None:
    question = Question(last_days(7, TODAY), compare=False)
    await filled.analytics.load_replies(question)
    hours, mix = await filled.analytics.reply_hours(question), await filled.analytics.label_mix(question)
    replies = [
        reply
        for reply in filled.replies.all()
        if reply.received_at is not None and reply.received_at.date() in set(question.span.each())
    ]
    human = [reply for reply in replies if not reply.is_auto]
    assert hours.replies == sum(map(sum, hours.counts)) == len(human) > 0
    assert mix.replies == sum(share.count for share in mix.shares) == len(replies)
    assert mix.sent == (await filled.analytics.report(question)).total.sent
    assert hours.zone == filled.workspace_zone
    step = next(reply.step_id for reply in human if reply.step_id)
    of_step = await filled.analytics.reply_hours(Question(question.span, Scope(step_id=step), compare=False))
    assert of_step.replies == sum(reply.step_id == step for reply in human)
    far = await filled.analytics.reply_hours(Question(last_days(90, TODAY), compare=False))
    assert "Replies are kept here from" in far.note


async def test_launches_and_lost_inboxes_are_marked(filled: Session) -> None:
    event = (
        b'{"id":"evt_1","type":"inbox.disconnected","created_at":"2026-02-20T10:00:00Z",'
        b'"data":{"inbox_id":"inb_gone","inbox_email":"a@b.example"}}'
    )
    filled._bench.events.add([event], 0.0)
    marks = await filled.analytics.marks(Question(last_days(60, TODAY)))
    assert [mark.text for mark in marks if mark.kind == "lost"] == ["a@b.example lost"]
    assert any(mark.kind == "launch" and mark.text.endswith(" began") for mark in marks)
    own = await filled.analytics.marks(Question(last_days(60, TODAY), Scope(inbox_id="inb_other")))
    assert not [mark for mark in own if mark.kind == "lost"]


async def test_files_are_whole_and_safe_for_spreadsheets(filled: Session, tmp_path: Path) -> None:
    question = Question(last_days(30, TODAY), compare=False)
    received: list[int] = []
    count = await filled.analytics.export_table(
        question, ("day", "inbox"), tmp_path / "server.csv", received.append
    )
    lines = (tmp_path / "server.csv").read_text().splitlines()
    assert lines[0].startswith("day,inbox_id,sent")
    assert count == len(lines) - 1 > 30
    assert received[-1] > 1_000
    rows = await filled.analytics.export_view(question, Split.CAMPAIGN, tmp_path / "view.csv")
    assert len((tmp_path / "view.csv").read_text().splitlines()) == rows + 1


async def test_public_numbers_are_asked_for_once_and_kept(session: Session) -> None:
    paths = asked(session)
    first = await session.metrics.fetch()
    assert await session.metrics.fetch() == first
    assert paths == ["/metrics"]
    assert dict(first.numbers())["inboxes_connected"] == first.metrics.inboxes_connected
    assert session.metrics.history() == (first,)
