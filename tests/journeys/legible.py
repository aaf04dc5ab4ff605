"""What everything on show must be: readable without colour, with sixteen colours, and in little room."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.color import Color, ColorType
from rich.style import Style
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from imail_tui.ui.widgets.chart import Chart
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.safe_static import SafeStatic

MEANING: Final = {1: "red", 2: "green", 3: "yellow", 5: "magenta"}
"""The colours of the palette that say good, watch, stop and new, by their number."""
SAYS: Final = re.compile(r"[^\d\s.,:%/–-]")
"""A letter or a glyph: what is left where there are no colours."""
CURSOR: Final = "▌"

Piece = tuple[str, Style]
Look = list[list[tuple[str, str]]]
"""Lines of texts with their attributes, as somebody sees them who sees no colours."""


def painted(pilot: Pilot[None]) -> list[list[Piece]]:
    """Every line on show in pieces of one style."""
    strips = pilot.app.screen._compositor.render_strips()
    return [[(segment.text, segment.style or Style()) for segment in strip] for strip in strips]


def attributes(style: Style) -> str:
    """What is left of a style without colours."""
    names = ("bold", "dim", "italic", "underline", "reverse", "strike")
    return " ".join(name for name in names if getattr(style, name))


def look(pilot: Pilot[None], region: Region | None = None) -> Look:
    """What is on show there without its colours."""
    strips = pilot.app.screen._compositor.render_strips()
    if region is not None:
        strips = [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
    lines = []
    for strip in strips:
        cells = [
            (letter, attributes(segment.style or Style())) for segment in strip for letter in segment.text
        ]
        lines.append([("".join(letter for letter, _ in run), kind) for kind, run in _runs(cells)])
    return lines


def _runs(cells: list[tuple[str, str]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for kind, run in groupby(cells, key=lambda cell: cell[1]):
        yield kind, list(run)


def faults_of_colour(pilot: Pilot[None]) -> Iterator[str]:
    """Colours beyond the sixteen; meaning that is in a colour alone; one text in two meanings."""
    charts = [chart.region for chart in pilot.app.screen.query(Chart)]
    # What a dialog leaves of the screen behind may be half a cell.
    boxes = [box.region for box in pilot.app.screen.query(".box")]
    tones: dict[str, set[str]] = {}
    for y, line in enumerate(painted(pilot)):
        if boxes and not any(box.y <= y < box.bottom for box in boxes):
            continue
        x = 0
        under_cursor = any(text.lstrip().startswith(CURSOR) for text, _ in line[:3])
        for text, style in line:
            for colour in (style.color, style.bgcolor):
                if colour is not None and colour.type not in (ColorType.DEFAULT, ColorType.STANDARD):
                    yield f"{text.strip()!r} is painted in {colour}"
            tone = _tone(style.color)
            behind = boxes and not any(box.contains(x, y) for box in boxes)
            if text.strip() and not under_cursor and not behind and not any(c.contains(x, y) for c in charts):
                if tone and not SAYS.search(text):
                    yield f"{text.strip()!r} is {tone} and says nothing else"
                tones.setdefault(re.sub(r"\d+", "0", text.strip()), set()).add(f"{tone}|{attributes(style)}")
            x += len(text)
    for text, seen in tones.items():
        coloured = {each for each in seen if not each.startswith("|")}
        by_attributes = {each.split("|")[1] for each in seen}
        if coloured and len(seen) > len(by_attributes):
            yield f"{text!r} is painted as {sorted(seen)}: colour alone tells them apart"


def _tone(colour: Color | None) -> str:
    number = colour.number if colour is not None and colour.type is ColorType.STANDARD else None
    return MEANING.get((number or 0) % 8, "") if number is not None else ""


def faults_of_room(pilot: Pilot[None]) -> Iterator[str]:
    """Texts of ours that do not fit, and what can only be reached by scrolling sideways."""
    screen = pilot.app.screen
    places = screen._compositor.visible_widgets
    whole = Region(0, 0, *pilot.app.size)
    for widget in screen.walk_children(Widget):
        if widget.is_container and widget.allow_horizontal_scroll and widget.max_scroll_x:
            yield f"{widget} scrolls sideways"
        if not isinstance(widget, SafeStatic) or not widget.text.strip() or not _is_displayed(widget):
            continue
        if any(isinstance(parent, Widget) and parent.allow_vertical_scroll for parent in widget.ancestors):
            continue
        place = places.get(widget)
        if place is None:
            yield f"{widget.text[:40]!r} is not on show"
            continue
        region, clip = place
        if region.intersection(clip).intersection(whole) != region:
            yield f"{widget.text[:40]!r} is cut off at {region} by {clip}"
        size = widget.content_size
        if widget.styles.text_wrap == "nowrap" and cell_len(widget.text) > size.width:
            yield f"{widget.text!r} is wider than its {size.width} cells"
        needed = widget.get_content_height(Size(*pilot.app.size), Size(*pilot.app.size), size.width)
        if needed > size.height:
            yield f"{widget.text[-60:]!r} needs {needed} lines and has {size.height}"


def _is_displayed(widget: Widget) -> bool:
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))


async def faults_of_focus(pilot: Pilot[None]) -> Iterator[str]:
    """What has the keys, and the row they move, must be seen without colour."""
    found: list[str] = []
    screen = pilot.app.screen
    focused = screen.focused
    if focused is None:
        return iter(["nothing has the keys"] if screen.focus_chain else [])
    others = [each for each in screen.focus_chain if each is not focused]
    if others or isinstance(focused, Input):
        before = look(pilot)
        screen.set_focus(others[0] if others else None)
        await pilot.pause()
        if look(pilot) == before:
            found.append(f"{focused} looks the same without the keys")
        screen.set_focus(focused)
        await pilot.pause()
    table = next(iter(screen.query(LineTable)), None)
    if table is not None and table.total > 1 and table.display and table.region.height > 2:
        before, row = look(pilot, table.region), table.cursor_index
        table.select_at(row + 1 if row == 0 else row - 1)
        await pilot.pause()
        if look(pilot, table.region) == before:
            found.append("the cursor's row looks like any other")
        if not any(CURSOR in text for line in look(pilot, table.region) for text, _ in line):
            found.append("there is no sign at the cursor's row")
        table.select_at(row)
        await pilot.pause()
    return iter(found)
