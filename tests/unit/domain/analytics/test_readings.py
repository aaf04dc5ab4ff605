"""What is read off counts: metrics, changes, versions compared, the funnel, drilling, tables, Markdown."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import JsonValue

from imail_tui.domain.analytics.comparing import Verdict, compare
from imail_tui.domain.analytics.count_tables import CountTable, NoCounts
from imail_tui.domain.analytics.drill import drill
from imail_tui.domain.analytics.funnel import funnel
from imail_tui.domain.analytics.markdown import escaped, markdown
from imail_tui.domain.analytics.metrics import METRICS, change
from imail_tui.domain.analytics.report import LabelMix, LabelShare, Question, Report
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.labels import label_of
from imail_tui.domain.listing import EVENTS, LEADS, REPLIES
from imail_tui.domain.matching import matches
from imail_tui.domain.rates import Basis
from imail_tui.model.analytics import COUNTED, AnalyticsRow
from imail_tui.model.record import Json

WEEK = Question(Span(date(2026, 3, 2), date(2026, 3, 8)))


def test_steps_are_measured_by_mails_sent_and_everything_else_by_leads_contacted() -> None:
    row = AnalyticsRow(sent=400, contacted=250, replied=10, positive_replied=4, unsubscribed=1)
    by_lead, by_mail = (METRICS["reply_rate"].rate(row, basis) for basis in Basis)
    assert by_lead is not None
    assert by_mail is not None
    assert (by_lead.n, by_lead.of, by_lead.per) == (10, 250, "contacted")
    assert (by_mail.n, by_mail.of, by_mail.per) == (10, 400, "sent")
    assert Split.STEP.basis is Split.VARIANT.basis is Scope(step_id="e1").basis is Basis.SENT


def test_a_change_says_whether_it_is_for_the_better_only_of_enough() -> None:
    before = AnalyticsRow(sent=1_000, bounced_hard=30, bounced_soft=10, contacted=100, replied=2)
    now = AnalyticsRow(sent=2_000, bounced_hard=30, bounced_soft=10, contacted=100, replied=4)
    bounces = change(METRICS["bounce_rate"], now, before, Basis.CONTACTED)
    assert (bounces.shown(), bounces.better) == ("-2.0 pp", True)
    replies = change(METRICS["reply_rate"], now, before, Basis.CONTACTED)
    assert (replies.shown(), replies.better) == ("+2.0 pp", None)
    sent = change(METRICS["sent"], now, before, Basis.CONTACTED)
    assert (sent.shown(), sent.better, sent.growth) == ("+100 %", None, 1.0)
    unknown = change(METRICS["unsubscribe_rate"], now, before, Basis.CONTACTED)
    assert (unknown.shown(), unknown.difference) == ("–", None)
    fresh = change(METRICS["sent"], now, AnalyticsRow(sent=0), Basis.CONTACTED)
    assert (fresh.shown(), fresh.growth) == ("new", None)


def version(sent: int | None, replied: int) -> AnalyticsRow:
    return AnalyticsRow(sent=sent, replied=replied)


@pytest.mark.parametrize(
    ("versions", "verdict"),
    [
        ([("", version(500, 50)), ("b", version(500, 15))], Verdict.BETTER),
        ([("", version(500, 15)), ("b", version(500, 12))], Verdict.NO_DIFFERENCE),
        ([("", version(29, 20)), ("b", version(500, 12))], Verdict.NOT_ENOUGH),
        ([("", version(None, 20)), ("b", version(500, 12))], Verdict.UNKNOWN),
        ([("", version(500, 20))], Verdict.UNKNOWN),
        ([], Verdict.UNKNOWN),
        ([("", version(0, 0)), ("b", version(0, 0))], Verdict.NOT_ENOUGH),
    ],
)
def test_versions_are_told_apart_only_by_the_numbers(
    versions: list[tuple[str, AnalyticsRow]], verdict: Verdict
) -> None:
    assert compare(versions).verdict is verdict


def test_more_versions_need_a_clearer_lead() -> None:
    pair = [("a", version(300, 30)), ("b", version(300, 15))]
    many = [*pair, *((f"c{number}", version(300, 15)) for number in range(8))]
    assert compare(pair).verdict is Verdict.BETTER
    assert compare(many).verdict is Verdict.NO_DIFFERENCE
    assert compare(pair).sentence().startswith("a does better, by ")


def test_a_funnel_leaves_unknown_stages_unknown() -> None:
    stages = funnel(AnalyticsRow(contacted=200, replied=20, positive_replied=5))
    assert [(stage.title, stage.count, stage.of_first) for stage in stages] == [
        ("contacted", 200, 1.0),
        ("opened", None, None),
        ("clicked", None, None),
        ("replied", 20, 0.1),
        ("positive", 5, 0.025),
    ]


def reply(day: int, **fields: JsonValue) -> Json:
    at = datetime(2026, 3, day, 23, 59, tzinfo=UTC).isoformat()
    return {"id": "r", "received_at": at, "is_auto": False, "campaign_id": "cmp_1", **fields}


def test_a_number_of_replies_leads_to_exactly_those() -> None:
    found = drill(WEEK, "reply_rate", Split.CAMPAIGN, "cmp_1", None)
    conditions = conditions_of(REPLIES, parse_filter(found.filter))
    assert found.area == "replies"
    shown = [
        reply(2),
        reply(8),
    ]
    hidden = [reply(1), reply(9), reply(5, is_auto=True), reply(5, campaign_id="cmp_2")]
    assert all(matches(REPLIES, conditions, row) for row in shown)
    assert not any(matches(REPLIES, conditions, row) for row in hidden)


def test_the_replies_of_one_step_are_not_those_of_another_that_begins_alike() -> None:
    found = drill(WEEK, "replied", Split.STEP, "e1", None)
    conditions = conditions_of(REPLIES, parse_filter(found.filter))
    shown = [step for step in ("e1", "e10", None) if matches(REPLIES, conditions, reply(5, step_id=step))]
    assert (shown, "step" in found.note) == (["e1"], False)
    assert "variant" in drill(WEEK, "replied", Split.VARIANT, "e1/b", None).note


def test_what_a_list_cannot_tell_apart_is_said() -> None:
    assert "step" in drill(WEEK, "bounced_hard", Split.STEP, "e1", None).note
    leads = drill(WEEK, "contacted", Split.CAMPAIGN, "cmp_1", None)
    assert (leads.area, "not by which campaign" in leads.note) == ("leads", True)
    assert conditions_of(LEADS, parse_filter(leads.filter))
    nothing = drill(WEEK, "unsubscribed", None, None, None)
    assert (nothing.area, bool(nothing.note)) == ("", True)
    bounced = drill(WEEK, "bounce_rate", Split.DAY, "2026-03-03", ("inb_1", "inb_2"))
    row: Json = {
        "type": "email.bounced.soft",
        "created_at": "2026-03-03T05:00:00Z",
        "data": {"inbox_id": "inb_2"},
    }
    assert matches(EVENTS, conditions_of(EVENTS, parse_filter(bounced.filter)), row)


def test_a_table_is_read_by_its_titles() -> None:
    table = CountTable(["\ufeffCampaign;Date; Sent ;Unique Opens;extra\n", "c;2026-03-02;7;;x\n", "\n"])
    (row,) = table
    counts = dict(zip(COUNTED, row.counts, strict=True))
    assert table.keys == {"campaign", "day"}
    assert (row.day, row.campaign, row.inbox, counts["sent"]) == (date(2026, 3, 2), "c", "", 7)
    assert counts["unique_opened"] is None
    assert counts["replied"] is None


def test_rows_that_cannot_be_booked_are_counted() -> None:
    lines = ["day,sent\n", "total,9\n", "2026-03-02,7,8\n", "2026-03-02,1.5\n", "2026-03-02,4.0\n"]
    table = CountTable(lines)
    assert [row.counts[0] for row in table] == [4]
    assert table.skipped == 3


@pytest.mark.parametrize("lines", [[], ["<html>\n"], ["day,campaign\n"], ['"day,sent\n']])
def test_what_is_no_table_of_counts(lines: list[str]) -> None:
    with pytest.raises(NoCounts):
        list(CountTable(lines))


def test_foreign_text_in_markdown_is_only_text() -> None:
    hostile = "a|b [x](javascript:1) <img> @all #1 `c` *d* _e_ ~f~ :+1: &lt; \x1b[31m"
    shown = escaped(hostile)
    assert "\x1b" not in shown
    for special in "|[]<>@#`*_~":
        assert all(shown[place - 1] == "\\" for place, char in enumerate(shown) if char == special)
    assert r"javascript\:1" in shown
    assert r"\&lt;" in shown
    assert escaped("Cold chain: A & B") == "Cold chain: A & B"


@pytest.mark.parametrize(
    ("negative", "sent", "words"),
    [
        (15, 100, "negative 15.0 % 15/100 sent"),
        (16, 100, "negative 16.0 % 16/100 sent ! slow down"),
        (16, 99, "negative 16.2 % 16/99 sent, too few to judge by"),
        (3, None, ""),
    ],
)
def test_negative_replies_are_judged_by_the_mails_sent(negative: int, sent: int | None, words: str) -> None:
    labels = [("interested", 40), ("unsubscribe", 2), ("wrong_person", negative - 2)]
    mix = LabelMix(
        tuple(LabelShare(label_of(name), count) for name, count in labels), 40 + negative, "", sent
    )
    assert mix.negative_words() == words
    assert replace(mix, note="Some are not here.").negative_words().count("at least") == bool(words)
    told = markdown("Ours", Report(WEEK, (), AnalyticsRow(), 0, 0), [], mix=mix)
    assert words in told
    assert mix.negative.tone == {16: "watch" if sent == 100 else "muted", 15: "", 3: "muted"}[negative]
