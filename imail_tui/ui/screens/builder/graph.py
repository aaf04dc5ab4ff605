"""The sequence as a graph with a cursor: on a step, or on one of the ways out of a condition."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from imail_tui.domain.sequence.drawing import DrawnLine
from imail_tui.domain.sequence.ways import Slot
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.ui.widgets.diffed_lines import DiffedLines
from imail_tui.ui.widgets.table_lines import CURSOR
from imail_tui.ui.widgets.viewport import Viewport

Place: TypeAlias = tuple[str, Slot | None]
"""A step (slot None), or one of its ways out."""
Worry: TypeAlias = Literal["error", "warning"]

_GUTTER: Final = 3
_NAMES_MOST: Final = 16
_MARKS: Final[Mapping[Worry, tuple[str, str]]] = {"error": ("✗", "stop"), "warning": ("!", "watch")}


class GraphView(DiffedLines, can_focus=True):
    """Lines of a drawn sequence. All text of steps may be foreign."""

    LOOK_PREFIX = "graph--"

    DEFAULT_CSS = """
    GraphView {
        height: 1fr;
        width: 1fr;
        .graph--cursor { text-style: reverse; }
        .graph--cursor-blurred { text-style: bold reverse; color: $text-muted; }
        .graph--path { color: $text-primary; }
        .graph--name { text-style: bold; }
        .graph--muted { color: $text-muted; }
        .graph--watch { color: $text-warning; }
        .graph--stop { color: $text-error; }
    }
    GraphView:ansi {
        .graph--muted { text-style: dim; color: ansi_default; }
        .graph--cursor-blurred { color: ansi_default; text-style: bold; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "graph--cursor",
        "graph--cursor-blurred",
        "graph--path",
        "graph--name",
        "graph--muted",
        "graph--watch",
        "graph--stop",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="graph.down"),
        Binding("up,k", "move(-1)", "up", show=False, id="graph.up"),
        Binding("home,g", "first", "first step", show=False, id="graph.first"),
        Binding("end,G", "last", "last step", show=False, id="graph.last"),
        Binding("pagedown", "page(1)", "page down", show=False, id="graph.page-down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="graph.page-up"),
        Binding("enter,right", "edit", "write it", show=False, id="graph.edit"),
    ]

    class Moved(Message):
        """The cursor is on another place, None where there is none."""

        def __init__(self, place: Place | None) -> None:
            super().__init__()
            self.place = place

    class Opened(Message):
        """The step under the cursor is to be written."""

    class Lettered(Message):
        """A letter to jump to was pressed."""

        def __init__(self, letter: str, *, found: bool) -> None:
            super().__init__()
            self.letter = letter
            self.found = found

    def __init__(self, *, empty: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._drawn: tuple[DrawnLine, ...] = ()
        self._view = Viewport()
        self._path: frozenset[str] = frozenset()
        self._worries: Mapping[str, Worry] = {}
        self._place: Place | None = None
        self._waiting = False

    @property
    def place(self) -> Place | None:
        """Where the cursor is."""
        return self._place

    @property
    def drawn(self) -> tuple[DrawnLine, ...]:
        """The lines on show."""
        return self._drawn

    def show(self, drawn: Sequence[DrawnLine], path: Collection[str], worries: Mapping[str, Worry]) -> None:
        """Show a sequence; the cursor stays on its place, or goes to the nearest one there is."""
        self._drawn = tuple(drawn)
        self._path = frozenset(path)
        self._worries = worries
        row = self._row_of(self._place) if self._place is not None else 0
        row = self._selectable(self._view.cursor if row is None else row, 1)
        self._view = self._view.settled(len(self._drawn), row)
        self._settle()

    def select(self, place: Place) -> bool:
        """Put the cursor on a place; False where it is not."""
        row = self._row_of(place)
        if row is None:
            return False
        self._go(row)
        return True

    def wait_for_letter(self) -> None:
        """The next key that is a letter goes to the next step whose id begins with it."""
        self._waiting = True

    def on_key(self, event: events.Key) -> None:
        """The letter that was waited for."""
        if self._waiting:
            self._waiting = False
            if event.character and event.is_printable:
                event.stop()
                event.prevent_default()
                self.post_message(self.Lettered(event.character, found=self._jump(event.character)))

    def _jump(self, letter: str) -> bool:
        rows = [
            row for row, line in enumerate(self._drawn) if line.is_step and line.step_id.startswith(letter)
        ]
        later = next((row for row in rows if row > self._view.cursor), rows[0] if rows else None)
        if later is not None:
            self._go(later)
        return later is not None

    def action_move(self, rows: int) -> None:
        """The next place in a direction."""
        self._go(self._selectable(self._view.cursor + rows, 1 if rows > 0 else -1))

    def action_first(self) -> None:
        """The first step."""
        self._go(self._selectable(0, 1))

    def action_last(self) -> None:
        """The last place."""
        self._go(self._selectable(len(self._drawn) - 1, -1))

    def action_page(self, pages: int) -> None:
        """A window down or up."""
        self.action_move(pages * max(1, self._view.height - 1))

    def action_edit(self) -> None:
        """Write the step under the cursor."""
        if self._place is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Go to a place, or write the step the cursor is on."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = self._view.top + offset.y
        if row == self._view.cursor:
            self.action_edit()
        elif row < len(self._drawn):
            self._go(self._selectable(row, 1))

    def on_resize(self) -> None:
        """Fit the window to the new height."""
        self._view = self._view.resized(self.size.height)
        self.repaint()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show whether keys move the cursor."""
        super().watch_has_focus(has_focus)
        self.repaint()

    def _go(self, row: int) -> None:
        self._view = self._view.moved_to(row)
        self._settle()

    def _settle(self) -> None:
        before, self._place = self._place, self._place_at(self._view.cursor)
        self.repaint()
        if before != self._place:
            self.post_message(self.Moved(self._place))

    def _place_at(self, row: int) -> Place | None:
        line = self._drawn[row] if 0 <= row < len(self._drawn) else None
        if line is None or not (line.is_step or line.slot is not None):
            return None
        return line.step_id, line.slot

    def _row_of(self, place: Place | None) -> int | None:
        rows = range(len(self._drawn))
        exact = next((row for row in rows if self._place_at(row) == place), None)
        if exact is None and place is not None:
            return next((row for row in rows if self._place_at(row) == (place[0], None)), None)
        return exact

    def _selectable(self, row: int, direction: int) -> int:
        """The nearest place from a row on in a direction, else the nearest the other way."""
        row = max(0, min(row, len(self._drawn) - 1))
        ways = (range(row, len(self._drawn)), range(row, -1, -1))
        for way in ways if direction > 0 else reversed(ways):
            for found in way:
                if self._place_at(found) is not None:
                    return found
        return 0

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The lines on screen, or how to begin."""
        if not self._drawn:
            return [
                Strip([Segment(f"  {line}".ljust(width)[:width], self.look("muted"))], width)
                for line in self._empty.split("\n")
            ]
        lanes = max(len(line.lanes) for line in self._drawn) + 2
        names = 2 + max((cell_width(one_line(line.title)) for line in self._drawn), default=0)
        view = self._view
        rows = range(view.top, min(view.top + height, len(self._drawn)))
        return [self._line(row, min(lanes, width // 2), min(names, _NAMES_MOST), width) for row in rows]

    def _line(self, row: int, lanes: int, names: int, width: int) -> Strip:
        line = self._drawn[row]
        here = row == self._view.cursor
        whole = ("cursor" if self.has_focus else "cursor-blurred") if here else ""
        worry = self._worries.get(line.step_id) if line.is_step else None
        sign, tone = _MARKS[worry] if worry is not None else (" ", "")
        lane = "path" if line.step_id in self._path else "muted"
        pieces = [
            (CURSOR if here else " ", whole),
            (f"{sign} ", whole or tone),
            (line.lanes[:lanes].ljust(lanes), whole or lane),
        ]
        room = max(0, width - _GUTTER - lanes - (names if line.is_step else 0))
        if line.is_step:
            title = clip(one_line(line.title), names - 1)
            pieces.append((title + " " * (names - cell_width(title)), whole or "name"))
        note = clip(one_line(line.note), room) if room else ""
        pieces.append((note + " " * (room - cell_width(note)), whole or ("" if line.is_step else "muted")))
        strip = Strip([Segment(text, self.look(look)) for text, look in pieces if text])
        return strip.adjust_cell_length(width, self.look(whole))
