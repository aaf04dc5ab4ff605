"""Whether a condition holds: true, false or still open, and what decided it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from imail_tui.domain.sequence.atoms import Atom, FieldAtom, MailAtom, RandomAtom
from imail_tui.domain.sequence.chance import AtomChance
from imail_tui.domain.sequence.lead import Lead, compare
from imail_tui.domain.sequence.standing import Standing
from imail_tui.domain.sequence.steps import Branch, Condition


@dataclass(frozen=True, slots=True)
class Reason:
    """What one atom came to: `held` None = still open.

    For a mail's atom: the step looked at, its send, the event if there was one, and the instant up to which
    events count.
    """

    atom: Atom
    held: bool | None
    step_id: str | None = None
    sent_at: datetime | None = None
    happened_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The way a condition goes: `branch` None = else. `reasons` are the atoms that decided."""

    branch: int | None
    at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Undecidable:
    """Every window has closed and an atom of an unknown kind still keeps the condition open."""

    at: datetime


def field_answers(condition: Condition, lead: Lead) -> tuple[bool, ...]:
    """The verdicts of a condition's field atoms for a lead as it is now, in the order of the JSON."""
    return tuple(
        compare(lead.fields.get(atom.field), atom.op, atom.value) is not atom.negate
        for branch in condition.branches
        for atom in branch.when.atoms
        if isinstance(atom, FieldAtom)
    )


def judge(
    condition: Condition, standing: Standing, lead: Lead, chance: AtomChance, now: datetime
) -> Outcome | Undecidable | datetime:
    """How a condition is decided by `now`, at the first instant at which it can be.

    An instant instead: still open, to be judged again then or at the next event.
    """
    verdicts = _Verdicts(condition, standing, lead, chance)
    instants = verdicts.instants()
    for instant in instants:
        if instant > now:
            return instant
        outcome = verdicts.outcome(instant)
        if outcome is not None:
            return outcome
    return Undecidable(instants[-1])


class _Verdicts:
    """The atoms of a condition for a lead that stands at it."""

    def __init__(self, condition: Condition, standing: Standing, lead: Lead, chance: AtomChance) -> None:
        self._condition = condition
        self._standing = standing
        self._lead = lead
        self._chance = chance
        fields = [
            (number, index)
            for number, branch in enumerate(condition.branches)
            for index, atom in enumerate(branch.when.atoms)
            if isinstance(atom, FieldAtom)
        ]
        answers = standing.answers
        if len(answers) != len(fields):  # the condition was edited since the lead arrived
            answers = field_answers(condition, lead)
        self._answers = dict(zip(fields, answers, strict=True))

    def instants(self) -> list[datetime]:
        """When a verdict may change, in order: on arrival, at events, when windows close."""
        arrived = self._standing.since
        found = {arrived} | {seen.at for seen in self._standing.seen} | set(self._closings())
        return sorted(instant for instant in found if instant >= arrived)

    def outcome(self, now: datetime) -> Outcome | None:
        """The way taken when judged at an instant; None while a branch that comes first is open."""
        against: list[Reason] = []
        for number, branch in enumerate(self._condition.branches):
            held, reasons = self._branch(number, branch, now)
            if held is None:
                return None
            if held:
                return Outcome(number, now, reasons)
            against.extend(reasons)
        return Outcome(None, now, tuple(against))

    def _branch(self, number: int, branch: Branch, now: datetime) -> tuple[bool | None, tuple[Reason, ...]]:
        """A branch's verdict, with the atoms that decide it."""
        reasons = [self._atom(number, index, atom, now) for index, atom in enumerate(branch.when.atoms)]
        deciding = branch.when.joint == "any"
        for reason in reasons:
            if reason.held is deciding:
                return deciding, (reason,)
        if any(reason.held is None for reason in reasons):
            return None, ()
        return not deciding, tuple(reasons)

    def _atom(self, number: int, index: int, atom: Atom, now: datetime) -> Reason:
        match atom:
            case MailAtom():
                return self._mail(atom, now)
            case FieldAtom():
                return Reason(atom, self._answers[number, index])
            case RandomAtom():
                drawn = self._chance(self._lead.id, self._condition.id, number, index)
                return Reason(atom, (drawn < atom.percent) is not atom.negate)
        return Reason(atom, None)

    def _mail(self, atom: MailAtom, now: datetime) -> Reason:
        send = self._standing.sent(atom.of_step)
        if send is None:
            return Reason(atom, atom.negate, atom.of_step)
        closes = self._closes(atom, send.at)
        times = [
            seen.at
            for seen in self._standing.seen
            if seen.step_id == send.step_id
            and seen.signal == atom.signal
            and (atom.label is None or seen.label == atom.label)
        ]
        first = min(times, default=None)
        happened = first is not None and first <= min(closes, now)
        held = None if not happened and now < closes else happened is not atom.negate
        return Reason(atom, held, send.step_id, send.at, first if happened else None, closes)

    def _closes(self, atom: MailAtom, sent_at: datetime) -> datetime:
        """The instant up to which events count: a day is 24 hours; a reply closes all but `classified`."""
        arrived = self._standing.since
        if atom.within_days is None:
            return arrived
        closes = sent_at + timedelta(days=atom.within_days)
        return min(closes, arrived) if self._standing.closed and atom.signal != "classified" else closes

    def _closings(self) -> Iterator[datetime]:
        for branch in self._condition.branches:
            for atom in branch.when.atoms:
                send = self._standing.sent(atom.of_step) if isinstance(atom, MailAtom) else None
                if isinstance(atom, MailAtom) and send is not None:
                    yield self._closes(atom, send.at)
