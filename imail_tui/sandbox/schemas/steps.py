"""Entries of a sequence. An absent `next` and a null one differ: ask `model_fields_set`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from imail_tui.sandbox.schemas.conditions import Condition
from imail_tui.sandbox.schemas.types import WHOLE, Body, Slug

MAX_STEPS = 20
"""Entries of any type in a campaign (documented by imail)."""

Subject = Annotated[str, StringConstraints(max_length=1_000)]
Copy = Annotated[str, StringConstraints(max_length=100_000)]
Weight = Annotated[int, Field(ge=0, le=100), WHOLE]


class Variant(Body):
    """Another wording of an email; a blank part stands for the step's own."""

    id: Slug
    weight: Weight
    subject: Subject | None = None
    body: Copy | None = None
    active: bool = True


class EmailStep(Body):
    """A mail. From the second on a path, a blank subject continues the thread."""

    id: Slug
    type: Literal["email"]
    subject: Subject | None = None
    body: Copy
    weight: Weight = 100
    variants: Annotated[list[Variant], Field(max_length=5)] = []
    next: Slug | None = None


class Delay(Body):
    """How long a wait lasts; a day is 24 hours."""

    value: Annotated[int, Field(ge=1, le=10_000), WHOLE]
    unit: Literal["minutes", "hours", "days"]


class WaitStep(Body):
    """A pause; `business_days` counts the window's days."""

    id: Slug
    type: Literal["wait"]
    delay: Delay
    business_days: bool = False
    next: Slug | None = None


class Branch(Body):
    """Taken when its condition holds and no earlier branch does."""

    label: Annotated[str, StringConstraints(max_length=120)] | None = None
    when: Condition
    next: Slug | None


class ConditionStep(Body):
    """A fork: the first branch that holds, or `else`."""

    model_config = ConfigDict(populate_by_name=False)

    id: Slug
    type: Literal["condition"]
    branches: Annotated[list[Branch], Field(min_length=1, max_length=10)]
    otherwise: Annotated[Slug | None, Field(alias="else")]


class EndStep(Body):
    """Nothing follows."""

    id: Slug
    type: Literal["end"]


Step = Annotated[EmailStep | WaitStep | ConditionStep | EndStep, Field(discriminator="type")]
Steps = Annotated[list[Step], Field(min_length=1, max_length=MAX_STEPS)]
