from hypothesis import given
from hypothesis import strategies as st

from imail_tui.ui.widgets.columns import Column, lay_out


def widths(columns: list[Column], available: int, gap: int = 1) -> dict[str, int]:
    return {placed.column.key: placed.width for placed in lay_out(columns, available, gap)}


def test_what_is_left_over_is_shared_by_weight_up_to_the_limit() -> None:
    columns = [
        Column("a", "A", 10, weight=1),
        Column("b", "B", 5),
        Column("c", "C", 10, weight=2, max_width=12),
    ]
    assert widths(columns, 27) == {"a": 10, "b": 5, "c": 10}
    assert widths(columns, 30) == {"a": 11, "b": 5, "c": 12}
    assert widths(columns, 60) == {"a": 41, "b": 5, "c": 12}


def test_columns_of_least_importance_go_first() -> None:
    columns = [Column("a", "A", 10), Column("b", "B", 10, priority=1), Column("c", "C", 10, priority=2)]
    assert set(widths(columns, 32)) == {"a", "b", "c"}
    assert set(widths(columns, 31)) == {"a", "b"}
    assert set(widths(columns, 20)) == {"a"}
    assert widths(columns, 4) == {"a": 4}


def test_texts_give_way_to_numbers_where_nothing_else_can() -> None:
    columns = [Column("name", "Name", 24, weight=1), Column("mails", "Mails", 8), Column("rate", "Rate", 6)]
    assert widths(columns, 30) == {"name": 14, "mails": 8, "rate": 6}
    assert widths(columns, 25) == {"name": 12, "mails": 8, "rate": 3}


column = st.builds(
    Column,
    key=st.uuids().map(str),
    title=st.just("t"),
    width=st.integers(1, 30),
    weight=st.integers(0, 5),
    max_width=st.none() | st.integers(30, 60),
    priority=st.integers(0, 3),
)


@given(st.lists(column, max_size=8), st.integers(0, 200), st.integers(0, 2))
def test_columns_never_overlap_or_stand_out(columns: list[Column], available: int, gap: int) -> None:
    end = -gap
    for placed in lay_out(columns, available, gap):
        assert placed.x == end + gap
        assert placed.width > 0
        end = placed.x + placed.width
        assert end <= available
        assert placed.column.max_width is None or placed.width <= placed.column.max_width
