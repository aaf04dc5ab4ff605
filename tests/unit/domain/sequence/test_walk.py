"""What happens to one lead, rule by rule. Times are hours since the start, a Monday 08:00 UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest

from imail_tui.domain.sequence.chance import Chances
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Branched, Mailed
from imail_tui.domain.sequence.standing import Event, EventKind
from imail_tui.domain.sequence.walk import walk
from imail_tui.domain.sequence.windows import SendWindow
from tests.unit.domain.sequence.histories import (
    DAY,
    HOUR,
    LEAD,
    START,
    course,
    email,
    event,
    fork,
    since,
    trace,
    wait,
)
from tests.unit.domain.sequence.json_values import Json

OPENED: Json = {"signal": "opened", "within_days": 2}
MOMENT = timedelta(microseconds=1)
OFFICE = SendWindow(timezone="UTC")


def test_mails_and_waits_in_a_row() -> None:
    steps = [email("hello"), wait("w", 36, "hours"), email("bump"), wait("m", 30, "minutes"), email("last")]
    assert since(trace(course(steps))) == [
        ("send", "hello", 0),
        ("send", "bump", 36),
        ("send", "last", 36.5),
        ("end", "completed", 36.5),
    ]


def test_mail_leaves_at_the_next_opening_and_waits_count_from_there() -> None:
    # Friday 20:00 + ... : entered on Monday 08:00, open from 09:00 to 17:00 on weekdays.
    steps = [email("hello"), wait("w", 4), email("bump"), wait("h", 10, "hours"), email("last")]
    assert since(trace(course(steps, window=OFFICE))) == [
        ("send", "hello", 1),
        ("send", "bump", 97),  # Friday 09:00
        ("send", "last", 7 * 24 + 1),  # Friday 19:00 is shut: Monday 09:00
        ("end", "completed", 7 * 24 + 1),
    ]


@pytest.mark.parametrize(
    ("days", "excluded", "expected"),
    [
        (1, frozenset(), 25),
        (5, frozenset(), 169),
        (1, frozenset({date(2026, 5, 5)}), 49),
        (10, frozenset(), 337),
    ],
)
def test_business_days(days: int, excluded: frozenset[date], expected: float) -> None:
    window = SendWindow(timezone="UTC", excluded=excluded)
    steps = [email("hello"), wait("w", days, business_days=True), email("bump")]
    assert since(trace(course(steps, window=window)))[1] == ("send", "bump", expected)


def test_business_days_keep_the_wall_time_over_a_change_of_the_clocks() -> None:
    window = SendWindow(timezone="Europe/Berlin", days=frozenset(range(7)))
    entered = datetime(2026, 3, 28, 9, 30, tzinfo=UTC)  # 10:30 in Berlin, still winter
    steps = [email("hello"), wait("b", 1, business_days=True), email("bump"), wait("d", 1), email("last")]
    walked = walk(course(steps, window=window), LEAD, entered, (), entered + 30 * DAY)
    sends = [mark.at for mark in walked.marks if isinstance(mark, Mailed)]
    assert sends == [
        entered,
        datetime(2026, 3, 29, 8, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 8, 30, tzinfo=UTC),
    ]


def test_the_lead_s_zone_decides() -> None:
    steps = [email("hello")]
    window = SendWindow()
    tokyo = Lead("l", "Asia/Tokyo", {})
    assert since(trace(course(steps, window=window), lead=tokyo))[0] == ("send", "hello", 16)
    nowhere = Lead("l", "Mars/Base", {})
    assert since(trace(course(steps, window=window), lead=nowhere))[0] == ("send", "hello", 1)


def test_a_window_that_never_opens_again_ends_the_lead() -> None:
    window = SendWindow(timezone="UTC", last_date=date(2026, 5, 5))
    assert since(trace(course([email("hello"), wait("w", 2), email("bump")], window=window))) == [
        ("send", "hello", 1),
        ("end", "no_opening", 49),
    ]
    assert since(trace(course([email("hello")], window=SendWindow(last_date=date(2026, 5, 1))))) == [
        ("end", "no_opening", 0)
    ]


def test_while_a_wait_lasts_that_no_opening_follows_the_lead_can_still_end() -> None:
    window = SendWindow(timezone="UTC", last_date=date(2026, 5, 5))
    walked = course([email("hello"), wait("w", 2), email("bump")], window=window)
    assert since(trace(walked, event("replied", 30 * HOUR)))[-1] == ("end", "replied", 30)


def test_an_end_step_and_a_null_end() -> None:
    stop: Json = {"id": "stop", "type": "end"}
    assert since(trace(course([email("hello", next="stop"), stop])))[1:] == [("end", "completed", 0)]
    steps = [email("hello"), fork("f", ({"signal": "opened"}, None), otherwise="bump"), email("bump")]
    assert since(trace(course(steps), event("opened", timedelta(0)))) == [
        ("send", "hello", 0),
        ("branch", "f", 0, 0),
        ("end", "completed", 0),
    ]


def _after(when: Json, *events: Event, lead: Lead = LEAD, stop_on_reply: bool = True) -> tuple[object, ...]:
    """How a condition goes that a lead reaches one day after its first mail."""
    steps = [
        email("hello"),
        wait("w", 1),
        fork("f", (when, "yes"), otherwise="no"),
        email("yes"),
        email("no"),
    ]
    entries = since(trace(course(steps, stop_on_reply=stop_on_reply), *events, lead=lead))
    return next(entry for entry in entries if entry[0] == "branch")[2:]


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (None, ("else", 48)),
        (timedelta(hours=3), (0, 24)),
        (timedelta(hours=30), (0, 30)),
        (2 * DAY, (0, 48)),  # at the very end of the window
        (2 * DAY + MOMENT, ("else", 48)),
    ],
)
def test_a_window_of_days_counts_from_the_send(
    opened: timedelta | None, expected: tuple[object, float]
) -> None:
    events = [] if opened is None else [event("opened", opened)]
    assert _after(OPENED, *events) == expected
    branch, at = expected
    assert _after(OPENED | {"negate": True}, *events) == ("else" if branch == 0 else 0, at)


@pytest.mark.parametrize(
    ("opened", "expected"), [(DAY, 0), (DAY + MOMENT, "else"), (timedelta(0), 0), (None, "else")]
)
def test_without_a_window_the_arrival_decides(opened: timedelta | None, expected: object) -> None:
    events = [] if opened is None else [event("opened", opened)]
    assert _after({"signal": "opened"}, *events) == (expected, 24)


def test_only_the_named_mail_counts_and_by_default_the_latest() -> None:
    steps = [
        email("hello"),
        email("second"),
        wait("w", 1),
        fork(
            "f", ({"signal": "opened"}, "a"), ({"signal": "opened", "of_step": "hello"}, "b"), otherwise=None
        ),
        email("a"),
        email("b"),
    ]
    of_first = trace(course(steps), event("opened", HOUR, "hello"))
    assert since(of_first)[2] == ("branch", "f", 1, 24)
    of_second = trace(course(steps), event("opened", HOUR, "second"))
    assert since(of_second)[2] == ("branch", "f", 0, 24)


def test_a_mail_that_was_not_sent_has_no_signals() -> None:
    steps = [
        fork("start", ({"signal": "random", "percent": 50}, "hello"), otherwise="other"),
        email("hello"),
        email("other"),
        fork("f", ({"signal": "opened", "of_step": "hello", "within_days": 5}, "x")),
        email("x"),
    ]
    for drawn, expected in ((49.9, 5 * 24), (50.0, 0)):
        chances = Chances(atom=lambda *_, drawn=drawn: drawn)
        entries = since(trace(course(steps, chances=chances)))
        assert ("branch", "f", "else", expected) in entries


def test_events_before_the_send_do_not_count() -> None:
    steps = [
        wait("w", 1),
        email("hello"),
        fork("f", ({"signal": "opened", "within_days": 1}, None)),
    ]
    assert since(trace(course(steps), event("opened", HOUR)))[1] == ("branch", "f", "else", 48)


@pytest.mark.parametrize(
    ("kind", "more", "when", "expected"),
    [
        ("clicked", {}, {"signal": "clicked"}, 0),
        ("opened", {}, {"signal": "clicked"}, "else"),
        ("bounced_soft", {}, {"signal": "bounced"}, 0),
        ("replied", {}, {"signal": "replied"}, 0),
        ("replied", {"is_auto": True}, {"signal": "replied"}, "else"),
        ("classified", {"label": "interested"}, {"signal": "classified"}, 0),
        ("classified", {"label": "interested"}, {"signal": "classified", "label": "interested"}, 0),
        ("classified", {"label": "Interested"}, {"signal": "classified", "label": "interested"}, "else"),
        ("replied", {}, {"signal": "classified"}, "else"),
    ],
)
def test_signals(kind: EventKind, more: dict[str, str | bool], when: Json, expected: object) -> None:
    happened = event(kind, HOUR, "hello", **more)
    assert _after(when, happened, stop_on_reply=False) == (expected, 24)


def test_a_second_label_counts_as_well() -> None:
    events = [event("classified", HOUR, label="question"), event("classified", 2 * HOUR, label="interested")]
    assert _after({"signal": "classified", "label": "interested"}, *events) == (0, 24)


def test_the_first_of_several_events_decides() -> None:
    events = [event("classified", HOUR, label="question"), event("classified", 30 * HOUR, label="interested")]
    assert _after({"signal": "classified", "within_days": 1}, *events) == (0, 24)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"all": [OPENED, {"signal": "clicked", "within_days": 2}]}, (0, 40)),
        ({"any": [OPENED, {"signal": "clicked", "within_days": 2}]}, (0, 30)),
        ({"all": [OPENED, {"signal": "clicked"}]}, ("else", 24)),
        ({"any": [{"signal": "clicked"}, {"signal": "random", "percent": 99, "negate": True}]}, ("else", 24)),
    ],
)
def test_groups_are_decided_as_soon_as_they_can_be(when: Json, expected: tuple[object, float]) -> None:
    events = [event("opened", 30 * HOUR), event("clicked", 40 * HOUR)]
    steps = [email("hello"), wait("w", 1), fork("f", (when, None))]
    walked = course(steps, chances=Chances(atom=lambda *_: 50.0))
    assert since(trace(walked, *events))[1][2:] == expected


def test_a_branch_waits_for_the_open_ones_before_it() -> None:
    branches = [
        ({"signal": "clicked", "within_days": 3}, None),
        ({"signal": "opened", "within_days": 3}, None),
    ]
    steps = [email("hello"), fork("f", *branches)]
    assert since(trace(course(steps), event("opened", HOUR)))[1] == ("branch", "f", 1, 72)
    both = [event("opened", HOUR), event("clicked", 5 * HOUR)]
    assert since(trace(course(steps), *both))[1] == ("branch", "f", 0, 5)
    swapped = [email("hello"), fork("f", *reversed(branches))]
    assert since(trace(course(swapped), *both))[1] == ("branch", "f", 0, 1)


def test_a_condition_that_is_reached_after_its_window_is_decided_at_once() -> None:
    steps = [email("hello"), wait("w", 9), fork("f", (OPENED, None))]
    assert since(trace(course(steps)))[1] == ("branch", "f", "else", 9 * 24)
    assert since(trace(course(steps), event("opened", 5 * DAY)))[1] == ("branch", "f", "else", 9 * 24)
    assert since(trace(course(steps), event("opened", DAY)))[1] == ("branch", "f", 0, 9 * 24)


@pytest.mark.parametrize(
    ("atom", "held"),
    [
        ({"field": "first_name", "op": "eq", "value": " ANN "}, True),
        ({"field": "first_name", "op": "ne", "value": "ann"}, False),
        ({"field": "first_name", "op": "contains", "value": "N"}, True),
        ({"field": "last_name", "op": "exists"}, False),
        ({"field": "last_name", "op": "exists", "negate": True}, True),
        ({"field": "custom.seats", "op": "gt", "value": 11.5}, True),
        ({"field": "custom.seats", "op": "lt", "value": "12.5"}, True),
        ({"field": "custom.seats", "op": "in", "value": ["12", 12.0]}, True),
    ],
)
def test_fields(atom: Json, held: bool) -> None:
    assert _after({"signal": "field", **atom}) == (0 if held else "else", 24)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("bounced_hard", "bounced"), ("unsubscribed", "unsubscribed"), ("suppressed", "suppressed")],
)
@pytest.mark.parametrize("after", [timedelta(0), HOUR, DAY - MOMENT, DAY])
def test_what_ends_a_lead_ends_it_before_what_is_due_then(
    kind: EventKind, reason: str, after: timedelta
) -> None:
    steps = [email("hello"), wait("w", 1), email("bump")]
    assert since(trace(course(steps), event(kind, after))) == [
        ("send", "hello", 0),
        ("end", reason, after / HOUR),
    ]


def test_a_soft_bounce_ends_nothing() -> None:
    steps = [email("hello"), wait("w", 1), email("bump")]
    assert since(trace(course(steps), event("bounced_soft", HOUR)))[1] == ("send", "bump", 24)


def test_after_the_end_nothing_follows() -> None:
    steps = [email("hello"), wait("w", 1), email("bump")]
    events = [event("unsubscribed", HOUR), event("bounced_hard", 2 * HOUR), event("replied", 3 * HOUR)]
    assert since(trace(course(steps), *events)) == [("send", "hello", 0), ("end", "unsubscribed", 1)]


def test_of_two_ends_at_one_instant_the_bounce_comes_first() -> None:
    events = [event("replied", HOUR), event("unsubscribed", HOUR), event("bounced_hard", HOUR)]
    steps = [email("hello"), wait("w", 1), email("bump")]
    assert since(trace(course(steps), *events))[-1] == ("end", "bounced", 1)


def test_a_human_reply_ends_the_lead() -> None:
    steps = [email("hello"), wait("w", 1), email("bump")]
    assert since(trace(course(steps), event("replied", HOUR)))[-1] == ("end", "replied", 1)
    assert since(trace(course(steps), event("replied", HOUR, is_auto=True)))[-1] == ("end", "completed", 24)
    assert since(trace(course(steps, stop_on_reply=False), event("replied", HOUR)))[-1] == (
        "end",
        "completed",
        24,
    )


def test_a_reply_before_the_last_wait_ends_the_lead_too() -> None:
    assert since(trace(course([email("hello"), wait("w", 9)]), event("replied", HOUR)))[-1] == (
        "end",
        "replied",
        1,
    )


def test_a_reply_to_a_mail_that_waits_for_its_window_ends_the_lead() -> None:
    steps = [email("hello"), wait("w", 9, "hours"), email("bump")]
    entries = since(trace(course(steps, window=OFFICE), event("replied", 12 * HOUR)))
    assert entries == [("send", "hello", 1), ("end", "replied", 12)]


def test_a_reply_decides_the_condition_that_reads_it() -> None:
    steps = [
        email("hello"),
        wait("w", 3),
        wait("x", 3),
        fork("f", ({"signal": "replied"}, "thanks"), otherwise="bump"),
        email("thanks"),
        email("bump"),
    ]
    assert since(trace(course(steps), event("replied", 5 * HOUR)))[1:3] == [
        ("branch", "f", 0, 5),
        ("send", "thanks", 5),
    ]
    # The bump after the thanks is the next step that is no condition: a second reply there comes too late.
    assert since(trace(course(steps)))[1] == ("branch", "f", "else", 6 * 24)


def test_a_reply_closes_the_open_windows() -> None:
    when: Json = {"all": [{"signal": "opened", "within_days": 5, "negate": True}, {"signal": "replied"}]}
    steps = [email("hello"), wait("w", 1), fork("f", (when, "x"), otherwise="y"), email("x"), email("y")]
    assert since(trace(course(steps), event("replied", 5 * HOUR)))[1] == ("branch", "f", 0, 5)
    opened = event("opened", HOUR)
    assert since(trace(course(steps), opened, event("replied", 5 * HOUR)))[1] == ("branch", "f", "else", 5)


def test_a_reply_at_an_open_condition_that_does_not_read_it_ends_the_lead() -> None:
    steps = [email("hello"), fork("f", (OPENED, None))]
    assert since(trace(course(steps), event("replied", HOUR)))[1:] == [("end", "replied", 1)]


CLASSIFIED = [
    email("hello"),
    wait("w", 3),
    fork(
        "f",
        ({"signal": "classified", "label": "interested", "within_days": 2}, "x"),
        ({"signal": "replied"}, "y"),
        otherwise="z",
    ),
    email("x"),
    email("y"),
    email("z"),
]


@pytest.mark.parametrize(
    ("classified_at", "label", "expected"),
    [
        (HOUR, "interested", (0, 1)),
        (7 * HOUR, "interested", (0, 7)),
        (7 * HOUR, "question", (1, 48)),
        (48 * HOUR, "interested", (0, 48)),
        (49 * HOUR, "interested", (1, 48)),
        (None, None, (1, 48)),
    ],
)
def test_classified_waits_for_its_event_at_most_until_its_window_ends(
    classified_at: timedelta | None, label: str, expected: tuple[int, float]
) -> None:
    events = [event("replied", HOUR)]
    if classified_at is not None:
        events.append(event("classified", classified_at, label=label))
    assert since(trace(course(CLASSIFIED), *events))[1] == ("branch", "f", *expected)


def test_classified_without_a_window_is_judged_at_the_reply() -> None:
    steps = [
        email("hello"),
        wait("w", 3),
        fork("f", ({"signal": "classified"}, "x")),
        email("x"),
    ]
    late = [event("replied", HOUR), event("classified", HOUR + MOMENT, label="question")]
    assert since(trace(course(steps), *late))[1] == ("branch", "f", "else", 1)
    same = [event("classified", HOUR, label="question"), event("replied", HOUR)]
    assert since(trace(course(steps), *same))[1] == ("branch", "f", 0, 1)


def test_a_second_reply_does_not_judge_again() -> None:
    waits: Json = {"signal": "classified", "label": "interested", "within_days": 5}
    steps = [email("hello"), fork("f", (waits, None), (OPENED, None))]
    # The first reply closes the window of `opened`; the second does not open it again.
    events = [event("replied", HOUR), event("opened", 2 * HOUR), event("replied", 3 * HOUR)]
    assert since(trace(course(steps), *events))[1] == ("branch", "f", "else", 120)


def test_unknown_kinds_stop_the_lead_for_ever() -> None:
    call: Json = {"id": "call", "type": "phone_call"}
    steps = [email("hello"), call, email("bump")]
    assert since(trace(course(steps))) == [("send", "hello", 0), ("stuck", "call", 0)]
    assert since(trace(course(steps), event("unsubscribed", HOUR)))[-1] == ("end", "unsubscribed", 1)


def test_an_unknown_signal_keeps_a_condition_open_unless_the_rest_decides() -> None:
    mood: Json = {"signal": "mood"}
    both = [email("hello"), fork("f", ({"any": [mood, OPENED]}, None))]
    assert since(trace(course(both), event("opened", HOUR)))[1] == ("branch", "f", 0, 1)
    assert since(trace(course(both)))[1:] == [("stuck", "f", 48)]
    every = [email("hello"), fork("f", ({"all": [mood, OPENED]}, None))]
    assert since(trace(course(every)))[1] == ("branch", "f", "else", 48)


def test_the_variant_is_drawn_by_weight_and_told() -> None:
    variants = [{"id": "b", "weight": 30}, {"id": "c", "weight": 20, "active": False}]
    steps = [email("hello", variants=variants)]
    for drawn, expected in ((0.0, None), (69.9, None), (70.0, "b"), (99.9, "b")):
        walked = course(steps, chances=Chances(variant=lambda *_, drawn=drawn: drawn))
        marks = walk(walked, LEAD, START, (), START).marks
        assert [mark.variant_id for mark in marks if isinstance(mark, Mailed)] == [expected]


def test_the_walk_stops_at_its_limit() -> None:
    steps = [email("hello"), wait("w", 1), email("bump")]
    events = [event("opened", HOUR)]
    assert since(walk(course(steps), LEAD, START, events, START + DAY - MOMENT).trace()) == [
        ("send", "hello", 0)
    ]
    assert len(walk(course(steps), LEAD, START, events, START + DAY).trace()) == 3


def test_events_from_before_the_entry_do_not_count() -> None:
    early = Event("unsubscribed", START - MOMENT)
    assert since(trace(course([email("hello")]), early))[-1] == ("end", "completed", 0)


def test_a_decision_names_its_reasons() -> None:
    steps = [
        email("hello"),
        fork("f", (OPENED, None), ({"signal": "field", "field": "first_name", "op": "exists"}, None)),
    ]
    walked = walk(course(steps), LEAD, START, [event("opened", HOUR)], START + DAY)
    (mark,) = [mark for mark in walked.marks if isinstance(mark, Branched)]
    (reason,) = mark.reasons
    assert (reason.held, reason.step_id, reason.happened_at) == (True, "hello", START + HOUR)
    assert reason.closes_at == START + 2 * DAY
