"""A dialog that is a form: what was typed is checked here, then by whoever takes it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.model_form import ModelForm
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

M = TypeVar("M", bound=BaseModel)


class FormDialog(Dialog[bool], Generic[M]):
    """Gives True once `take` found nothing wrong with the model."""

    DEFAULT_CSS = """
    FormDialog {
        .box { width: 78; }
        VerticalScroll { height: auto; max-height: 17; scrollbar-size-vertical: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next line", show=False, id="form.down"),
        Binding("up", "app.focus_previous", "line before", show=False, id="form.up"),
        Binding("ctrl+s", "send", "send the form", show=False, id="form.send"),
        Binding("ctrl+t", "attempt", "try it from here", show=False, id="form.try", priority=True),
    ]

    def __init__(
        self,
        title: str,
        model: type[M],
        take: Callable[[M], Awaitable[Mapping[str, str]]],
        *,
        given: Mapping[str, str] | None = None,
        attempt: Callable[[M], Awaitable[Mapping[str, str]]] | None = None,
    ) -> None:
        """`take` carries the form out and gives what is wrong by field path, "" = with the whole of it.

        `attempt` tries what was typed without carrying it out. Texts may be foreign.
        """
        super().__init__()
        self._question, self._model, self._take = title, model, take
        self._given, self._attempt = given, attempt
        trying = "" if attempt is None else ", ctrl+t tries it from here"
        self._note = f"enter next line, ctrl+s sends{trying}, esc leaves"

    def compose(self) -> ComposeResult:
        """Title, lines, note."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            with VerticalScroll(can_focus=False):
                yield ModelForm(self._model, self._given)
            yield SafeStatic(self._note, id="note", classes="note")

    @property
    def form(self) -> ModelForm[M]:
        """The lines."""
        return self.query_one(ModelForm)

    def unsaved(self) -> str | None:
        """A form that was begun."""
        return self._question if self.form.values() != self._at_first else None

    def on_mount(self) -> None:
        """Remember what was there at first; begin with the first line."""
        self._at_first = self.form.values()
        self.query(Input).first().focus()

    @on(Input.Submitted)
    def go_on(self) -> None:
        """To the next line; from the last one the form is sent."""
        if not self.form.next_line():
            self.action_send()

    @work(group="form", exclusive=True, exit_on_error=False)
    async def action_send(self) -> None:
        """Check, then have it carried out."""
        model = self.form.read()
        if model is None:
            return
        self._say("Asking …")
        faults = await self._take(model)
        if not faults:
            self.dismiss(True)
            return
        self.form.show_faults(faults)
        self._say(f"! {faults['']}" if "" in faults else self._note, bad="" in faults)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def action_attempt(self) -> None:
        """Check, then try it."""
        model = self.form.read()
        if model is None or self._attempt is None:
            return
        self._say("Trying …")
        faults = await self._attempt(model)
        self.form.show_faults(faults)
        self._say("! It does not work from here; ctrl+s sends it all the same." if faults else "✓ It works.")

    def _say(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", SafeStatic)
        note.update(styled((text, "$text-error" if bad else "$text-muted")))
