"""One line of a step's form: what it is, what stands in it, and what is wrong with it."""

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from imail_tui.domain.text import one_line
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class Completions(Suggester):
    """Completes the part of a line behind its last joint from words that may change."""

    def __init__(self, words: Callable[[], Iterable[str]], joints: tuple[str, ...] = ()) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._words = words
        self._joints = joints

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last part completed."""
        at = max((value.rfind(joint) + len(joint) for joint in self._joints if joint in value), default=0)
        begun = value[at:]
        if not begun:
            return None
        found = next((word for word in self._words() if word.startswith(begun) and word != begun), None)
        return None if found is None else value[:at] + found


class Field(Vertical):
    """A labelled input; texts may be foreign."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        Horizontal { height: 1; }
        .label { width: 9; color: $text-muted; }
        Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
        .fault { display: none; padding-left: 9; color: $text-error; }
        .fault.-told { display: block; }
    }
    Field:ansi Input { background: ansi_default; text-style: underline; }
    """

    def __init__(
        self, name: str, label: str, *, suggester: Suggester | None = None, placeholder: str = ""
    ) -> None:
        """`name` is the place in the step's JSON that it writes."""
        super().__init__(name=name)
        self._label = label
        self.input = Input(compact=True, suggester=suggester, placeholder=placeholder)
        self.input.cursor_blink = False
        self._settled = ""
        self._fault = SafeStatic(classes="fault")

    def compose(self) -> ComposeResult:
        """Label and input; below them what is wrong."""
        with Horizontal():
            yield SafeStatic(self._label, classes="label")
            yield self.input
        yield self._fault

    @property
    def place(self) -> str:
        """Where in the step it writes."""
        return self.name or ""

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.input.value

    @property
    def is_pending(self) -> bool:
        """Whether something was typed that nobody has taken yet."""
        return self.input.value != self._settled

    def settle(self) -> None:
        """What stands in it is taken."""
        self._settled = self.input.value

    @property
    def is_wrong(self) -> bool:
        """Whether something is said to be wrong with it."""
        return self._fault.has_class("-told")

    def show(self, text: str) -> None:
        """Show a value, without a fault. A value that stands there already leaves the cursor alone.

        What is being typed and is not taken yet stays.
        """
        if self.is_pending and self.input.has_focus:
            return
        safe = one_line(text)
        if safe != self.input.value:
            with self.input.prevent(Input.Changed):
                self.input.value = safe
                self.input.cursor_position = len(safe)
        self.settle()
        self.show_fault("")

    def show_fault(self, text: str) -> None:
        """Say what is wrong; "" = nothing."""
        self._fault.update(styled((f"! {text}", "$text-error")) if text else "")
        self._fault.set_class(bool(text), "-told")
