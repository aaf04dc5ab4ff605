from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.status_text import SEPARATOR, age_step, gauge, status_line
from imail_tui.domain.text import cell_width
from imail_tui.model.status import Budget, Link, Status

STATUS = Status(
    workspace="Acme Outbound",
    mode="live",
    link=Link.ONLINE,
    budget=Budget(120, 240),
    unread=3,
    disconnected=2,
)


def words(status: Status, age: float | None = 5, width: int = 120) -> str:
    return SEPARATOR.join(piece.text for piece in status_line(status, age, width))


def test_everything_is_said_where_there_is_room() -> None:
    assert words(STATUS) == "Acme Outbound ·  LIVE  · ▮▮▮▮▮▯▯▯▯▯ · data now · 3 unread · ✗ 2 disconnected"


def test_an_unknown_mode_is_read_as_live() -> None:
    assert "LIVE" in words(replace(STATUS, mode="staging"))
    assert "LIVE" not in words(replace(STATUS, mode="test"))


def test_counts_of_zero_and_unknown_counts_are_left_out() -> None:
    assert words(replace(STATUS, unread=0, disconnected=None)).endswith("data now")


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (Link.OFFLINE, "offline, retrying"),
        (Link.UNAUTHORIZED, "key refused"),
        (Link.FORBIDDEN, "no API access"),
        (Link.ONLINE, "data 5m"),
        (Link.UNKNOWN, "data 5m"),
    ],
)
def test_the_state_of_the_line_is_a_word(link: Link, said: str) -> None:
    assert said in words(replace(STATUS, link=link), age=400)


def test_before_the_first_answer_it_says_connecting() -> None:
    assert "connecting" in words(replace(STATUS, link=Link.UNKNOWN), age=None)


@pytest.mark.parametrize(
    ("age", "step"),
    [(None, "–"), (0, "now"), (59.9, "now"), (60, "1m"), (299, "1m"), (300, "5m"), (3600, "1h"), (1e9, "1h")],
)
def test_age_goes_in_steps(age: float | None, step: str) -> None:
    assert age_step(age) == step


@pytest.mark.parametrize(
    ("left", "shown"), [(0, "▯▯▯▯▯▯▯▯▯▯"), (240, "▮▮▮▮▮▮▮▮▮▮"), (12, "▯▯▯▯▯▯▯▯▯▯"), (13, "▮▯▯▯▯▯▯▯▯▯")]
)
def test_the_budget_is_ten_steps(left: int, shown: str) -> None:
    assert gauge(Budget(left, 240)).text == shown


def test_a_low_budget_is_worth_a_look_and_an_unknown_one_says_so() -> None:
    assert gauge(Budget(30, 240)).role == "watch"
    assert gauge(Budget(200, 240)).role == ""
    assert gauge(Budget(None, 240)).text == "budget –"


@given(
    name=st.text(max_size=60),
    width=st.integers(40, 200),
    unread=st.integers(0, 99_999),
    disconnected=st.integers(0, 9_999),
    link=st.sampled_from(Link),
    age=st.none() | st.floats(0, 1e6),
)
def test_it_fits_and_the_ledger_is_never_left_out(
    name: str, width: int, unread: int, disconnected: int, link: Link, age: float | None
) -> None:
    status = replace(STATUS, workspace=name, unread=unread, disconnected=disconnected, link=link)
    line = words(status, age, width)
    assert cell_width(line) <= width
    assert "LIVE" in line
    assert "\x1b" not in line


def test_at_eighty_columns_nothing_is_lost() -> None:
    busy = replace(STATUS, workspace="A very long name of a workspace", unread=1_234, link=Link.OFFLINE)
    line = words(busy, width=78)
    assert "offline" in line
    assert "1234" in line
    assert "✗ 2" in line


def test_a_budget_that_is_not_shared_says_so() -> None:
    alone = replace(STATUS, budget=Budget(240, 240, alone=True))
    assert "▮▮▮▮▮▮▮▮▮▮ alone · data now" in words(alone)
    assert gauge(alone.budget).role == "watch"
    narrow = words(alone, width=60)
    assert "▮▮▮▮▮▮▮▮▮▮! · " in narrow
    assert cell_width(narrow) <= 60
    assert gauge(Budget(alone=True)).text == "budget – alone"
