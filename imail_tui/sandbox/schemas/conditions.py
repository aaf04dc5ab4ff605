"""What a condition step asks about a lead."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from imail_tui.sandbox.schemas.types import WHOLE, Body, Slug

MailSignal = Literal["opened", "clicked", "replied", "bounced", "unsubscribed"]
Operator = Literal["eq", "ne", "contains", "exists", "gt", "lt", "in"]
Scalar = str | int | float | bool | None
Days = Annotated[int, Field(ge=1, le=60), WHOLE]
Label = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class MailAtom(Body):
    """Something happened to a mail: of an earlier step, or the latest one sent."""

    signal: MailSignal
    of_step: Slug | None = None
    within_days: Days | None = None
    negate: bool = False


class ClassifiedAtom(Body):
    """A reply was classified, as one label or any."""

    signal: Literal["classified"]
    label: Label | None = None
    of_step: Slug | None = None
    within_days: Days | None = None
    negate: bool = False


class FieldAtom(Body):
    """A field of the lead compares to a value; `exists` needs none, `in` a list."""

    signal: Literal["field"]
    field: Annotated[str, StringConstraints(pattern="^(custom\\..{1,60}|[a-z_]{1,40})$")]
    op: Operator
    value: Annotated[list[Scalar], Field(max_length=100)] | Scalar = None
    negate: bool = False


class RandomAtom(Body):
    """A share of the leads, drawn at random."""

    signal: Literal["random"]
    percent: Annotated[int, Field(ge=1, le=99), WHOLE]
    negate: bool = False


_TAGS = {
    **dict.fromkeys(("opened", "clicked", "replied", "bounced", "unsubscribed"), "<mail>"),
    **{signal: f"<{signal}>" for signal in ("classified", "field", "random")},
}
"""Tags are in angle brackets so that no field of a request has the same name."""


def _kind_of_atom(value: object) -> str | None:
    signal = value.get("signal") if isinstance(value, dict) else getattr(value, "signal", None)
    return _TAGS.get(signal) if isinstance(signal, str) else None


def _kind(value: object) -> str | None:
    for name in ("all", "any"):
        if (isinstance(value, dict) and name in value) or hasattr(value, name):
            return f"<{name}>"
    return _kind_of_atom(value)


Atom = Annotated[
    Annotated[MailAtom, Tag("<mail>")]
    | Annotated[ClassifiedAtom, Tag("<classified>")]
    | Annotated[FieldAtom, Tag("<field>")]
    | Annotated[RandomAtom, Tag("<random>")],
    Discriminator(
        _kind_of_atom,
        custom_error_type="unknown_atom",
        custom_error_message=f"it needs a `signal` of {', '.join(_TAGS)}",
    ),
]
Atoms = Annotated[list[Atom], Field(min_length=1, max_length=20)]


class AllOf(Body):
    """Every atom holds."""

    all: Atoms


class AnyOf(Body):
    """At least one atom holds."""

    any: Atoms


Condition = Annotated[
    Annotated[AllOf, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[MailAtom, Tag("<mail>")]
    | Annotated[ClassifiedAtom, Tag("<classified>")]
    | Annotated[FieldAtom, Tag("<field>")]
    | Annotated[RandomAtom, Tag("<random>")],
    Discriminator(
        _kind,
        custom_error_type="unknown_condition",
        custom_error_message=f"it needs `all`, `any` or a `signal` of {', '.join(_TAGS)}",
    ),
]
