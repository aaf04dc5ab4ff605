"""Tables on terminals that are too narrow for them."""

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.cli.table_widths import GAP, Wish, widths

WISHES = st.lists(
    st.builds(Wish, st.integers(1, 60), st.integers(0, 3), st.booleans(), st.booleans()),
    min_size=1,
    max_size=9,
)


def test_what_fits_is_left_as_it_is() -> None:
    assert widths([Wish(10), Wish(30, drop=1), Wish(20)], 64) == [10, 30, 20]


def test_long_columns_are_cut_then_others_left_out_and_the_room_is_used() -> None:
    table = [Wish(13), Wish(33, key=True), Wish(9, drop=1), Wish(30, drop=2, whole=True)]
    assert widths(table, 91) == [13, 33, 9, 30]
    assert widths(table, 80) == [13, 33, 9, None]
    assert widths(table, 50) == [13, 33, None, None]
    assert widths([Wish(40), Wish(50)], 62) == [30, 30]
    assert widths([Wish(13), Wish(10)], 15) == [6, 7]


@given(WISHES, st.integers(20, 200))
def test_it_fits_and_nothing_is_wider_than_it_wants(wishes: list[Wish], room: int) -> None:
    found = widths(wishes, room)
    shown = [(wish, cells) for wish, cells in zip(wishes, found, strict=True) if cells is not None]
    assert all(1 <= cells <= wish.cells for wish, cells in shown)
    assert all(wish.drop for wish, cells in zip(wishes, found, strict=True) if cells is None)
    assert sum(cells for _, cells in shown) + GAP * (len(shown) - 1) <= max(room, 3 * len(shown))
