from datetime import date, timedelta

import pytest
from textual.app import App, ComposeResult

from imail_tui.domain.charts import ChartSpec, Drawing, Kind, Series
from imail_tui.domain.charts.series import draw_series
from imail_tui.ui.widgets.chart import Chart
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

DAYS = tuple(date(2026, 11, 1) + timedelta(n) for n in range(5))


def spec(name: str = "sent") -> ChartSpec:
    return ChartSpec(Kind.LINES, DAYS, (Series(name, (1, 4, 2, None, 5)),), f"{name} per day")


class ChartApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Chart()


async def test_a_chart_fills_its_widget_in_colours_of_the_theme() -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 16)) as pilot:
        chart = app.query_one(Chart)
        chart.show(spec())
        await pilot.pause()
        strips = [chart.render_line(y) for y in range(16)]
        assert strips[0].text.rstrip() == "sent per day"
        assert {strip.cell_length for strip in strips} == {60}
        colours = {s.style.color for strip in strips for s in strip if s.style and s.text.strip()}
        assert len(colours) >= 3
        chart.show(None)
        assert not any(chart.render_line(y).text.strip() for y in range(16))


async def test_it_is_drawn_once_for_a_spec_and_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def counted(spec: ChartSpec, width: int, height: int) -> Drawing:
        drawn.append((width, height))
        return draw_series(spec, width, height)

    monkeypatch.setattr("imail_tui.domain.charts.drawing.draw_series", counted)
    app = ChartApp()
    async with app.run_test(size=(60, 16)) as pilot:
        chart = app.query_one(Chart)
        chart.show(spec("once"))
        chart.show(spec("once"))
        chart.point_at(2)
        app.theme = "ansi-dark"
        await pilot.pause()
        assert drawn == [(60, 16)]
        await pilot.resize_terminal(70, 20)
        await pilot.pause()
        assert drawn[-1] == (70, 20)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
async def test_hostile_names_are_only_text(payload: str) -> None:
    app = ChartApp()
    async with app.run_test(size=(40, 10), notifications=True) as pilot:
        chart = app.query_one(Chart)
        chart.show(spec(payload))
        await pilot.pause()
        for y in range(10):
            strip = chart.render_line(y)
            assert strip.cell_length == 40
            assert not FORBIDDEN.search(strip.text)
