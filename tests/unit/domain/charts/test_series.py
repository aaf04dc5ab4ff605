from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.charts import ChartLines, ChartSpec, Kind, Series, Symbols, draw_chart, sparkline
from imail_tui.domain.text import cell_width
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

FIRST = date(2026, 11, 1)


def spec(
    *values: tuple[float | None, ...],
    kind: Kind = Kind.LINES,
    symbols: Symbols = Symbols.BRAILLE,
    title: str = "Sent per day",
) -> ChartSpec:
    days = tuple(FIRST + timedelta(n) for n in range(len(values[0]) if values else 0))
    series = tuple(Series(f"s{n}", run) for n, run in enumerate(values, 1))
    return ChartSpec(kind, days, series, title, symbols)


def plain(lines: ChartLines) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


amounts = st.one_of(
    st.none(),
    st.floats(0, 1e9),
    st.sampled_from([0.0, 1.0, float("nan"), float("inf"), -5.0, 5e-324, 1e308, 10**400]),
)


@given(
    st.integers(0, 40).flatmap(
        lambda n: st.lists(st.tuples(*[amounts] * n), min_size=0, max_size=3),
    ),
    st.integers(0, 130),
    st.integers(0, 40),
    st.sampled_from(Kind),
    st.sampled_from(Symbols),
)
def test_a_chart_fills_its_height_and_never_exceeds_its_width(
    values: list[tuple[float | None, ...]], width: int, height: int, kind: Kind, symbols: Symbols
) -> None:
    lines = plain(draw_chart(spec(*values, kind=kind, symbols=symbols), width, height))
    assert len(lines) == (height if width else 0)
    assert all(cell_width(line) <= width for line in lines)
    assert not any(FORBIDDEN.search(line) for line in lines)


def test_lines_carry_title_legend_ticks_and_days() -> None:
    lines = plain(draw_chart(spec((0, 5, 2, 8, 10), (1, 1, 1, 1, 1)), 60, 14))
    text = "\n".join(lines)
    assert lines[0] == "Sent per day"
    assert lines[1] == "■ s1  ■ s2"
    assert "10┤" in text
    assert "Nov 1" in text


def test_each_series_has_its_own_role() -> None:
    lines = draw_chart(spec((0, 5, 2, 8, 10), (1, 1, 1, 1, 1)), 60, 14)
    roles = {segment.role for line in lines[2:] for segment in line if segment.text.strip()}
    assert roles == {"axis", "series1", "series2"}


def test_a_chart_wider_than_the_terminal_is_drawn_whole() -> None:
    lines = plain(draw_chart(spec((1, 2, 3)), 300, 90))
    assert max(map(len, lines)) == 300


def test_unknown_is_a_gap_and_zero_is_not() -> None:
    def row_of_axis(values: tuple[float | None, ...]) -> str:
        return plain(draw_chart(spec(values, (10.0,) * 9, symbols=Symbols.BLOCK), 60, 12))[-3]

    assert len(row_of_axis((0.0,) * 9).split()) == 1
    assert len(row_of_axis((0.0, 0.0, 0.0, None, None, None, 0.0, 0.0, 0.0)).split()) == 2


def test_bars_stand_on_known_amounts_only() -> None:
    lines = draw_chart(spec((0.0, None, 7.0), kind=Kind.BARS), 40, 12)
    rows = [[s for s in line if s.role == "series1"] for line in lines[2:]]
    drawn = [row for row in rows if row]
    assert drawn
    assert all(len(row) == 1 for row in drawn)


def test_ascii_uses_nothing_else() -> None:
    for kind in Kind:
        lines = plain(draw_chart(spec((0, 5, 2), (1, 2, 3), kind=kind, symbols=Symbols.ASCII), 60, 14))
        assert "".join(lines).isascii()


@pytest.mark.parametrize("values", [(), (None, None, None)])
def test_nothing_known_says_so(values: tuple[None, ...]) -> None:
    assert "no data" in "\n".join(plain(draw_chart(spec(values), 40, 10)))


def test_little_room_gives_sparklines() -> None:
    assert plain(draw_chart(spec((0, 4, 8)), 10, 2)) == ["▁▅█", ""]


def test_one_point_and_all_zero_are_drawn() -> None:
    for values in ((3.0,), (0.0, 0.0, 0.0)):
        lines = draw_chart(spec(values), 40, 10)
        assert any(segment.role == "series1" for line in lines[2:] for segment in line)


def test_a_flat_zero_has_an_axis_to_one() -> None:
    assert plain(draw_chart(spec((0.0, 0.0)), 40, 10))[2].startswith("1┤")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_foreign_titles_and_names_are_harmless(payload: str) -> None:
    chart = ChartSpec(Kind.LINES, (FIRST, FIRST + timedelta(1)), (Series(payload, (1, 2)),), payload)
    lines = plain(draw_chart(chart, 40, 10))
    assert not any(FORBIDDEN.search(line) for line in lines)
    assert all(cell_width(line) <= 40 for line in lines)


def test_series_must_fit_the_days() -> None:
    with pytest.raises(ValueError, match="one value for each day"):
        ChartSpec(Kind.LINES, (FIRST,), (Series("a", ()),))
    with pytest.raises(ValueError, match="at most"):
        ChartSpec(Kind.LINES, (), (Series("a", ()),) * 7)


@pytest.mark.parametrize(
    ("values", "width", "row"),
    [
        ((), 5, ""),
        ((0, 0), 5, "▁▁"),
        ((0, None, 8), 5, "▁ █"),
        ((1, 1, 9, 9), 2, "▂█"),
        ((None, 4), 1, "█"),
        ((1, 2), 0, ""),
        ((-1, float("nan"), 2), 3, "▁ █"),
    ],
)
def test_sparkline(values: tuple[float | None, ...], width: int, row: str) -> None:
    assert sparkline(values, width) == row
