"""Every lint has a campaign that triggers it; the clean one triggers none."""

from typing import Any

import pytest
from hypothesis import given

from imail_tui.domain.sequence.lint.finding import Audience, Sender, Surroundings
from imail_tui.domain.sequence.lint.findings import NOWHERE, lint
from tests.unit.domain.sequence.json_values import ANY_JSON

KNOWN = frozenset({"first_name", "company"})
TEXT = (
    "Hi {{first_name|there}},\n\nyou move freight from Rotterdam, so I thought of you.\n"
    "If this is not for you, tell me and I won't write again.\n\nAnna, Halden Pike, 12 Harbour Street, Leeds"
)
MAIL: dict[str, Any] = {"id": "hello", "type": "email", "subject": "Rotterdam", "body": TEXT}
BUMP: dict[str, Any] = {**MAIL, "id": "bump", "subject": "", "body": "Did you see https://a.example ?"}
CLEAN: dict[str, Any] = {"name": "Guide", "inbox_ids": ["inb_1"], "track_opens": False, "steps": [MAIL]}
GOOD = Sender("anna@a.example", "connected", 40, 90, True, 60, (), 120)


def pause(days: int, step_id: str = "pause") -> dict[str, Any]:
    return {"id": step_id, "type": "wait", "delay": {"value": days, "unit": "days"}}


def fork(signal: str, **more: object) -> dict[str, Any]:
    branch = {"when": {"signal": signal, **more}, "next": None}
    return {"id": "fork", "type": "condition", "branches": [branch], "else": None}


def mail(**change: object) -> dict[str, Any]:
    return {"steps": [{**MAIL, **change}]}


def variants(*bodies: str) -> dict[str, Any]:
    weight = 100 // (len(bodies) + 1)
    own = [{"id": f"v{n}", "weight": weight, "body": body} for n, body in enumerate(bodies)]
    return mail(weight=100 - weight * len(bodies), variants=own)


def around(**sender: Any) -> Surroundings:
    return Surroundings({"inb_1": Sender(**{**_fields(GOOD), **sender})})


def leads(**counts: Any) -> Surroundings:
    return Surroundings(None, Audience(**{"total": 200, "queued": 200, **counts}))


def _fields(sender: Sender) -> dict[str, Any]:
    return {name: getattr(sender, name) for name in Sender.__slots__}


def found(campaign: dict[str, Any], where: Surroundings = NOWHERE) -> list[tuple[str, str]]:
    return [(item.code, item.place) for item in lint(campaign, KNOWN, where)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"steps": [MAIL, pause(3), {**BUMP, "body": "Did you see it?"}], "track_opens": False},
        {"steps": [MAIL, pause(3), BUMP, fork("clicked", within_days=2)], "track_opens": False},
        {"steps": [MAIL, fork("replied", of_step="hello", within_days=3)]},
        {"steps": [MAIL, fork("replied", negate=True, of_step="hello", within_days=3)]},
        {"daily_limit": 40},
        variants("Another opening.\n" + TEXT, "And a third.\n" + TEXT),
        mail(body="In set notation {1} or {} or {a: b}.\n" + TEXT),
        mail(subject="Hi"),
        mail(subject="ABC"),
        mail(subject="{{spin|A question about|A word on}} {{company|freight}} in Rotterdam and Leeds"),
        mail(body="[1], [2], [note] and [a link](x)\n" + TEXT),
        mail(body="word " * 150 + TEXT),
    ],
)
def test_a_clean_campaign_has_no_findings(change: dict[str, Any]) -> None:
    assert found({**CLEAN, **change}) == []


@pytest.mark.parametrize(
    ("code", "place", "change"),
    [
        ("no_name", "name", {"name": " "}),
        ("long_name", "name", {"name": "x" * 121}),
        ("no_inbox", "inbox_ids", {"inbox_ids": []}),
        ("daily_limit", "daily_limit", {"daily_limit": 0}),
        ("order", "send_window.end", {"send_window": {"start": "17:00", "end": "09:00"}}),
        ("subject", "steps[0].subject", mail(subject="")),
        ("empty_body", "steps[2].body", {"steps": [MAIL, pause(3), {**BUMP, "body": " "}]}),
        ("unknown_variable", "steps[0].body", mail(body=TEXT + "{{nobody}}")),
        ("template_braces", "steps[0].body", mail(body=TEXT + "{{first_name")),
        ("single_brace", "steps[0].body", mail(body="{Hi|Hello}\n" + TEXT)),
        ("single_brace", "steps[0].subject", mail(subject="Hi {first_name}")),
        ("placeholder", "steps[0].body", mail(body="Hi [Your name],\n" + TEXT)),
        ("placeholder", "steps[0].body", mail(body="[What you noticed.]\n" + TEXT)),
        ("look_alike", "steps[0].body", mail(body="P\u0430ypal\n" + TEXT)),
        ("long_body", "steps[0].body", mail(body="word " * 201 + TEXT)),
        (
            "many_links",
            "steps[2].body",
            {"steps": [MAIL, pause(3), {**BUMP, "body": "https://a.example " * 3}]},
        ),
        ("spam_words", "steps[0].body", mail(body="Act now: it is risk-free.\n" + TEXT)),
        ("long_subject", "steps[0].subject", mail(subject="x" * 61)),
        ("capitals", "steps[0].subject", mail(subject="BUY NOW")),
        ("fake_reply", "steps[0].subject", mail(subject="Re: us")),
        ("first_link", "steps[0].body", mail(body="See https://a.example\n" + TEXT)),
        ("first_image", "steps[0].body", mail(body="<img src=x>\n" + TEXT)),
        ("no_opt_out", "steps[0].body", mail(body="Hello. 12 Harbour Street, Leeds")),
        ("no_address", "steps[0].body", mail(body="Hello. Reply no and I will not write again.")),
        ("same_wording", "steps[0].variants[0].body", variants(TEXT)),
        ("short_gap", "steps[2]", {"steps": [MAIL, pause(1), BUMP]}),
        ("long_gap", "steps[2]", {"steps": [MAIL, pause(15), BUMP]}),
        ("untracked", "steps[1].branches[0].when", {"steps": [MAIL, fork("opened", within_days=2)]}),
        ("no_link", "steps[1].branches[0].when", {"steps": [MAIL, fork("clicked", within_days=2)]}),
        (
            "branch_on_opened",
            "steps[1].branches[0].when",
            {"steps": [MAIL, fork("opened", within_days=2)], "track_opens": True},
        ),
        ("judged_at_once", "steps[1].branches[0].when", {"steps": [MAIL, fork("replied")]}),
        (
            "dead_branch",
            "steps[4].branches[0].when",
            {"steps": [MAIL, pause(3), BUMP, pause(3, "again"), fork("replied", of_step="hello")]},
        ),
        ("tracking", "track_opens", {"track_opens": True}),
    ],
)
def test_each_lint_is_found_at_its_place_and_can_be_silenced(
    code: str, place: str, change: dict[str, Any]
) -> None:
    broken = {**CLEAN, **change}
    assert found(broken) == [(code, place)]
    assert found({**broken, "lint": {"ignore": [code]}}) == []


