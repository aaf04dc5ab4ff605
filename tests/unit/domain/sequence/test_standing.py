"""A lead's place as a row of JSON. The properties of walks send every standing through one."""

import json

import pytest
from hypothesis import given

from imail_tui.domain.sequence.standing import Seen, Sent, Standing, from_row
from tests.unit.domain.sequence.histories import DAY, HOUR, START
from tests.unit.domain.sequence.json_values import ANY_JSON

STANDING = Standing(
    "f",
    START,
    START + DAY,
    (Sent("hello", START), Sent("bump", START + HOUR, "b")),
    (Seen("hello", "opened", START + HOUR), Seen("bump", "classified", START + DAY, "question")),
    (True, False),
    closed=True,
)


@pytest.mark.parametrize(
    "standing", [STANDING, Standing(None, START, ended="replied"), Standing("call", START)]
)
def test_a_row_keeps_everything(standing: Standing) -> None:
    assert from_row(json.loads(json.dumps(standing.as_row()))) == standing


@given(ANY_JSON)
def test_what_is_no_row_is_refused(raw: object) -> None:
    if isinstance(raw, list):
        with pytest.raises(ValueError, match="not a"):
            from_row(raw)


def test_the_send_of_a_step_and_the_latest() -> None:
    assert STANDING.sent("hello") == Sent("hello", START)
    assert STANDING.sent(None) == Sent("bump", START + HOUR, "b")
    assert STANDING.sent("other") is None
    assert Standing("a", START).sent(None) is None
