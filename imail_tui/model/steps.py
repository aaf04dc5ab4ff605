"""Steps of a campaign as the API writes them: one flat list, `next` by id.

`next` absent means "the following entry", `null` means "end here"; `Step.goes_on` keeps the difference.
Condition trees stay JSON (`when`), so an atom this version does not know survives unchanged.
"""

from imail_tui.model.record import Json, Many, Record

STEP_TYPES = ("email", "wait", "condition", "end")
MAX_STEPS = 20
"""Entries of any type in one campaign (documented by imail)."""


class Delay(Record):
    """How long a wait lasts; a day is 24 h."""

    value: float = 0
    unit: str = "days"


class Variant(Record):
    """Another wording of an email; a blank part means the step's own."""

    id: str = ""
    weight: float | None = None
    subject: str | None = None
    body: str | None = None
    active: bool = True


class Branch(Record):
    """One outcome of a condition step: taken when `when` holds and no earlier branch does."""

    label: str | None = None
    when: Json = {}
    next: str | None = None


class Step(Record):
    """One entry of the sequence, of a known type or an unknown one that is carried along."""

    id: str = ""
    type: str = ""
    next: str | None = None
    subject: str | None = None
    body: str | None = None
    weight: float | None = None
    variants: Many[Variant] = []
    delay: Delay | None = None
    business_days: bool | None = None
    branches: Many[Branch] = []

    @property
    def goes_on(self) -> bool:
        """True when `next` is absent: the following entry of the list comes next."""
        return "next" not in self.model_fields_set

    @property
    def otherwise(self) -> str | None:
        """The `else` target of a condition, None = end."""
        target = (self.model_extra or {}).get("else")
        return target if isinstance(target, str) else None
