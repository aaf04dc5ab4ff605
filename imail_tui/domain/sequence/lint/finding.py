"""A finding, and what rules look at to make one."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.atoms import MailAtom
from imail_tui.domain.sequence.steps import Condition, Email, Step
from imail_tui.domain.sequence.violations import Raw

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `place` is a path in the campaign's JSON, `remedy` what to do. Texts may be foreign."""

    code: str
    severity: Severity
    place: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Sender:
    """What a rule may know of an inbox; None = not known. `warmup_days`: None also when it is off."""

    email: str
    status: str
    daily_limit: int | None = None
    age_days: int | None = None
    warmup_on: bool | None = None
    warmup_days: int | None = None
    failing: tuple[str, ...] = ()
    min_gap_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Counts over (a sample of) the leads of a campaign; `total` of them were looked at.

    `blank` counts the leads without a value for each field that is looked at; `columns` are the custom
    fields (`custom.x`) that any of them has. `shared`: in another active campaign too. `queued`: in the
    whole campaign, not begun with.
    """

    total: int
    blank: Mapping[str, int] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    role: int = 0
    consumer: int = 0
    suppressed: int = 0
    unverified: int = 0
    shared: int = 0
    queued: int | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the workspace; None where it was not asked, and rules about it are silent.

    `senders` are all inboxes of the workspace by id.
    """

    senders: Mapping[str, Sender] | None = None
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A campaign under judgement. `known` are the lead's fields beside `custom.x`."""

    raw: Raw
    steps: tuple[Step, ...]
    known: Collection[str]
    around: Surroundings = Surroundings()

    def wordings(self) -> Iterator[tuple[str, str, str]]:
        """Every wording: its place, subject and body."""
        for number, step in enumerate(self.steps):
            if isinstance(step, Email):
                yield f"steps[{number}]", step.subject, step.body
                for index, variant in enumerate(step.variants):
                    yield f"steps[{number}].variants[{index}]", variant.subject, variant.body

    def mail_atoms(self) -> Iterator[tuple[int, str, MailAtom]]:
        """Every atom about a mail: the position of its condition, its place, itself."""
        for number, step in enumerate(self.steps):
            for index, branch in enumerate(step.branches if isinstance(step, Condition) else ()):
                base = f"steps[{number}].branches[{index}].when"
                for position, atom in enumerate(branch.when.atoms):
                    if isinstance(atom, MailAtom):
                        yield number, branch.when.place(base, position), atom


Rule: TypeAlias = Callable[[Judged], Iterator[Finding]]


def warning(code: str, place: str, message: str, remedy: str) -> Finding:
    """A finding that forbids nothing."""
    return Finding(code, "warning", place, message, remedy)


def error(code: str, place: str, message: str, remedy: str) -> Finding:
    """A finding that forbids a launch."""
    return Finding(code, "error", place, message, remedy)
