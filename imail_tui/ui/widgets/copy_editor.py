"""The text of a mail being written: variables and spins in colour, completed while one types."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import ClassVar, Final

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from imail_tui.domain.sequence.copy_spans import copy_spans
from imail_tui.domain.text import multi_line

_THEME: Final = "copy"


class CopyEditor(TextArea):
    """A text area for copy.

    `words` complete what is typed after two braces; `quoted_from` says of lines which is the first of the
    history, which is dimmed.
    """

    DEFAULT_CSS = """
    CopyEditor { border: none; padding: 0; background: $panel; height: 1fr; min-height: 5; }
    CopyEditor:ansi { background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete, or the next field", show=False, id="copy.complete"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        # The text area colours its lines while it is made.
        self.quoted_from: Callable[[Sequence[str]], int] = len
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", compact=True)
        self.cursor_blink = False
        self.highlight_cursor_line = False
        self.words: Sequence[str] = ()
        self._settled = ""
        # Colours of the terminal's own sixteen: they fit every theme, and NO_COLOR takes them away.
        styles = {
            "variable": Style(color="cyan"),
            "spin": Style(color="magenta"),
            "link": Style(underline=True),
            "quote": Style(dim=True),
        }
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=styles))
        self.theme = _THEME

    def show(self, text: str) -> None:
        """Show another text, foreign or not; the same text leaves the cursor where it is."""
        safe = multi_line(text)
        if safe != self.text:
            with self.prevent(TextArea.Changed):
                self.load_text(safe)
        self.settle()

    @property
    def is_pending(self) -> bool:
        """Whether something was typed that nobody has taken yet."""
        return self.text != self._settled

    def settle(self) -> None:
        """What stands in it is taken."""
        self._settled = self.text

    def _build_highlight_map(self) -> None:
        """Colour what will not be sent as it stands."""
        self._line_cache.clear()
        self._highlights.clear()
        lines = self.document.lines
        for quoted in range(self.quoted_from(lines), len(lines)):
            self._highlights[quoted].append((0, len(lines[quoted].encode()), "quote"))
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        row = 0
        for start, end, kind in copy_spans("\n".join(lines)):
            while starts[row + 1] <= start:
                row += 1
            last = row
            while True:
                line, begin = lines[last], starts[last]
                left = len(line[: max(0, start - begin)].encode())
                right = len(line[: max(0, end - begin)].encode())
                if right > left:
                    self._highlights[last].append((left, right, kind))
                if starts[last + 1] >= end:
                    break
                last += 1

    def update_suggestion(self) -> None:
        """Offer the rest of the variable that is being typed."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        before, after = line[:column], line[column:]
        begun = before.rpartition("{{")[2]
        opened = before.rfind("{{") > before.rfind("}}")
        self.suggestion = ""
        if opened and begun and after.strip("}") == "":
            match = next((word for word in self.words if word.startswith(begun) and word != begun), None)
            if match is not None:
                self.suggestion = match[len(begun) :] + ("" if after.startswith("}}") else "}}")

    def action_complete(self) -> None:
        """Take what is offered; where nothing is, go on to the next field."""
        if self.suggestion:
            self.insert(self.suggestion)
        else:
            self.screen.focus_next()
