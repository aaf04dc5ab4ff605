"""Why a branch was taken, in words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from imail_tui.domain.sequence.chance import Chances
from imail_tui.domain.sequence.marks import Branched
from imail_tui.domain.sequence.reasons import reason_words
from imail_tui.domain.sequence.standing import Event
from imail_tui.domain.sequence.walk import walk
from tests.unit.domain.sequence.histories import DAY, HOUR, LEAD, START, course, email, event, fork, wait
from tests.unit.domain.sequence.json_values import Json

BERLIN = ZoneInfo("Europe/Berlin")
OPENED = event("opened", 26 * HOUR)
CLASSIFIED = event("classified", HOUR, label="interested")


def _why(when: Json, *events: Event) -> list[str]:
    steps = [email("hello"), wait("w", 1, "hours"), fork("f", (when, None))]
    walked = walk(course(steps, chances=Chances(atom=lambda *_: 30.0)), LEAD, START, events, START + 30 * DAY)
    (mark,) = [mark for mark in walked.marks if isinstance(mark, Branched)]
    return [reason_words(reason, LEAD, BERLIN) for reason in mark.reasons]


@pytest.mark.parametrize(
    ("when", "events", "words"),
    [
        ({"signal": "opened", "within_days": 3}, [OPENED], "opened hello on 5 May 12:00, within 3 days"),
        ({"signal": "opened", "within_days": 1}, [], "did not open hello within 1 day (until 5 May 10:00)"),
        (
            {"signal": "opened", "within_days": 3, "negate": True},
            [OPENED],
            "opened hello on 5 May 12:00, within 3 days",
        ),
        ({"signal": "clicked"}, [], "did not click hello (until 4 May 11:00)"),
        (
            {"signal": "classified", "label": "interested"},
            [CLASSIFIED],
            "reply classified interested, to hello on 4 May 11:00",
        ),
        (
            {"signal": "classified", "within_days": 1},
            [],
            "no reply classified, to hello within 1 day (until 5 May 10:00)",
        ),
        (
            {"signal": "field", "field": "first_name", "op": "eq", "value": "ann"},
            [],
            "first_name is ann (it is Ann)",
        ),
        ({"signal": "field", "field": "city", "op": "exists"}, [], "not: city is set (it is not set)"),
        (
            {"signal": "field", "field": "city", "op": "in", "value": ["Rome", 3], "negate": True},
            [],
            "not (city is one of Rome, 3) (it is not set)",
        ),
        ({"signal": "random", "percent": 40}, [], "by chance, 40 in 100"),
        ({"signal": "random", "percent": 20}, [], "not by chance, 20 in 100"),
    ],
)
def test_words(when: Json, events: list[Event], words: str) -> None:
    assert _why(when, *events) == [words]


def test_mails_that_were_not_sent() -> None:
    steps = [
        fork("first", ({"signal": "opened"}, "hello"), otherwise="other"),
        email("hello"),
        email("other"),
        fork("f", ({"signal": "opened", "of_step": "hello"}, None)),
    ]
    walked = walk(course(steps), LEAD, START, (), START + timedelta(days=1))
    marks = [mark for mark in walked.marks if isinstance(mark, Branched)]
    words = [reason_words(reason, LEAD, BERLIN) for mark in marks for reason in mark.reasons]
    assert words == ["no mail was sent", "hello was not sent"]


def test_a_group_names_the_atoms_that_decided() -> None:
    opened: Json = {"signal": "opened", "within_days": 3}
    clicked: Json = {"signal": "clicked", "within_days": 3}
    assert _why({"any": [clicked, opened]}, OPENED) == ["opened hello on 5 May 12:00, within 3 days"]
    assert _why({"all": [opened, clicked]}, OPENED) == [
        "did not click hello within 3 days (until 7 May 10:00)"
    ]
    both = _why({"all": [opened, clicked]}, OPENED, event("clicked", 30 * HOUR))
    assert [word.split()[0] for word in both] == ["opened", "clicked"]
