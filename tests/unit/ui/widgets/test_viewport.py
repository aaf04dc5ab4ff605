from hypothesis import given
from hypothesis import strategies as st

from imail_tui.ui.widgets.viewport import Viewport

TEN = Viewport(total=100, height=10)


def valid(view: Viewport) -> bool:
    inside = view.top <= view.cursor < view.top + view.height or not view.total or not view.height
    return (
        inside and 0 <= view.top <= max(0, view.total - view.height) and 0 <= view.cursor < max(1, view.total)
    )


steps = st.lists(
    st.one_of(
        st.tuples(st.just("to"), st.integers(-10, 300)),
        st.tuples(st.just("page"), st.sampled_from([-1, 1])),
        st.tuples(st.just("total"), st.integers(0, 250)),
        st.tuples(st.just("height"), st.integers(1, 40)),
    )
)


@given(steps)
def test_the_cursor_is_always_on_screen(moves: list[tuple[str, int]]) -> None:
    view = TEN
    for kind, amount in moves:
        match kind:
            case "to":
                view = view.moved_to(amount)
            case "page":
                view = view.paged(amount)
            case "total":
                view = view.settled(amount, view.cursor)
            case _:
                view = view.resized(amount)
        assert valid(view)


def test_a_step_inside_does_not_scroll_and_one_past_the_edge_scrolls_a_quarter() -> None:
    assert TEN.moved_to(9).top == 0
    assert TEN.moved_to(10).top == 3
    down = TEN.moved_to(50)
    assert down.moved_to(down.top - 1).top == down.top - 3


def test_rows_inserted_above_leave_the_cursor_on_its_line() -> None:
    view = TEN.moved_to(30)
    after = view.settled(105, view.cursor + 5)
    assert after.cursor == 35
    assert after.cursor - after.top == view.cursor - view.top


def test_pages_keep_the_line_and_end_at_the_ends() -> None:
    view = TEN.moved_to(4).paged(1)
    assert (view.top, view.cursor) == (9, 13)
    assert view.paged(-1) == TEN.moved_to(4)
    last = TEN
    for _ in range(20):
        last = last.paged(1)
    assert last.cursor == 99
    for _ in range(20):
        last = last.paged(-1)
    assert (last.top, last.cursor) == (0, 0)


def test_the_track_runs_from_the_first_line_to_the_last() -> None:
    assert Viewport(total=5, height=10).track_line is None
    assert TEN.track_line == 0
    assert TEN.moved_to(99).track_line == 9
