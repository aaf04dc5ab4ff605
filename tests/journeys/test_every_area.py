"""Every area: nothing is said by colour alone, sixteen colours are enough, and no size breaks it."""

import re
from collections.abc import Iterator
from typing import Final

from rich.color import ColorType
from rich.segment import Segment
from textual.color import Color
from textual.pilot import Pilot

from imail_tui.services.session import Session
from imail_tui.ui.areas import AREAS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.themes import DARK

from .workspace import app_on, shown, until, until_shown

MEANING: Final = ("text-success", "text-warning", "text-error")
SAYS: Final = re.compile(r"[^\d\s.,:%/–-]")
"""A letter or a glyph: what is left where there are no colours."""
STORM: Final = ((80, 24), (60, 15), (59, 15), (200, 60), (40, 10), (100, 20), (80, 24))


def segments(pilot: Pilot[None]) -> Iterator[Segment]:
    """Everything that is painted now."""
    for strip in pilot.app.screen._compositor.render_strips():
        yield from strip


async def test_colour_never_says_what_no_word_or_glyph_says(session: Session) -> None:
    async with app_on(session, (160, 50), UiOptions(status_seconds=None, theme=DARK)) as pilot:
        await until_shown(pilot, "Inboxes  24", "Halden Pike")
        variables = pilot.app.get_css_variables()
        meaning = {Color.parse(variables[name]).rgb for name in MEANING}
        seen = 0
        for area in AREAS:
            await pilot.press(area.key)
            await until_shown(pilot, f" {area.title}")
            await until(pilot, lambda: "data now" in shown(pilot), "fetched rows")
            for segment in segments(pilot):
                colour = segment.style.color if segment.style else None
                triplet = colour.triplet if colour is not None else None
                if triplet is not None and tuple(triplet) in meaning and segment.text.strip():
                    seen += 1
                    assert SAYS.search(segment.text), f"{area.title}: {segment.text!r}"
        assert seen > 20, "the rule was looked for in coloured text"


async def test_sixteen_colours_and_any_size(session: Session) -> None:
    async with app_on(session, (80, 24), UiOptions(status_seconds=None, no_color=True)) as pilot:
        await until_shown(pilot, "Inboxes  24", "Halden Pike")
        for area in AREAS:
            await pilot.press(area.key)
            await until_shown(pilot, f" {area.title}")
            for columns, lines in STORM:
                await pilot.resize_terminal(columns, lines)
                await pilot.pause()
                painted = shown(pilot).splitlines()
                assert len(painted) <= lines
                small = columns < 60 or lines < 15
                assert ("Too small" in painted[0]) is small, (area.title, columns, lines)
                kinds = {
                    colour.type
                    for segment in segments(pilot)
                    if segment.style
                    for colour in (segment.style.color, segment.style.bgcolor)
                    if colour is not None
                }
                assert kinds <= {ColorType.DEFAULT, ColorType.STANDARD}, (area.title, kinds)
