"""A form made from a pydantic model: one line for each field, with what is wrong beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from imail_tui.domain.text import one_line
from imail_tui.model.record import Json
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

M = TypeVar("M", bound=BaseModel)

_WORDS: Final = {
    "missing": "is needed",
    "string_too_short": "is needed",
    "string_pattern_mismatch": "is not one",
}


@dataclass(frozen=True, slots=True)
class FormField:
    """One line: `name` is the path in the model (`smtp.host`), `choices` the only values if few."""

    name: str
    label: str
    secret: bool
    first: str
    choices: tuple[str, ...]


def form_fields(model: type[BaseModel], prefix: str = "") -> Iterator[FormField]:
    """The fields of a model in their order; those of a model inside it follow its name."""
    for name, info in model.model_fields.items():
        path, kind = f"{prefix}{name}", info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from form_fields(kind, f"{path}.")
            continue
        first = "" if info.default is PydanticUndefined else str(info.default)
        choices = tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
        yield FormField(path, path.replace(".", " ").replace("_", " "), kind is SecretStr, first, choices)


def nested(values: Mapping[str, str]) -> Json:
    """Values by path as a model takes them; blank ones are left out and take their default."""
    whole: Json = {}
    for path, value in values.items():
        *outer, last = path.split(".")
        inside = whole
        for part in outer:
            within = inside.setdefault(part, {})
            assert isinstance(within, dict), "a path is a field or a model, not both"
            inside = within
        if value.strip():
            inside[last] = value
    return whole


class ModelForm(Vertical, Generic[M]):
    """The lines. `read` gives the model or shows the faults; `show_faults` takes those of a server too."""

    DEFAULT_CSS = """
    ModelForm { height: auto; }
    ModelForm Horizontal { height: 1; }
    ModelForm .label { width: 15; color: $text-muted; }
    ModelForm .field { width: 30; }
    ModelForm .fault { width: 1fr; height: 1; padding-left: 1; }
    """

    def __init__(self, model: type[M], given: Mapping[str, str] | None = None) -> None:
        """`given`: values by path that are known already; they may be foreign."""
        super().__init__()
        self._model = model
        self._fields = tuple(form_fields(model))
        self._given = given or {}

    def compose(self) -> ComposeResult:
        """Label, field, fault."""
        for number, field in enumerate(self._fields):
            with Horizontal():
                yield SafeStatic(field.label, classes="label")
                line = Input(
                    one_line(self._given.get(field.name, field.first)),
                    placeholder=" or ".join(field.choices),
                    password=field.secret,
                    id=f"field-{number}",
                    classes="field",
                    compact=True,
                )
                line.cursor_blink = False
                yield line
                yield SafeStatic(id=f"fault-{number}", classes="fault")

    def values(self) -> dict[str, str]:
        """What stands in the lines, by path."""
        return {
            field.name: self.query_one(f"#field-{number}", Input).value
            for number, field in enumerate(self._fields)
        }

    def read(self) -> M | None:
        """The model; None when something is wrong, which is then said at its line."""
        try:
            model = self._model.model_validate(nested(self.values()))
        except ValidationError as error:
            self.show_faults(dict(_faults(error, self._fields)))
            return None
        self.show_faults({})
        return model

    def show_faults(self, faults: Mapping[str, str]) -> bool:
        """Say what is wrong at the lines it belongs to (texts may be foreign) and go to the first of them.

        A fault of `smtp` stands at its first field. False when none of them belongs to a line.
        """
        at = {_place(self._fields, name): text for name, text in faults.items()}
        for number in range(len(self._fields)):
            text = at.get(number)
            content = styled((f"! {one_line(text)}", "$text-error")) if text else ""
            self.query_one(f"#fault-{number}", SafeStatic).update(content)
        places = sorted(place for place in at if place is not None)
        if places:
            self.query_one(f"#field-{places[0]}", Input).focus()
        return bool(places)

    def next_line(self) -> bool:
        """Go to the next line; False on the last."""
        lines = list(self.query(Input))
        at = next((place for place, line in enumerate(lines) if line.has_focus), -1)
        if at + 1 >= len(lines):
            return False
        lines[at + 1].focus()
        return True


def _place(fields: tuple[FormField, ...], name: str) -> int | None:
    found = (place for place, field in enumerate(fields) if f"{field.name}.".startswith(f"{name}."))
    return next(found, None)


def _faults(error: ValidationError, fields: tuple[FormField, ...]) -> Iterator[tuple[str, str]]:
    """By line: a model that is missing altogether lacks every one of its fields."""
    for issue in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(map(str, issue["loc"]))
        text = _WORDS.get(issue["type"], issue["msg"].removeprefix("Input ").removeprefix("should be "))
        for field in fields:
            if f"{field.name}.".startswith(f"{name}."):
                yield field.name, text
