"""What the forms of all kinds of steps share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from imail_tui.domain.sequence.ways import RawStep, Slot
from imail_tui.ui.screens.builder.context import StepContext
from imail_tui.ui.screens.builder.field import Field

_NOTHING: Final = StepContext(0, (), (), ())


@dataclass(frozen=True, slots=True)
class Scribe:
    """Who takes down what is typed, at once: a message could come after the form shows another step.

    `write` takes the step as it says now and the place that was typed at; `lead` takes a step's id, one of
    its ways out and where it shall lead, and gives what is wrong with that, "" = nothing.
    """

    write: Callable[[RawStep, str], None]
    lead: Callable[[str, Slot, str | None], str]


class StepPane(Vertical):
    """The form of one kind of step. A subclass fills `compose`, `fields`, `fill` and `take`."""

    def __init__(self, scribe: Scribe) -> None:
        super().__init__()
        self.scribe = scribe
        self.step: RawStep = {}
        self.context = _NOTHING
        self.display = False

    def show(self, step: RawStep, context: StepContext) -> None:
        """Show a step."""
        self.step, self.context = step, context
        self.fill()

    def fill(self) -> None:
        """Put the step into the fields."""

    def take(self, field: Field) -> None:
        """Take down what stands in a field, or say what is wrong with it."""

    def take_typed(self) -> None:
        """Take down everything that was typed and is not taken yet."""
        for field in self.fields():
            if field.is_pending and not self.waits(field):
                field.settle()
                self.take(field)

    def waits(self, field: Field) -> bool:
        """Whether a field is taken only when one leaves it."""
        del field
        return False

    def leave(self) -> None:
        """Take down everything: the keys go elsewhere."""
        self.take_typed()

    def drop(self) -> None:
        """Forget what could not be taken: another step comes."""
        for field in self.fields():
            field.settle()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        self.take_typed()

    def write(self, place: str, **values: object) -> None:
        """Tell of values typed; None leaves a key out."""
        changed = {key: value for key, value in self.step.items() if values.get(key, "") is not None}
        self.step = {**changed, **{key: value for key, value in values.items() if value is not None}}
        self.scribe.write(self.step, place)

    def fields(self) -> list[Field]:
        """Its lines that can be written, from top to bottom."""
        return []

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
