"""What a caller of single moves relies on: mail held back, campaigns edited on the way, moves out of turn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Branched, Decide, Ended, Mailed, Reached, Send, Stuck
from imail_tui.domain.sequence.standing import Standing
from imail_tui.domain.sequence.walking import decide, due, enter, happened, hold, replan, sent
from imail_tui.domain.sequence.windows import SendWindow
from tests.unit.domain.sequence.histories import DAY, HOUR, LEAD, START, course, email, event, fork, wait
from tests.unit.domain.sequence.json_values import Json

OFFICE = SendWindow(timezone="UTC")
MOMENT = timedelta(microseconds=1)
NAMED: Json = {"signal": "field", "field": "first_name", "op": "eq", "value": "Ann"}
OPENED: Json = {"signal": "opened", "within_days": 2}
STEPS = [email("hello"), wait("w", 2), email("bump")]


def _after_hello(walked: Course) -> Standing:
    return sent(walked, LEAD, enter(walked, LEAD, START).standing, START, None).standing


def test_what_is_due() -> None:
    walked = course(STEPS)
    entered = enter(walked, LEAD, START)
    assert entered.marks == (Reached("hello", START),)
    assert due(walked, entered.standing) == Send("hello", START)
    late = START + 5 * HOUR
    moved = sent(walked, LEAD, entered.standing, late, "b")
    assert moved.marks == (Mailed("hello", late, "b"), Reached("w", late))
    assert due(walked, moved.standing) == Decide("w", late + 2 * DAY)
    assert decide(walked, LEAD, moved.standing, late + 2 * DAY - HOUR).standing == moved.standing
    waited = decide(walked, LEAD, moved.standing, late + 3 * DAY)
    assert due(walked, waited.standing) == Send("bump", late + 2 * DAY)
    over = sent(walked, LEAD, waited.standing, late + 3 * DAY, None)
    assert due(walked, over.standing) == Ended("completed", late + 3 * DAY)


def test_no_mail_is_sent_out_of_turn() -> None:
    walked = course(STEPS)
    for standing in (_after_hello(walked), Standing(None, START, ended="replied")):
        with pytest.raises(ValueError, match="no mail is due"):
            sent(walked, LEAD, standing, START + HOUR, None)


def test_held_mail_leaves_at_the_next_opening() -> None:
    walked = course(STEPS, window=OFFICE)
    entered = enter(walked, LEAD, START).standing
    held = hold(walked, LEAD, entered, START + 20 * HOUR).standing
    assert due(walked, held) == Send("hello", START + 25 * HOUR)
    assert held == replace(entered, due=START + 25 * HOUR)


def test_mail_held_beyond_the_last_opening_ends_the_lead() -> None:
    walked = course(STEPS, window=replace(OFFICE, last_date=date(2026, 5, 4)))
    entered = enter(walked, LEAD, START).standing
    until = START + 20 * HOUR
    assert hold(walked, LEAD, entered, until).marks == (Ended("no_opening", until),)


def test_a_wait_that_was_edited_counts_from_its_start() -> None:
    standing = _after_hello(course(STEPS))
    longer = course([email("hello"), wait("w", 9), email("bump")])
    moved = replan(longer, LEAD, standing, START + DAY)
    assert due(longer, moved.standing) == Decide("w", START + 9 * DAY)
    shorter = course([email("hello"), wait("w", 1, "minutes"), email("bump")])
    moved = replan(shorter, LEAD, standing, START + DAY)
    assert due(shorter, moved.standing) == Decide("w", START + DAY)


def test_a_window_that_was_edited_holds_for_what_waits() -> None:
    standing = _after_hello(course(STEPS))
    tuesdays = course(STEPS, window=replace(OFFICE, days=frozenset({1})))
    expected = START + 8 * DAY + HOUR
    assert due(tuesdays, replan(tuesdays, LEAD, standing, START).standing) == Decide("w", expected)
    # Without it, the wait ends when it would have and then waits for the new window.
    assert due(tuesdays, decide(tuesdays, LEAD, standing, START + 2 * DAY).standing) == Decide("w", expected)
    entered = enter(course(STEPS), LEAD, START).standing
    moved = replan(tuesdays, LEAD, entered, START + HOUR)
    assert due(tuesdays, moved.standing) == Send("hello", START + 25 * HOUR)


def test_a_window_that_was_edited_to_an_end_lets_the_wait_run_out() -> None:
    standing = _after_hello(course(STEPS))
    ended = course(STEPS, window=replace(OFFICE, last_date=date(2026, 5, 4)))
    moved = replan(ended, LEAD, standing, START + DAY)
    assert due(ended, moved.standing) == Decide("w", START + 2 * DAY)
    assert decide(ended, LEAD, moved.standing, START + 2 * DAY).marks == (
        Ended("no_opening", START + 2 * DAY),
    )


def test_a_condition_that_was_edited_is_judged_anew_from_the_arrival() -> None:
    before = course([email("hello"), fork("f", (OPENED, None))])
    arrived = decide(before, LEAD, _after_hello(before), START + HOUR).standing
    after = course([email("hello"), fork("f", (NAMED, None))])
    renamed = Lead("l", None, {"first_name": "Ann"})
    for standing in (arrived, replan(after, renamed, arrived, START + DAY).standing):
        (mark,) = [
            mark
            for mark in decide(after, renamed, standing, START + 5 * DAY).marks
            if isinstance(mark, Branched)
        ]
        assert mark.branch == 0


def test_a_step_that_was_taken_out_ends_the_lead() -> None:
    standing = _after_hello(course(STEPS))
    short = course([email("hello")])
    assert replan(short, LEAD, standing, START + DAY).marks == (Ended("completed", START + DAY),)
    assert decide(short, LEAD, standing, START + 9 * DAY).marks == (Ended("completed", START + 2 * DAY),)
    assert happened(short, LEAD, standing, event("replied", HOUR)).marks == (Ended("replied", START + HOUR),)


def test_a_step_of_an_unknown_kind_that_is_now_known_goes_on() -> None:
    call: Json = {"id": "call", "type": "phone_call"}
    before = course([email("hello"), call])
    standing = _after_hello(before)
    assert due(before, standing) == Stuck("call", START)
    assert replan(before, LEAD, standing, START + DAY).standing == standing
    after = course([email("hello"), email("call")])
    assert due(after, replan(after, LEAD, standing, START + DAY).standing) == Send("call", START + DAY)


def test_an_edit_does_not_bring_back_who_has_ended() -> None:
    over = Standing(None, START, ended="completed")
    assert replan(course(STEPS), LEAD, over, START + DAY).standing == over


def test_fields_are_read_on_arrival() -> None:
    both: Json = {"all": [NAMED, OPENED]}
    walked = course([email("hello"), fork("f", (both, None))])
    standing = _after_hello(walked)
    renamed = Lead(LEAD.id, None, {"first_name": "Bob"})
    opened = happened(walked, renamed, standing, event("opened", HOUR)).standing
    (mark, _) = decide(walked, renamed, opened, START + HOUR).marks
    assert isinstance(mark, Branched)
    assert mark.branch == 0


def test_what_was_due_before_an_event_is_decided_before_it() -> None:
    branching = fork("f", ({"signal": "opened"}, None))
    walked = course([email("hello"), wait("w", 1), branching])
    moved = happened(walked, LEAD, _after_hello(walked), event("opened", DAY + MOMENT))
    assert [type(mark) for mark in moved.marks] == [Reached, Branched, Ended]
    assert moved.marks[-1].at == START + DAY


def test_a_reply_that_comes_to_an_open_condition_does_not_reach_it_again() -> None:
    answered: Json = {"signal": "replied", "within_days": 5}
    walked = course([email("hello"), wait("w", 1), fork("f", (answered, None))])
    standing = _after_hello(walked)
    early = happened(walked, LEAD, standing, event("replied", HOUR))
    assert early.marks == (Reached("f", START + HOUR),)
    arrived = decide(walked, LEAD, standing, START + DAY)
    assert arrived.marks == (Reached("f", START + DAY),)
    late = happened(walked, LEAD, arrived.standing, event("replied", 30 * HOUR))
    assert late.marks == ()
    assert due(walked, late.standing) == Decide("f", START + 30 * HOUR)