@pytest.mark.parametrize(
    ("code", "place", "where", "change"),
    [
        ("unknown_inbox", "inbox_ids[0]", Surroundings({}), {}),
        ("inbox_down", "inbox_ids[0]", around(status="disconnected"), {}),
        ("inbox_down", "inbox_ids[0]", around(status="pending_setup"), {}),
        ("inbox_limit", "inbox_ids[0]", around(daily_limit=51), {}),
        ("inbox_limit", "inbox_ids[0]", around(daily_limit=21, age_days=29), {}),
        ("warmup_off", "inbox_ids[0]", around(warmup_on=False), {}),
        ("warmup_short", "inbox_ids[0]", around(warmup_days=13), {}),
        ("dns", "inbox_ids[0]", around(failing=("SPF",)), {}),
        ("over_capacity", "daily_limit", around(), {"daily_limit": 41}),
        ("narrow_window", "send_window", around(min_gap_seconds=3600), {"daily_limit": 40}),
        ("missing_column", "steps[0].body", leads(), mail(body=TEXT + "{{custom.plan}}")),
        (
            "blank_variable",
            "steps[0].body",
            leads(blank={"company": 11}),
            mail(body="{{company}}: {{custom.plan|x}}\n" + TEXT),
        ),
        ("no_names", "leads", leads(blank={"first_name": 21}), {}),
        ("role_addresses", "leads", leads(role=31), {}),
        ("consumer_domains", "leads", leads(consumer=81), {}),
        ("suppressed", "leads", leads(suppressed=21), {}),
        ("unverified", "leads", leads(unverified=21), {}),
        ("shared_leads", "leads", leads(shared=1), {}),
        ("few_leads", "leads", leads(queued=69), {"daily_limit": 10}),
        ("no_test", "steps[0].variants", leads(queued=1_000), {}),
    ],
)
def test_what_is_known_of_inboxes_and_leads_is_judged(
    code: str, place: str, where: Surroundings, change: dict[str, Any]
) -> None:
    campaign = {**CLEAN, **change}
    assert found(campaign, where) == [(code, place)]
    assert found(campaign) == []


@pytest.mark.parametrize(
    "where",
    [
        around(),
        around(status="paused"),
        around(daily_limit=20, age_days=3),
        around(daily_limit=None, min_gap_seconds=None, age_days=None, warmup_on=None, warmup_days=None),
        leads(),
        leads(total=0),
        leads(
            blank={"company": 10, "first_name": 20},
            role=30,
            consumer=80,
            suppressed=20,
            unverified=20,
            queued=70,
        ),
    ],
)
def test_what_is_in_order_is_not_judged(where: Surroundings) -> None:
    assert found({**CLEAN, "daily_limit": 10, **mail(body="{{company}}\n" + TEXT)}, where) == []


def test_one_step_can_be_silenced() -> None:
    steps = [MAIL, pause(1), BUMP, pause(1, "again"), {**BUMP, "id": "last"}]
    campaign = {**CLEAN, "steps": steps}
    assert found(campaign) == [("short_gap", "steps[2]"), ("short_gap", "steps[4]")]
    assert found({**campaign, "lint": {"ignore": ["last:short_gap"]}}) == [("short_gap", "steps[2]")]


def test_a_launch_hears_what_was_silenced() -> None:
    campaign = {**CLEAN, "inbox_ids": [], "lint": {"ignore": ["no_inbox"]}}
    assert found(campaign) == []
    assert [item.code for item in lint(campaign, KNOWN, heed_silence=False)] == ["no_inbox"]


@given(ANY_JSON)
def test_it_never_raises(value: object) -> None:
    lint({"name": value, "inbox_ids": value, "steps": value, "lint": value, "send_window": value}, KNOWN)
    lint({"steps": [value, value], "lint": {"ignore": value}}, KNOWN)
