"""What is true of a lead at an instant: each atom is judged from the whole history every time it is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracle.cases import AtomJson, BranchJson, Case, Happening, Scalar, StepJson, chance

Truth = bool | None
"""None: not decided yet."""

KINDS = {
    "opened": ("opened",),
    "clicked": ("clicked",),
    "replied": ("replied",),
    "bounced": ("bounced_hard", "bounced_soft"),
    "unsubscribed": ("unsubscribed",),
    "classified": ("classified",),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """All there is to know at `now`: `sends` in their order, `seen` the events so far of mail that was sent.

    `judged_at` is when the condition was reached, or when a reply closed it (`closed`).
    """

    now: datetime
    judged_at: datetime
    closed: bool
    sends: Mapping[str, datetime]
    seen: Sequence[Happening]


def chosen_branch(case: Case, step: StepJson, moment: Moment) -> int | str | None:
    """The branch that fires at the moment, "else" if none ever will, None while that is open."""
    for index in range(len(step["branches"])):
        truth = _branch_truth(case, step, index, moment)
        if truth is not False:
            return index if truth else None
    return "else"


def window_ends(step: StepJson, sends: Mapping[str, datetime]) -> Iterator[datetime]:
    """When each of the condition's `within_days` is over."""
    for branch in step["branches"]:
        for atom in atoms_of(branch):
            sent = _send_of(atom, sends)
            if sent and "within_days" in atom:
                yield sent[1] + timedelta(days=atom["within_days"])


def atoms_of(branch: BranchJson) -> Sequence[AtomJson]:
    when = branch["when"]
    if "signal" in when:
        return [when]
    return when["all"] if "all" in when else when["any"]


def _branch_truth(case: Case, step: StepJson, index: int, moment: Moment) -> Truth:
    branch = step["branches"][index]
    truths: list[Truth] = []
    for number, atom in enumerate(atoms_of(branch)):
        if atom["signal"] == "random":
            truths.append(chance(case.lead_id, step["id"], index, number) < atom["percent"])
        elif atom["signal"] == "field":
            truths.append(_field_truth(atom, case.fields))
        else:
            truth = _mail_truth(atom, moment)
            truths.append(not truth if atom.get("negate") and truth is not None else truth)
    decisive = "any" in branch["when"]
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _send_of(atom: AtomJson, sends: Mapping[str, datetime]) -> tuple[str, datetime] | None:
    named = {step: at for step, at in sends.items() if step == atom.get("of_step", step)}
    return list(named.items())[-1] if named else None


def _mail_truth(atom: AtomJson, moment: Moment) -> Truth:
    sent = _send_of(atom, moment.sends)
    if sent is None:
        return False
    step, sent_at = sent
    known_until = moment.judged_at
    if "within_days" in atom:
        open_until = sent_at + timedelta(days=atom["within_days"])
        still_counts = not moment.closed or atom["signal"] == "classified"
        known_until = open_until if still_counts else min(open_until, moment.judged_at)
    for event in moment.seen:
        if event.step_id == step and event.at <= known_until and _is_signal(event, atom):
            return True
    return None if moment.now < known_until else False


def _is_signal(event: Happening, atom: AtomJson) -> bool:
    if event.kind not in KINDS[atom["signal"]] or (event.kind == "replied" and event.is_auto):
        return False
    return "label" not in atom or event.label == atom["label"]


def _field_truth(atom: AtomJson, fields: Mapping[str, Scalar]) -> bool:
    has, wanted = fields.get(atom["field"]), atom.get("value")
    match atom["op"]:
        case "exists":
            return has is not None and has != ""
        case "in":
            assert isinstance(wanted, list)
            return any(_equal(has, one) for one in wanted)
        case "eq" | "ne" as op:
            assert not isinstance(wanted, list)
            return _equal(has, wanted) is (op == "eq")
        case "contains":
            return has is not None and str(wanted).lower() in str(has).lower()
        case op:
            assert not isinstance(wanted, list)
            left, right = _number(has), _number(wanted)
            if left is None or right is None:
                return False
            return left > right if op == "gt" else left < right


def _equal(has: Scalar, wanted: Scalar) -> bool:
    if isinstance(has, str) and isinstance(wanted, str):
        return has.strip().lower() == wanted.strip().lower()
    return isinstance(has, bool) is isinstance(wanted, bool) and has == wanted


def _number(value: Scalar) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except ValueError:
        return None
