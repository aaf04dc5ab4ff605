"""A lead that does what one says: dates, reasons, and that nothing is walked twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.sequence import load
from imail_tui.domain.sequence.story import Deed, deed_words, read_deed, tell
from imail_tui.domain.sequence.telling import steps_passed, told_lines
from tests.unit.domain.sequence.json_values import sound_sequences

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LEAD = Lead("led_1", "Europe/Berlin", {"first_name": "Bo"})
STEPS: list[dict[str, Any]] = [
    {"id": "hello", "type": "email", "subject": "Hi {{first_name}}", "body": "x"},
    {
        "id": "fork",
        "type": "condition",
        "branches": [
            {
                "label": "later",
                "when": {"signal": "classified", "label": "not_now", "of_step": "hello", "within_days": 5},
                "next": "again",
            },
            {"when": {"signal": "clicked", "of_step": "hello", "within_days": 3}, "next": "demo"},
        ],
        "else": "bump",
    },
    {"id": "bump", "type": "email", "body": "y", "next": None},
    {"id": "demo", "type": "email", "subject": "A demo", "body": "y", "next": None},
    {"id": "again", "type": "wait", "delay": {"value": 30, "unit": "days"}},
    {"id": "back", "type": "email", "body": "y"},
]
COURSE = Course(load(STEPS))


def lines(*deeds: str) -> list[tuple[str, str, str, str]]:
    walked = tell(COURSE, LEAD, MONDAY, map(read_deed, deeds))
    return [
        (f"{line.at:%a %d %H:%M}", line.kind, line.step_id, line.text)
        for line in told_lines(COURSE, LEAD, walked)
    ]


def test_a_lead_that_does_nothing_goes_by_else_when_the_last_window_closes() -> None:
    assert lines() == [
        ("Mon 02 09:00", "mail", "hello", "Hi Bo"),
        ("Sat 07 09:00", "branch", "fork", "else"),
        ("Mon 09 09:00", "mail", "bump", "Re: Hi Bo"),
        ("Mon 09 09:00", "end", "", "the sequence is over"),
    ]


def test_a_click_is_followed_when_no_earlier_branch_can_still_match() -> None:
    assert lines("hello:clicked@2d")[1:3] == [
        ("Sat 07 09:00", "branch", "fork", "branch 2"),
        ("Mon 09 09:00", "mail", "demo", "A demo"),
    ]


def test_a_reply_is_decided_with_its_classification() -> None:
    told = lines("hello:replied=not_now@4h")
    assert told[1] == ("Mon 02 13:02", "branch", "fork", "later")
    assert told[2] == ("Wed 01 14:02", "mail", "back", "Re: Hi Bo")


def test_a_branch_says_why() -> None:
    walked = tell(COURSE, LEAD, MONDAY, [read_deed("hello:replied=not_now@4h")])
    branch = told_lines(COURSE, LEAD, walked)[1]
    assert branch.note == "reply classified not_now, to hello on 2 Mar 13:02, within 5 days"
    assert steps_passed(walked) == {"hello", "fork", "again", "back"}


def test_deeds_to_mails_that_never_leave_do_not_happen() -> None:
    assert lines("demo:bounced") == lines()


@pytest.mark.parametrize("text", ["a:opened@1d", "a:clicked@90m", "a:replied=not_now@4h", "a:bounced@2d"])
def test_a_deed_is_read_as_it_is_written(text: str) -> None:
    assert deed_words(read_deed(text)) == text


def test_a_deed_without_a_time_is_a_day_later() -> None:
    assert read_deed(" a:auto_replied ") == Deed("a", "auto_replied", timedelta(days=1))


@pytest.mark.parametrize(
    "text", ["", "opened", "a:sneezed", "a:opened=x", "a:opened@2w", "a:opened@", "A:opened"]
)
def test_what_is_no_deed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"step:|none of|only a reply"):
        read_deed(text)


@given(sound_sequences())
def test_any_sound_sequence_is_told_to_its_end(steps: list[Any]) -> None:
    course = Course(load(steps))
    mails = [step["id"] for step in steps if step["type"] == "email"]
    for deeds in ([], [Deed(name, "opened") for name in mails], [Deed(name, "replied") for name in mails]):
        walked = tell(course, LEAD, MONDAY, deeds)
        told = told_lines(course, LEAD, walked)
        assert told[-1].kind in ("end", "stuck")
        assert [line.at for line in told] == sorted(line.at for line in told)
