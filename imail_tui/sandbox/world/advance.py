"""How a lead moves through a sequence: the one place that decides what follows a step.

Simplifications: a condition is judged when the lead arrives and again when its window closes or
something happened to one of its mails; the rest follows the API's description of timing.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from imail_tui.sandbox.world.windows import DAY, HOUR, SendWindow

_UNIT_MS = {"minutes": 60_000, "hours": HOUR, "days": DAY}


class MailFacts(NamedTuple):
    """When what happened to one mail, in milliseconds; None = not (yet)."""

    sent_at: int
    opened_at: int | None = None
    clicked_at: int | None = None
    replied_at: int | None = None
    bounced_at: int | None = None
    label: str | None = None


class LeadFacts(NamedTuple):
    """What conditions read about a lead: its fields (`custom.x` flat) and its mails by step, in order."""

    id: str
    timezone: str
    fields: Mapping[str, object]
    mails: dict[str, MailFacts]


class Standing(NamedTuple):
    """Where a lead stands: at a step that is due at an instant, or (None) at the end."""

    step_id: str | None
    due_at: int
    reached: tuple[str, ...]


class _Verdict(NamedTuple):
    """A condition's answer; None = still open, to be asked again at `until`."""

    matched: bool | None
    until: int = 0


@dataclass(frozen=True)
class _Branch:
    when: Mapping[str, object]
    next: str | None


@dataclass(frozen=True)
class _Step:
    id: str
    type: str
    next: str | None
    raw: Mapping[str, object]
    branches: tuple[_Branch, ...] = ()
    wait_ms: int = 0
    wait_days: int = 0
    reads_answers: bool = False


class Sequence:
    """The steps of one campaign and the window its waits are measured in."""

    def __init__(self, steps: list[dict[str, object]], window: SendWindow) -> None:
        self.window = window
        following = [str(step["id"]) for step in steps[1:]]
        self._steps = {
            step.id: step
            for step in (
                _parse(raw, following[index] if index < len(following) else None)
                for index, raw in enumerate(steps)
            )
        }
        self.entry = next(iter(self._steps), None)

    def email(self, step_id: str | None) -> Mapping[str, object] | None:
        """The e-mail step of that id as it was sent to the API, None when it is something else."""
        step = self._steps.get(step_id or "")
        return step.raw if step is not None and step.type == "email" else None

    def is_condition(self, step_id: str | None) -> bool:
        """Whether the lead stands at a condition, so that news about its mails are to be judged."""
        step = self._steps.get(step_id or "")
        return step is not None and step.type == "condition"

    def resume(self, step_id: str | None, at: int, lead: LeadFacts) -> Standing:
        """A lead whose step (None: the sequence's start) is due: on to the next thing to send or wait for."""
        step = self._steps.get(step_id or "")
        if step is None:
            return self._arrive(self.entry if step_id is None else None, at, lead)
        if step.type == "wait":
            return self._arrive(step.next, at, lead)
        if step.type == "condition":
            return self._judge(step, at, lead, ())
        return Standing(step.id, at, ())

    def after_email(self, step_id: str, at: int, lead: LeadFacts) -> Standing:
        """A lead whose e-mail left at `at`."""
        return self._arrive(self._steps[step_id].next, at, lead)

    def after_reply(self, step_id: str | None) -> str | None:
        """The condition an answer leads to although answers stop the sequence; None = it ends the lead.

        It is the next step other than a wait, and reads `replied` or `classified`.
        """
        step = self._steps.get(step_id or "")
        while step is not None and step.type == "wait":
            step = self._steps.get(step.next or "")
        return step.id if step is not None and step.reads_answers else None

    def _arrive(
        self, step_id: str | None, at: int, lead: LeadFacts, reached: tuple[str, ...] = ()
    ) -> Standing:
        step = self._steps.get(step_id or "")
        if step is None:
            return Standing(None, at, reached)
        reached = (*reached, step.id)
        if step.type == "email":
            return Standing(step.id, at, reached)
        if step.type == "wait":
            due = self.window.add_days(lead.timezone, at, step.wait_days) if step.wait_days else at
            return Standing(step.id, due + step.wait_ms, reached)
        if step.type == "condition":
            return self._judge(step, at, lead, reached)
        return Standing(None, at, reached)

    def _judge(self, step: _Step, at: int, lead: LeadFacts, reached: tuple[str, ...]) -> Standing:
        for branch in step.branches:
            verdict = _matches(branch.when, step.id, at, lead)
            if verdict.matched is None:
                return Standing(step.id, verdict.until, reached)
            if verdict.matched:
                return self._arrive(branch.next, at, lead, reached)
        return self._arrive(step.next, at, lead, reached)


