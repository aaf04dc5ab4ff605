"""Every lint has a campaign that triggers it; the clean one triggers none."""

import pytest

from imail_tui.domain.sequence.lint.findings import lint

KNOWN = frozenset({"first_name"})
MAIL: dict[str, object] = {"id": "hello", "type": "email", "subject": "Hi", "body": "Hi {{first_name|there}}"}
CLEAN: dict[str, object] = {"name": "Guide", "inbox_ids": ["inb_1"], "steps": [MAIL]}


def fork(signal: str) -> list[dict[str, object]]:
    branch = {"when": {"signal": signal}, "next": None}
    return [MAIL, {"id": "fork", "type": "condition", "branches": [branch], "else": None}]


def codes(campaign: dict[str, object]) -> list[str]:
    return [item.code for item in lint(campaign, KNOWN)]


def test_a_clean_campaign_has_no_findings() -> None:
    assert codes(CLEAN) == []
    assert codes({**CLEAN, "steps": fork("clicked"), "track_opens": False}) == []


@pytest.mark.parametrize(
    ("code", "place", "change"),
    [
        ("no_name", "name", {"name": " "}),
        ("long_name", "name", {"name": "x" * 121}),
        ("no_inbox", "inbox_ids", {"inbox_ids": []}),
        ("daily_limit", "daily_limit", {"daily_limit": 0}),
        ("order", "send_window.end", {"send_window": {"start": "17:00", "end": "09:00"}}),
        ("subject", "steps[0].subject", {"steps": [{**MAIL, "subject": ""}]}),
        ("empty_body", "steps[0].body", {"steps": [{**MAIL, "body": " "}]}),
        ("unknown_variable", "steps[0].body", {"steps": [{**MAIL, "body": "{{nobody}}"}]}),
        ("template_braces", "steps[0].body", {"steps": [{**MAIL, "body": "{{first_name"}]}),
        ("long_body", "steps[0].body", {"steps": [{**MAIL, "body": "word " * 201}]}),
        ("many_links", "steps[0].body", {"steps": [{**MAIL, "body": "https://a.example " * 3}]}),
        ("long_subject", "steps[0].subject", {"steps": [{**MAIL, "subject": "x" * 61}]}),
        ("capitals", "steps[0].subject", {"steps": [{**MAIL, "subject": "BUY NOW"}]}),
        ("fake_reply", "steps[0].subject", {"steps": [{**MAIL, "subject": "Re: us"}]}),
        ("branch_on_opened", "steps[1].branches[0].when", {"steps": fork("opened")}),
        ("untracked", "steps[1].branches[0].when", {"steps": fork("opened"), "track_opens": False}),
    ],
)
def test_each_lint_is_found_at_its_place_and_can_be_silenced(
    code: str, place: str, change: dict[str, object]
) -> None:
    broken = {**CLEAN, **change}
    assert [(item.code, item.place) for item in lint(broken, KNOWN)] == [(code, place)]
    assert codes({**broken, "lint": {"ignore": [code]}}) == []
