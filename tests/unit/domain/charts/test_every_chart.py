"""What holds for a chart of any kind at any size, and how each looks at two."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.charts import (
    AnySpec,
    Bar,
    BarsSpec,
    ChartSpec,
    Happening,
    HeatSpec,
    Kind,
    Series,
    Shape,
    Symbols,
    Unit,
    draw_chart,
    lay_out_chart,
    plain_text,
    points,
    with_cursor,
)
from imail_tui.domain.charts.axis import spread_labels, value_ticks
from imail_tui.domain.text import cell_width
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.unit.domain.charts.specs import DAYS, SPECS

GOLDENS: Final = Path(__file__).with_name("goldens")
SIZES: Final = {"80x24": (78, 15), "160x50": (158, 30)}
"""Terminals, and the room a chart has on them."""

names = st.one_of(st.sampled_from(list(PAYLOADS.values())), st.text(max_size=30), st.just("日本語の名前"))
amounts = st.one_of(
    st.none(), st.integers(0, 10**7), st.floats(0, 1), st.sampled_from([float("nan"), 1e308, 10**400, -3.0])
)


def runs(length: int) -> st.SearchStrategy[tuple[int | float | None, ...]]:
    """A few amounts over and over: drawing every one of them would take longer than the chart."""
    few = st.lists(amounts, min_size=1, max_size=4)
    return few.map(lambda values: tuple(values[number % len(values)] for number in range(length)))


@st.composite
def courses(draw: st.DrawFn) -> ChartSpec:
    days = DAYS[: draw(st.integers(0, 30))]
    run = runs(len(days))
    series = draw(
        st.lists(
            st.builds(
                Series,
                names,
                run,
                st.sampled_from(Unit),
                trend=st.just(()) | run,
                before=st.just(()) | run,
                note=st.just("88 of 2,034"),
            ),
            max_size=4,
        )
    )
    happenings = draw(st.lists(st.builds(Happening, st.sampled_from(DAYS), names, st.booleans()), max_size=3))
    return ChartSpec(
        draw(st.sampled_from(Kind)),
        days,
        tuple(series),
        draw(names),
        happenings=tuple(happenings),
        split=draw(st.booleans()),
    )


@st.composite
def bars(draw: st.DrawFn) -> BarsSpec:
    parts = st.none() | st.floats(0, 1)
    bar = st.builds(
        Bar,
        names,
        amounts,
        st.lists(st.sampled_from(["1,234", "–", "12.5 %", "30/1,000"]), max_size=3).map(tuple),
        st.sampled_from(["", "49.4 % of contacted"]),
        st.floats(0, 1e6),
        low=parts,
        high=parts,
        remark=st.sampled_from(["", "not enough yet: 12 of 30"]),
    )
    return BarsSpec(
        draw(st.sampled_from(Shape)),
        tuple(draw(st.lists(bar, max_size=9))),
        draw(names),
        ("leads", "of contacted"),
        draw(st.sampled_from(Unit)),
        notes=("a note",),
    )


@st.composite
def maps(draw: st.DrawFn) -> HeatSpec:
    rows, columns = draw(st.integers(0, 9)), draw(st.integers(0, 40))
    return HeatSpec(
        tuple(draw(names) for _ in range(rows)),
        tuple(f"c{number}" for number in range(columns)),
        tuple(draw(runs(columns)) for _ in range(rows)),
        draw(names),
        draw(st.sampled_from(Unit)),
    )


@given(
    st.one_of(courses(), bars(), maps()), st.integers(0, 130), st.integers(0, 40), st.sampled_from(Symbols)
)
def test_a_chart_fits_exactly_and_shows_nothing_harmful(
    spec: AnySpec, width: int, height: int, symbols: Symbols
) -> None:
    spec = replace(spec, symbols=symbols)
    drawing = lay_out_chart(spec, width, height)
    cursor = with_cursor(drawing, points(spec) - 1)
    for lines in (drawing.lines, cursor):
        texts = ["".join(segment.text for segment in line) for line in lines]
        assert len(texts) == (height if width else 0)
        assert all(cell_width(text) == width for text in texts)
        assert not any(FORBIDDEN.search(text) for text in texts)
    assert len(drawing.places) == points(spec)
    for place in drawing.places:
        if place is not None:
            assert place.x >= 0
            assert place.x + place.width <= width
            assert place.y >= 0
            assert place.y + place.height <= height


@given(st.lists(st.text("abc12,% ", min_size=1, max_size=9), max_size=60), st.integers(1, 150))
def test_labels_of_an_axis_never_touch(labels: list[str], width: int) -> None:
    places = [number * (width - 1) // max(1, len(labels) - 1) for number in range(len(labels))]
    end = -2
    for number, x in spread_labels(labels, places, width):
        assert x >= end + 2
        end = x + len(labels[number])
        assert end <= width


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12), st.integers(1, 40), st.sampled_from(Unit))
def test_an_axis_holds_zero_and_everything_known(a: float, b: float, rows: int, unit: Unit) -> None:
    low, high = min(a, b), max(a, b)
    ticks = value_ticks(low, high, rows, unit)
    assert ticks == sorted(set(ticks))
    assert any(abs(tick) < 1e-9 for tick in ticks)
    slack = 1e-9 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert len(ticks) <= rows // 3 + 3


@pytest.mark.parametrize("name", SPECS)
def test_ascii_is_ascii(name: str) -> None:
    spec = replace(SPECS[name], symbols=Symbols.ASCII)
    text = plain_text(draw_chart(spec, 78, 20))
    kept = text.replace("–", "").replace("日本の倉庫", "").replace("…", "")
    assert kept.isascii(), kept


def test_without_colour_each_series_of_a_plot_has_its_own_mark() -> None:
    text = plain_text(draw_chart(replace(SPECS["shared"], symbols=Symbols.PLAIN), 78, 15))
    assert "● sent  ○ replied" in text
    plot = text.split("\n", 2)[2]
    assert plot.count("●") >= 3
    assert plot.count("○") >= 3


def test_the_cursor_stands_on_a_day_in_every_plot_and_paints_nothing_else() -> None:
    drawing = lay_out_chart(SPECS["panels"], 78, 15)
    marked = with_cursor(drawing, 7)
    place = drawing.places[7]
    assert place is not None
    changed = [y for y, pair in enumerate(zip(drawing.lines, marked, strict=True)) if pair[0] != pair[1]]
    assert changed[-1] == place.y + place.height - 1, "the axis"
    assert 4 <= len(changed) <= 7, "and what is drawn of each of three courses"
    assert plain_text(marked) == plain_text(drawing.lines)
    assert {segment.role for y in changed for segment in marked[y]} >= {"cursor"}


def test_a_shade_is_said_in_the_legend() -> None:
    text = plain_text(draw_chart(SPECS["inboxes"], 60, 15))
    assert "· 0  ░ 1-9  ▒ 10-19  ▓ 20-29  █ 30-39  blank: not known" in text
    narrow = plain_text(draw_chart(SPECS["inboxes"], 40, 15))
    assert "each cell 2 columns" in narrow


def test_what_does_not_fit_is_said() -> None:
    assert "and 3 more, not on show" in plain_text(draw_chart(SPECS["funnel"], 60, 4))
    assert "and 4 more rows" in plain_text(draw_chart(SPECS["inboxes"], 100, 6))


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("size", SIZES)
def test_it_looks_as_it_was_looked_at(name: str, size: str) -> None:
    text = plain_text(draw_chart(SPECS[name], *SIZES[size])) + "\n"
    golden = GOLDENS / f"{name}-{size}.txt"
    assert re.sub(r"\n+$", "\n", text) == golden.read_text("utf-8")