def _parse(raw: dict[str, object], following: str | None) -> _Step:
    identifier, kind = str(raw["id"]), str(raw["type"])
    if kind == "condition":
        branches = tuple(
            _Branch(_object(item["when"]), _target(item["next"])) for item in _objects(raw.get("branches"))
        )
        reads = any(_reads_answers(branch.when) for branch in branches)
        return _Step(identifier, kind, _target(raw.get("else")), raw, branches, reads_answers=reads)
    goes_on = _target(raw["next"]) if "next" in raw else following
    if kind == "wait":
        delay = _object(raw["delay"])
        value, unit = _number(delay["value"]), str(delay["unit"])
        if raw.get("business_days") and unit == "days":
            return _Step(identifier, kind, goes_on, raw, wait_days=int(value))
        return _Step(identifier, kind, goes_on, raw, wait_ms=int(value * _UNIT_MS[unit]))
    return _Step(identifier, kind, goes_on, raw)


def _objects(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _target(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _reads_answers(when: Mapping[str, object]) -> bool:
    atoms = _objects(when.get("all") or when.get("any") or [when])
    return any(atom.get("signal") in ("replied", "classified") for atom in atoms)


def _matches(when: Mapping[str, object], step_id: str, at: int, lead: LeadFacts) -> _Verdict:
    if "signal" in when:
        return _atom(when, step_id, at, lead)
    want_all = "all" in when
    verdicts = [_atom(atom, step_id, at, lead) for atom in _objects(when.get("all") or when.get("any"))]
    if any(verdict.matched is (not want_all) for verdict in verdicts):
        return _Verdict(not want_all)
    waiting = [verdict.until for verdict in verdicts if verdict.matched is None]
    return _Verdict(None, min(waiting)) if waiting else _Verdict(want_all)


def _atom(atom: Mapping[str, object], step_id: str, at: int, lead: LeadFacts) -> _Verdict:
    signal = atom["signal"]
    if signal == "random":
        return _Verdict(zlib.crc32(f"{lead.id}/{step_id}".encode()) % 100 < _number(atom["percent"]))
    if signal == "field":
        return _Verdict(_compare(lead.fields.get(str(atom["field"])), str(atom["op"]), atom.get("value")))
    of_step = atom.get("of_step")
    mail = lead.mails.get(str(of_step)) if of_step else next(reversed(lead.mails.values()), None)
    if mail is None:
        return _Verdict(bool(atom.get("negate")))
    days = atom.get("within_days")
    closes = mail.sent_at + int(_number(days)) * DAY if days is not None else at
    happened = _happened(str(signal), atom.get("label"), mail)
    if happened is not None and happened <= min(at, closes):
        return _Verdict(not atom.get("negate"))
    return _Verdict(None, closes) if at < closes else _Verdict(bool(atom.get("negate")))


def _happened(signal: str, label: object, mail: MailFacts) -> int | None:
    if signal == "classified":
        return mail.replied_at if mail.label is not None and label in (None, mail.label) else None
    return {
        "opened": mail.opened_at,
        "clicked": mail.clicked_at,
        "replied": mail.replied_at,
        "bounced": mail.bounced_at,
    }.get(signal)


def _compare(actual: object, operator: str, value: object) -> bool:
    if operator == "exists":
        return actual not in (None, "")
    if operator in ("gt", "lt"):
        left, right = _number(actual), _number(value)
        return left > right if operator == "gt" else left < right
    if operator == "contains":
        return str(value).casefold() in str(actual or "").casefold()
    if operator == "in":
        return actual in value if isinstance(value, list) else False
    return (actual == value) is (operator == "eq")


def _number(value: object) -> float:
    """A number of a condition or field; what is none compares as not-a-number, so never matches."""
    try:
        return float(value) if isinstance(value, int | float | str) else float("nan")
    except ValueError:
        return float("nan")
