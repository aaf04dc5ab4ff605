"""What holds for every sound sequence and every history."""

import json
from collections.abc import Sequence as Items
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.marks import Branched, Decide, Ended, Mailed, Mark, Moved, Reached, Send
from imail_tui.domain.sequence.sequence import load
from imail_tui.domain.sequence.standing import Event, Standing, from_row
from imail_tui.domain.sequence.walk import EVENT_ORDER, walk
from imail_tui.domain.sequence.walking import decide, due, enter, happened, hold, sent
from imail_tui.domain.sequence.windows import SendWindow, is_open
from tests.unit.domain.sequence.histories import ALWAYS, DAY, HOUR, LEAD, START
from tests.unit.domain.sequence.json_values import Json, sound_sequences

WINDOWS = [
    ALWAYS,
    SendWindow(timezone="Europe/Berlin"),
    SendWindow(days=frozenset({0, 3}), start=600, end=615),
    SendWindow(last_date=(START + 6 * DAY).date()),
]
UNTIL = START + 60 * DAY

# Whole hours and days make coincidences likely; odd seconds make them impossible.
offsets = st.one_of(
    st.integers(0, 12).map(lambda days: days * DAY),
    st.integers(0, 200).map(lambda hours: hours * HOUR),
    st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
)
courses = st.builds(
    lambda steps, window, stop: Course(load(steps), window, stop),
    sound_sequences(),
    st.sampled_from(WINDOWS),
    st.booleans(),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events that may happen to any lead; steps need not have been sent."""
    events = st.builds(
        Event,
        st.sampled_from([kind for kind in EVENT_ORDER if kind not in ("unsubscribed", "suppressed")]),
        offsets.map(lambda offset: START + offset),
        st.sampled_from([f"s{number}" for number in range(6)]),
        st.booleans(),
        st.sampled_from(["interested", "not_now"]),
    )
    return sorted(draw(st.lists(events, max_size=8)), key=lambda event: event.at)


@given(courses, histories())
def test_a_walk_is_sound(course: Course, events: list[Event]) -> None:
    walked = walk(course, LEAD, START, events, UNTIL)
    times = [mark.at for mark in walked.marks]
    assert times == sorted(times)
    mailed = [mark for mark in walked.marks if isinstance(mark, Mailed)]
    assert len({mark.step_id for mark in mailed}) == len(mailed)
    assert all(is_open(course.window, course.zone(LEAD), mark.at) for mark in mailed)
    reached = [mark.step_id for mark in walked.marks if isinstance(mark, Reached)]
    assert len(set(reached)) == len(reached)
    assert {mark.step_id for mark in walked.marks if isinstance(mark, Mailed | Branched)} <= set(reached)
    ends = [number for number, mark in enumerate(walked.marks) if isinstance(mark, Ended)]
    assert ends in ([], [len(walked.marks) - 1])
    assert bool(ends) is (walked.standing.ended is not None)


@given(courses, histories(), offsets)
def test_the_future_does_not_change_the_past(course: Course, events: list[Event], offset: timedelta) -> None:
    until = START + offset
    whole = walk(course, LEAD, START, events, UNTIL).marks
    known = [event for event in events if event.at <= until]
    assert walk(course, LEAD, START, known, until).marks == tuple(mark for mark in whole if mark.at <= until)


@given(courses, histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_is_of_no_matter(
    course: Course, events: list[Event], random: Random
) -> None:
    # Of events of one instant and kind the given order decides, so they are told apart.
    apart = _apart(events)
    shuffled = list(apart)
    random.shuffle(shuffled)
    assert walk(course, LEAD, START, shuffled, UNTIL) == walk(course, LEAD, START, apart, UNTIL)


@given(courses, histories())
def test_only_the_end_of_a_lead_stops_events_from_mattering(course: Course, events: list[Event]) -> None:
    walked = walk(course, LEAD, START, events, UNTIL)
    if walked.standing.ended is not None:
        until = walked.standing.since
        earlier = [event for event in events if event.at <= until]
        assert walk(course, LEAD, START, earlier, UNTIL).marks == walked.marks


def _apart(events: Items[Event]) -> list[Event]:
    """Events of which no two share an instant, and none the instant of something that is due."""
    return [
        replace(event, at=event.at + timedelta(microseconds=number + 1))
        for number, event in enumerate(events)
    ]


class _Driver:
    """Keeps a lead as the sandbox does: a row of JSON between calls, mail that leaves late."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.marks: list[Mark] = []
        self._row = ""
        self._keep(enter(course, LEAD, START))

    @property
    def standing(self) -> Standing:
        return from_row(json.loads(self._row))

    def _keep(self, moved: Moved) -> None:
        self._row = json.dumps(moved.standing.as_row())
        assert self.standing == moved.standing
        self.marks.extend(moved.marks)

    def tell(self, event: Event) -> None:
        self._keep(happened(self._course, LEAD, self.standing, event))

    def decide(self, now: datetime) -> None:
        self._keep(decide(self._course, LEAD, self.standing, now))

    def send(self, before: datetime, late: timedelta) -> None:
        """Let mail leave that is due before an instant, each `late` after it could, when it still may."""
        while True:
            self.decide(before - timedelta(microseconds=1))
            next_up = due(self._course, self.standing)
            if not isinstance(next_up, Send) or next_up.at + late >= before:
                return
            at = next_up.at + late
            if is_open(self._course.window, self._course.zone(LEAD), at):
                self._keep(sent(self._course, LEAD, self.standing, at, None))
            else:
                self._keep(hold(self._course, LEAD, self.standing, at))


def _driven(course: Course, events: Items[Event], late: timedelta, *, eager: bool) -> list[Mark]:
    driver = _Driver(course)
    for event in events:
        driver.send(event.at, late)
        if eager:
            while isinstance(next_up := due(course, driver.standing), Decide) and next_up.at < event.at:
                driver.decide(next_up.at)
        driver.tell(event)
    driver.send(UNTIL, late)
    driver.decide(UNTIL)
    return driver.marks


@given(courses, histories(), st.sampled_from([timedelta(0), timedelta(seconds=7), 3 * HOUR]))
def test_deciding_late_decides_the_same(course: Course, events: list[Event], late: timedelta) -> None:
    assert _driven(course, events, late, eager=False) == _driven(course, events, late, eager=True)


@given(courses, histories())
def test_one_move_at_a_time_is_the_walk(course: Course, events: list[Event]) -> None:
    apart = _apart(events)
    walked = walk(course, LEAD, START, apart, UNTIL - timedelta(microseconds=1)).marks
    bare = [Mailed(mark.step_id, mark.at, None) if isinstance(mark, Mailed) else mark for mark in walked]
    driven = _driven(course, apart, timedelta(0), eager=False)
    assert [mark for mark in driven if mark.at < UNTIL] == bare


@given(sound_sequences(), histories())
def test_without_conditions_no_event_but_an_end_matters(steps: list[Json], events: list[Event]) -> None:
    plain = [step for step in steps if step["type"] in ("email", "wait")]
    for step in plain:
        step.pop("next", None)
    course = Course(load(plain), ALWAYS, stop_on_reply=False)
    harmless = [event for event in events if event.kind != "bounced_hard"]
    assert walk(course, LEAD, START, harmless, UNTIL).marks == walk(course, LEAD, START, (), UNTIL).marks
