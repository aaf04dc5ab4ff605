"""What a condition asks: typed atoms and how they are read from the JSON of `when`."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.violations import (
    Raw,
    Violation,
    is_object,
    read_flag,
    read_number,
    read_text,
)

MAIL_SIGNALS = ("opened", "clicked", "replied", "bounced", "unsubscribed", "classified")
OPERATORS = ("eq", "ne", "contains", "exists", "gt", "lt", "in")
MAX_WITHIN_DAYS = 60
_FIELD = re.compile(r"custom\..{1,60}|[a-z_]{1,40}", re.DOTALL)

Joint: TypeAlias = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class MailAtom:
    """Something happened to a mail: that of `of_step`, None = the latest one sent to the lead.

    `within_days` counts from that mail's send, 24 hours each; None = judged on arrival at the condition.
    `label` narrows `classified`.
    """

    signal: str
    of_step: str | None = None
    within_days: int | None = None
    label: str | None = None
    negate: bool = False


@dataclass(frozen=True, slots=True)
class FieldAtom:
    """A field of the lead (`custom.x` for its own) compares to a JSON value."""

    field: str
    op: str
    value: object = None
    negate: bool = False


@dataclass(frozen=True, slots=True)
class RandomAtom:
    """A share of the leads, in percent."""

    percent: int
    negate: bool = False


@dataclass(frozen=True, slots=True)
class UnknownAtom:
    """A signal this version does not know: carried, never decided."""

    raw: Raw


Atom: TypeAlias = MailAtom | FieldAtom | RandomAtom | UnknownAtom


@dataclass(frozen=True, slots=True)
class When:
    """A condition: atoms of which all or any must hold. `joint` None = the one atom stands alone."""

    joint: Joint | None
    atoms: tuple[Atom, ...]

    def place(self, base: str, index: int) -> str:
        """Where an atom stands in the JSON, given the place of the condition."""
        return base if self.joint is None else f"{base}.{self.joint}[{index}]"

    def reads_answers(self) -> bool:
        """Whether an atom is about replies or their classification."""
        return any(isinstance(atom, MailAtom) and atom.signal in _ANSWERS for atom in self.atoms)


_ANSWERS = ("replied", "classified")


def read_when(value: object, place: str, found: list[Violation]) -> When:
    """The condition of a branch; a broken one has only the atoms that could be read."""
    if not is_object(value):
        found.append(Violation("type", place, "must be an object"))
        return When(None, ())
    kinds = [key for key in ("signal", "all", "any") if key in value]
    if len(kinds) != 1:
        message = "needs exactly one of signal, all and any"
        found.append(Violation("choice" if kinds else "required", place, message))
        return When(None, ())
    joint: Joint | None = "all" if "all" in value else "any" if "any" in value else None
    if joint is None:
        atom = read_atom(value, place, found)
        return When(None, () if atom is None else (atom,))
    group = value[joint]
    if not isinstance(group, list) or not group:
        found.append(Violation("type", f"{place}.{joint}", "must be a list of at least one condition"))
        return When(joint, ())
    atoms = [read_atom(item, f"{place}.{joint}[{index}]", found) for index, item in enumerate(group)]
    return When(joint, tuple(atom for atom in atoms if atom is not None))


def read_atom(value: object, place: str, found: list[Violation]) -> Atom | None:
    """One atom; None (and a violation) for what has no signal at all."""
    if not is_object(value):
        found.append(Violation("type", place, "must be an object"))
        return None
    signal = value.get("signal")
    if not isinstance(signal, str):
        found.append(Violation("required", f"{place}.signal", "must name a signal"))
        return None
    if signal not in (*MAIL_SIGNALS, "field", "random"):
        return UnknownAtom(value)
    negate = read_flag(value, "negate", place, found, default=False)
    if signal == "field":
        return _field_atom(value, place, found, negate)
    if signal == "random":
        return RandomAtom(
            read_number(value.get("percent"), f"{place}.percent", found, low=1, high=99), negate
        )
    days = value.get("within_days")
    if days is not None:
        days = read_number(days, f"{place}.within_days", found, low=1, high=MAX_WITHIN_DAYS)
    label = read_text(value, "label", place, found) if signal == "classified" else None
    return MailAtom(signal, read_text(value, "of_step", place, found), days, label, negate)


def _field_atom(raw: Raw, place: str, found: list[Violation], negate: bool) -> FieldAtom:
    field, op, value = raw.get("field"), raw.get("op"), raw.get("value")
    if not isinstance(field, str) or not _FIELD.fullmatch(field):
        found.append(Violation("pattern", f"{place}.field", "must name a field of the lead, or custom.x"))
        field = ""
    if not isinstance(op, str) or op not in OPERATORS:
        found.append(Violation("choice", f"{place}.op", f"must be one of {', '.join(OPERATORS)}"))
        op = "exists"
    if op == "in" and not isinstance(value, list):
        found.append(Violation("type", f"{place}.value", "must be a list"))
    return FieldAtom(field, op, value, negate)
