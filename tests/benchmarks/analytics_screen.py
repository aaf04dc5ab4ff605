"""The analytics screen over a year of 200 campaigns with 5 steps each, from the store, without a server.

    uv run python -m tests.benchmarks.analytics_screen [campaigns] [days]

Pressing the area's key to figures and chart on screen, another range to its paint, each chart to its paint;
the widget beside a bare plotext call on the same values in the same run; bytes that reach the terminal for a
step of the cursor and for another range.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from imail_tui.domain.analytics.spans import last_days
from imail_tui.domain.charts import ChartSpec
from imail_tui.domain.charts.drawing import lay_out_chart
from imail_tui.model.analytics import COUNTED, Counted
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import running_sandbox
from imail_tui.ui.screens.analytics.screen import AnalyticsScreen
from imail_tui.ui.screens.analytics.views import VIEWS
from imail_tui.ui.widgets.chart import ReadChart
from tests.benchmarks.waiting import milliseconds_until
from tests.fakes.counts import keep_counts
from tests.journeys.workspace import WORLD, app_on, session_on, shown
from tests.wire.test_app import app, cost, environment, leave, show

SIZE: Final = (160, 50)
NOWHERE: Final = "http://127.0.0.1:9/v1"
KEY: Final = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")
TODAY: Final = date(2026, 3, 2)
STEPS: Final = 5
RUNS: Final = 5


def counts(campaigns: int, days: int) -> Iterator[Counted]:
    """Made-up counts of every campaign's every step on every day."""
    for back in range(days):
        day = TODAY - timedelta(days=back)
        for campaign in range(campaigns):
            for step in range(STEPS):
                sent = (back * 7 + campaign * 3 + step) % 40
                row = tuple(max(0, sent // (place + 1)) for place in range(len(COUNTED)))
                yield Counted(
                    day, f"cmp_{campaign:03}", f"inb_{campaign % 24:02}", f"stp_{campaign:03}_{step}", "", row
                )


async def painted(change: Callable[[], None], what: Callable[[], bool]) -> float:
    """Milliseconds from a change until something holds and is painted."""
    started = time.perf_counter()
    change()
    return 1000 * (time.perf_counter() - started) + await milliseconds_until(what)


def is_open(pilot: Pilot[None]) -> bool:
    """Whether the area shows a chart."""
    return isinstance(pilot.app.screen, AnalyticsScreen) and "┤" in shown(pilot)


def _differs(chart: ReadChart, before: object) -> bool:
    return chart.spec is not before


def _has_days(chart: ReadChart, days: int) -> bool:
    return isinstance(chart.spec, ChartSpec) and len(chart.spec.days) == days


def overhead(spec: ChartSpec, width: int, height: int) -> tuple[float, float]:
    """Milliseconds of our chart, and of plotext with its own axes on the same values; the best of some."""
    import plotext

    def bare() -> None:
        panels = len(spec.series)
        for series in spec.series:
            figure = plotext.figure
            figure.clear()
            figure.plot_size(width, height // panels)
            for values in filter(None, (series.before, series.values)):
                known = [(float(x), float(y)) for x, y in enumerate(values) if y is not None]
                marker = plotext.marker("braille", plotext.pixel(1))
                figure.draw(
                    figure.signal([x for x, _ in known], [y for _, y in known], marker=marker).lines()
                )
            figure.build().string()

    def ours() -> None:
        lay_out_chart.cache_clear()
        lay_out_chart(spec, width, height)

    plotext.terminal.limit(False, False)
    best = []
    for draw in (ours, bare):
        times = []
        for _ in range(4 * RUNS):
            started = time.perf_counter()
            draw()
            times.append(time.perf_counter() - started)
        best.append(1000 * min(times))
    return best[0], best[1]


def on_the_wire() -> None:
    """Print the bytes a real app writes to a terminal of 80x24 for a few keys, in both palettes."""
    keys = (
        ("left", "\x1b[D"),
        ("left again", "\x1b[D"),
        ("next chart", "n"),
        ("chart before", "p"),
        ("7 days less", "-"),
    )
    with running_sandbox(WORLD) as sandbox, tempfile.TemporaryDirectory() as home:
        env = environment(sandbox.url, sandbox.test_key.reveal(), Path(home))
        for options in ((), ("--low-bandwidth",)):
            with app("tests.wire.apps.real_app", env, *options) as terminal:
                show(terminal, "5", "Analytics")
                terminal.wait_text("Mar 1")
                terminal.wait_quiet(1.0, 60)
                costs = {name: cost(terminal, key) for name, key in keys}
                print(" ".join(options) or "truecolor", costs)
                leave(terminal)


async def main(campaigns: int, days: int) -> None:
    """Measure and print."""
    home = Path(tempfile.mkdtemp())
    started = time.perf_counter()
    first = TODAY - timedelta(days=days - 1)
    keep_counts(home, NOWHERE, counts(campaigns, days), (first, TODAY), on=TODAY + timedelta(days=2))
    print(f"{days * campaigns * STEPS:,} rows put into the store in {time.perf_counter() - started:.1f} s")
    session = session_on(NOWHERE, KEY, home)
    session.ui_state.remember("analytics.range", "180" if days >= 360 else str(days))
    async with app_on(session, SIZE) as pilot:
        await pilot.pause(0.2)
        began = time.perf_counter()
        await pilot.press("5")
        await milliseconds_until(partial(is_open, pilot))
        print(f"key to figures and chart        {1000 * (time.perf_counter() - began):8.0f} ms")
        screen = pilot.app.screen
        assert isinstance(screen, AnalyticsScreen)
        chart = screen.query_one("#chart", ReadChart)
        await pilot.pause(1)
        for number in (90, 30, days // 2):
            span = last_days(number, TODAY)
            took = await painted(partial(screen._use_span, span), partial(_has_days, chart, number))
            print(f"range of {number:3} days to its paint    {took:8.0f} ms")
            await pilot.pause(0.5)
        spec = chart.spec
        assert isinstance(spec, ChartSpec)
        ours, bare = overhead(spec, *chart.size)
        print(f"chart {ours:.1f} ms, bare plotext {bare:.1f} ms: {100 * (ours / bare - 1):+.0f} %")
        for _ in VIEWS[1:]:
            took = await painted(partial(screen.action_step_view, 1), partial(_differs, chart, chart.spec))
            print(f"{screen._wish.view.word:12} to its paint       {took:8.0f} ms")
            await pilot.pause(0.3)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(*(numbers or [200, 365])))
    on_the_wire()
