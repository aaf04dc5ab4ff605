"""One lead's way through one campaign, as plain data: what both walkers are given."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, NotRequired, TypedDict, final
from zlib import crc32

Scalar = str | int | float | bool | None
EventKind = Literal[
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
    "suppressed",
    "replied",
    "classified",
    "opened",
    "clicked",
]
Trace = tuple[str, str, datetime] | tuple[str, str, int | str, datetime]


class DelayJson(TypedDict):
    value: int
    unit: str


@final
class AtomJson(TypedDict):
    signal: str
    of_step: NotRequired[str]
    within_days: NotRequired[int]
    negate: NotRequired[bool]
    label: NotRequired[str]
    field: NotRequired[str]
    op: NotRequired[str]
    value: NotRequired[Scalar | list[Scalar]]
    percent: NotRequired[int]


@final
class AllJson(TypedDict):
    all: list[AtomJson]


@final
class AnyJson(TypedDict):
    any: list[AtomJson]


class BranchJson(TypedDict):
    when: AtomJson | AllJson | AnyJson
    next: str | None


class VariantJson(TypedDict):
    id: str
    weight: int
    active: bool


StepJson = TypedDict(
    "StepJson",
    {
        "id": str,
        "type": str,
        "subject": NotRequired[str],
        "body": NotRequired[str],
        "weight": NotRequired[int],
        "variants": NotRequired[list[VariantJson]],
        "delay": NotRequired[DelayJson],
        "business_days": NotRequired[bool],
        "branches": NotRequired[list[BranchJson]],
        "next": NotRequired[str | None],
        "else": NotRequired[str | None],
    },
)


class WindowJson(TypedDict):
    timezone: str
    days: list[str]
    start: str
    end: str
    start_date: NotRequired[str]
    end_date: NotRequired[str]
    exclude_dates: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the world did: `kind` is one of the engine's event kinds, `at` an aware UTC minute."""

    kind: EventKind
    at: datetime
    step_id: str | None = None
    is_auto: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A campaign's graph and window, a lead, and what happened to it until `until` (inclusive)."""

    seed: int
    steps: list[StepJson]
    window: WindowJson
    workspace_zone: str
    stop_on_reply: bool
    lead_zone: str | None
    fields: dict[str, Scalar]
    entered_at: datetime
    until: datetime
    events: tuple[Happening, ...] = ()

    @property
    def lead_id(self) -> str:
        return f"led_{self.seed}"

    def as_text(self) -> str:
        """The whole case as JSON, one line for a step, a branch or an event."""
        whole = asdict(self)
        lines = [f'"{name}": {json.dumps(value, default=str)}' for name, value in whole.items()]
        steps = ",\n    ".join(json.dumps(step) for step in self.steps)
        events = ",\n    ".join(json.dumps(asdict(event), default=str) for event in self.events)
        named = dict(zip(whole, lines, strict=True))
        named |= {"steps": f'"steps": [\n    {steps}]', "events": f'"events": [\n    {events}]'}
        return "{\n  " + ",\n  ".join(named.values()) + "\n}"


def chance(*parts: str | int) -> float:
    """A number in [0, 100) that depends on `parts` alone: the dice both walkers are given."""
    return crc32("/".join(map(str, parts)).encode()) % 10_000 / 100
