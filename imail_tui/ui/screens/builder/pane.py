"""What the forms of all kinds of steps share."""

from typing import Final

from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from imail_tui.domain.sequence.ways import RawStep, Slot
from imail_tui.ui.screens.builder.context import StepContext
from imail_tui.ui.screens.builder.field import Field

_NOTHING: Final = StepContext(0, (), (), ())


class StepPane(Vertical):
    """The form of one kind of step. A subclass fills `compose` and `fill`."""

    class Written(Message):
        """Somebody typed: the step as it says now, and the place that was typed at."""

        def __init__(self, changed: RawStep, place: str) -> None:
            super().__init__()
            self.changed = changed
            self.place = place

    class Led(Message):
        """A way out shall lead elsewhere."""

        def __init__(self, field: Field, slot: Slot, target: str | None) -> None:
            super().__init__()
            self.field = field
            self.slot = slot
            self.target = target

    def __init__(self) -> None:
        super().__init__()
        self.step: RawStep = {}
        self.context = _NOTHING
        self.display = False

    def show(self, step: RawStep, context: StepContext) -> None:
        """Show a step."""
        self.step, self.context = step, context
        self.fill()

    def fill(self) -> None:
        """Put the step into the fields."""

    def write(self, place: str, **values: object) -> None:
        """Tell of values typed; None leaves a key out."""
        changed = {key: value for key, value in self.step.items() if values.get(key, "") is not None}
        self.step = {**changed, **{key: value for key, value in values.items() if value is not None}}
        self.post_message(self.Written(self.step, place))

    def fields(self) -> list[Field]:
        """Its lines that can be written, from top to bottom."""
        return [field for field in self.query(Field) if field.display and not field.input.disabled]

    def first_widget(self, place: str) -> Widget | None:
        """The widget to write in: that of a place in the step's JSON, else the first."""
        fields = self.fields()
        named = [field for field in fields if place and field.place.startswith(place)]
        inside = [field for field in fields if place.startswith(field.place) and field.place]
        for field in (*named, *inside, *fields):
            return field.input
        return None


def text_of(value: object) -> str:
    """A JSON value as the text of a field; blank for what is no text."""
    return value if isinstance(value, str) else ""


def field_of(line: Input) -> Field:
    """The field an input stands in."""
    return line.query_ancestor(Field)
