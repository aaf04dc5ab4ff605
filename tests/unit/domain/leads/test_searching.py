"""What of a filter a server is asked for, and what a lead's events say in order."""

import pytest

from imail_tui.domain.filters import parse_filter
from imail_tui.domain.leads.searching import (
    question_of,
    reversed_order,
    server_order,
    with_campaign_ids,
)
from imail_tui.domain.leads.timeline import lead_timeline, suppressed_by
from imail_tui.domain.listing import Sort
from imail_tui.model.events import Event
from imail_tui.model.leads import Lead
from imail_tui.model.suppressions import Suppressed


@pytest.mark.parametrize(
    ("text", "words", "status", "rest"),
    [
        ('company:acme status:repl suppressed:no "cto x"', "acme cto x", "replied", ["suppressed"]),
        ("status:p", None, "paused", []),
        # Two statuses begin so: only rows here can tell.
        ("status:c,b", None, None, ["status"]),
        ("-acme status:nonsense", None, None, ["", "status"]),
        ("domain:acme.example", "acme.example", None, []),
    ],
)
def test_the_server_is_asked_for_what_it_can_judge(
    text: str, words: str | None, status: str | None, rest: list[str]
) -> None:
    question = question_of(parse_filter(text))
    assert (question.words, question.status) == (words, status)
    assert [term.field for term in question.rest] == rest


def test_campaigns_are_meant_by_a_part_of_their_name() -> None:
    names = {"cmp_1": "Q4 north", "cmp_2": "Q4 south", "cmp_3": "Spring"}
    one = with_campaign_ids(parse_filter("campaign:north"), names)
    assert question_of(one).campaign_id == "cmp_1"
    both = with_campaign_ids(parse_filter("campaign:q4"), names)
    assert [term.value for term in both.terms] == ["cmp_1,cmp_2"]
    assert question_of(both).campaign_id is None
    assert with_campaign_ids(parse_filter("campaign:cmp_3"), names).terms[0].value == "cmp_3"


def test_orders_of_the_server() -> None:
    assert server_order(Sort("created", descending=True)) == "-created_at"
    assert server_order(Sort("company")) is None
    assert reversed_order(reversed_order("-email")) == "-email"


def event(number: int, type_: str, **data: object) -> Event:
    at = f"2026-03-0{number}T10:00:00Z"
    row = {"id": f"evt_{number}", "type": type_, "created_at": at, "data": data}
    return Event.model_validate(row)


def test_a_timeline_says_what_happened_and_why_somebody_is_suppressed() -> None:
    bounce = {"category": "invalid", "code": "550", "diagnostic": "no such user \x1b[31m"}
    events = [
        event(2, "email.sent", step_id="s1", variant_id="b"),
        event(3, "email.bounced.hard", bounce=bounce),
        event(2, "email.sent", step_id="s1", variant_id="b"),
        event(4, "never.heard.of", step_id="s9"),
    ]
    lead = Lead.model_validate(
        {"id": "led_1", "email": "a@acme.example", "created_at": "2026-03-01T00:00:00Z"}
    )
    entry = Suppressed.model_validate(
        {
            "id": "acme.example",
            "value": "acme.example",
            "reason": "asked",
            "created_at": "2026-03-05T00:00:00Z",
        }
    )
    told = lead_timeline(lead, events, entry)
    assert [each.what for each in told] == [
        "⊘ suppressed",
        "? never.heard.of",
        "✗ hard bounce",
        "→ sent",
        "+ created",
    ]
    assert told[0].detail == "by its domain acme.example: asked"
    assert told[2].detail == "invalid · 550 · no such user \x1b[31m"
    assert told[3].detail == "s1, variant b"
    assert suppressed_by(events).startswith("hard bounce: invalid")
