"""What a lead passes on its way, and what is due for it next. Instants are aware UTC datetimes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.standing import EndReason, Standing
from imail_tui.domain.sequence.verdicts import Reason


@dataclass(frozen=True, slots=True)
class Reached:
    """The lead arrived at a step."""

    step_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail left."""

    step_id: str
    at: datetime
    variant_id: str | None


@dataclass(frozen=True, slots=True)
class Branched:
    """A condition was decided, and by what."""

    step_id: str
    branch: int | Literal["else"]
    at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more goes to the lead."""

    reason: EndReason
    at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """The lead stands before something this version cannot execute, for ever."""

    step_id: str
    at: datetime


Mark: TypeAlias = Reached | Mailed | Branched | Ended | Stuck


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the lead stands now, and the marks of its way there."""

    standing: Standing
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """A mail may leave from this instant on: call `sent` when it did, `hold` when it has to be later."""

    step_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decide:
    """A wait ends or a condition may be decided: call `decide` at this instant."""

    step_id: str
    at: datetime


Due: TypeAlias = Send | Decide | Ended | Stuck
