"""A lead's fields one below the other: changed in place, added, taken out, each of its own type."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import ClassVar, Final

from pydantic import JsonValue
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from imail_tui.domain.leads.editing import (
    KINDS,
    Fields,
    WrongValue,
    kind_of,
    patch_of,
    read_value,
    same,
    shown_value,
)
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.text import one_line
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (
    Column("name", "Field", 18, weight=1, max_width=30),
    Column("kind", "Type", 7),
    Column("value", "Value", 24, weight=3),
    Column("state", "", 9),
)
_KEYS: Final = "enter changes · a adds · x out · t type · u as it was · ctrl+s saves · esc"
_NAME_MOST: Final = 60

Take = Callable[[Fields], Awaitable[Mapping[str, str]]]


class FieldsDialog(Dialog[bool]):
    """Gives True once `take` found nothing wrong with the fields. Names and values are foreign."""

    DEFAULT_CSS = """
    FieldsDialog {
        .box { width: 100; height: 100%; max-height: 34; }
        LineTable { width: 1fr; height: 1fr; }
        Input { display: none; }
        Input.-typing { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add a field", show=False, id="fields.add"),
        Binding("x,delete", "take_out", "take the field out", show=False, id="fields.take-out"),
        Binding("t", "turn_type", "another type", show=False, id="fields.type"),
        Binding("u", "restore", "as it was", show=False, id="fields.restore"),
        Binding("ctrl+s", "save", "save", show=False, id="fields.save", priority=True),
        Binding("q", "cancel", "leave", show=False, id="fields.leave"),
    ]

    def __init__(self, title: str, fields: Fields, take: Take) -> None:
        """`take` carries it out and gives what is wrong by field name, "" = with the whole of it."""
        super().__init__()
        self._question, self._take = title, take
        self._before: Fields = dict(fields)
        self._now: dict[str, JsonValue] = dict(fields)
        self._faults: Mapping[str, str] = {}
        self._naming = False

    def compose(self) -> ComposeResult:
        """The fields, the line that one is typed in, and the keys."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            yield LineTable(_COLUMNS)
            field = Input(compact=True, select_on_focus=False)
            field.cursor_blink = False
            yield field
            yield SafeStatic(_KEYS, id="note", classes="note")

    def on_mount(self) -> None:
        """Begin at the first field."""
        self._show()
        self.query_one(LineTable).focus()

    def unsaved(self) -> str | None:
        """Changes that were begun."""
        return self._question if patch_of(self._before, self._now) else None

    # The list

    def _names(self) -> Iterator[str]:
        yield from LEAD_FIELDS
        yield from sorted({name for name in (*self._before, *self._now) if name.startswith(CUSTOM)})

    def _show(self, at: str | None = None) -> None:
        table = self.query_one(LineTable)
        table.show(ListedRows([self._row(name) for name in self._names()]))
        if at is not None:
            table.select(at)

    def _row(self, name: str) -> Row:
        present = name in self._now
        value = self._now.get(name)
        kind = kind_of(value) if present else ""
        if name in self._faults:
            state = Cell("! wrong", "stop")
        elif same(self._before, self._now, name):
            state = Cell("")
        else:
            state = Cell(
                "+ new" if name not in self._before else "~ changed" if present else "− out", "watch"
            )
        shown = shown_value(value) if value is not None else ("null" if present else "–")
        label = name.removeprefix(CUSTOM) if name.startswith(CUSTOM) else name.replace("_", " ")
        return Row(
            name,
            {
                "name": Cell(label, "" if name.startswith(CUSTOM) else "strong"),
                "kind": Cell(kind, "muted"),
                "value": Cell(shown, "" if value is not None else "muted"),
                "state": state,
            },
        )

    @property
    def _here(self) -> str | None:
        return self.query_one(LineTable).cursor_id

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """What is wrong with the field under the cursor."""
        fault = self._faults.get(self._here or "")
        self._say(f"! {fault}" if fault else _KEYS, bad=fault is not None)

    # Changing

    @on(LineTable.Opened)
    def change(self) -> None:
        """Type another value."""
        name = self._here
        if name is not None:
            value = self._now.get(name)
            self._naming = False
            self._type(one_line(shown_value(value), limit=10_000), f"{name.removeprefix(CUSTOM)}: ")

    def action_add(self) -> None:
        """Ask for the name of a field of its own."""
        self._naming = True
        self._type("", "name of the new field")

    def _type(self, text: str, asked: str) -> None:
        field = self.query_one(Input)
        field.value, field.placeholder = text, one_line(asked)
        field.cursor_position = len(text)
        field.add_class("-typing")
        field.focus()
        self._say("enter accepts, esc leaves it as it was")

    @on(Input.Submitted)
    def accept(self, event: Input.Submitted) -> None:
        """Take what was typed, or say what is wrong with it."""
        event.stop()
        fault = self._name_taken(event.value) if self._naming else self._value_taken(event.value)
        if fault is not None:
            self._say(f"! {fault}", bad=True)

    def _name_taken(self, text: str) -> str | None:
        name = text.strip()
        if not name or len(name) > _NAME_MOST:
            return f"A name has 1 to {_NAME_MOST} characters."
        if f"{CUSTOM}{name}" in self._now:
            return "There is a field of that name."
        self._now[f"{CUSTOM}{name}"] = ""
        self._show(f"{CUSTOM}{name}")
        self._naming = False
        self._type("", "its value")
        return None

    def _value_taken(self, text: str) -> str | None:
        name = self._here
        if name is None:
            return None
        value = self._now.get(name)
        kind = kind_of(value)
        if text == one_line(shown_value(value), limit=10_000) and name in self._now:
            # Line breaks and the like cannot be typed here; what was not changed stays as it was.
            self._leave_line()
            return None
        try:
            read = read_value(text, "text" if kind == "null" else kind)
        except WrongValue as error:
            return f"{error} is needed; t gives it another type"
        if not text and not name.startswith(CUSTOM):
            self._now.pop(name, None)
        else:
            self._now[name] = read
        self._faults = {each: fault for each, fault in self._faults.items() if each != name}
        self._leave_line()
        self._show(name)
        return None

    def action_take_out(self) -> None:
        """Without a value, or the field away."""
        name = self._here
        if name == "email":
            self._say("! A lead without an address is none.", bad=True)
        elif name is not None:
            self._now.pop(name, None)
            self._show(name)

    def action_restore(self) -> None:
        """As it was when the dialog was opened."""
        name = self._here
        if name is not None:
            self._now.pop(name, None)
            if name in self._before:
                self._now[name] = self._before[name]
            self._show(name)

    def action_turn_type(self) -> None:
        """The next type the value can be read as."""
        name = self._here
        if name is None or not name.startswith(CUSTOM) or name not in self._now:
            self._say("! Only fields of your own have a type to choose.", bad=True)
            return
        value = self._now[name]
        kind = kind_of(value)
        start = KINDS.index(kind) + 1 if kind in KINDS else 0
        for other in (*KINDS[start:], *KINDS[:start]):
            try:
                turned = read_value(shown_value(value), other)
            except WrongValue:
                continue
            if kind_of(turned) != kind:
                self._now[name] = turned
                self._show(name)
                return
        self._say("! It cannot be read as anything else; change the value first.", bad=True)

    def action_cancel(self) -> None:
        """Leave the line that is typed in, else the dialog."""
        if self.query_one(Input).has_focus:
            self._leave_line()
        else:
            self.dismiss(None)

    def _leave_line(self) -> None:
        self.query_one(Input).remove_class("-typing")
        self.query_one(LineTable).focus()
        self.explain()

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_save(self) -> None:
        """Take the line that is typed in, then have all of it carried out."""
        field = self.query_one(Input)
        if field.has_focus:
            fault = self._name_taken(field.value) if self._naming else self._value_taken(field.value)
            if fault is not None or field.has_focus:
                self._say(f"! {fault}" if fault else "Its value, then ctrl+s again.", bad=fault is not None)
                return
        self._say("Asking …")
        self._faults = await self._take(dict(self._now))
        if not self._faults:
            self.dismiss(True)
            return
        first = next((name for name in self._faults if name), None)
        self._show(first)
        self._say(f"! {next(iter(self._faults.values()))}", bad=True)

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.query_one("#note", SafeStatic).update(
            styled((one_line(text), "$text-error" if bad else "$text-muted"))
        )
