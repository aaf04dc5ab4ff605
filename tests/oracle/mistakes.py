"""The engine as it would be with the mistakes one makes in it, by a changed source of one of its modules."""

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from unittest import mock

import imail_tui.domain
import tests.oracle
from tests.oracle import comparison
from tests.oracle.cases import Case, Trace

ENGINE = "imail_tui.domain.sequence"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong way to write a module of the engine: the text that is there once, and what stands instead."""

    module: str
    right: str
    wrong: str


MISTAKES = {
    "the window's last minute is one too late": Mistake(
        "windows", "window.start <= minute < window.end", "window.start <= minute <= window.end"
    ),
    "a wall clock that changes is taken for one that does not": Mistake(
        "windows", "if len(offsets) == 1:", "if offsets:"
    ),
    "excluded dates are ignored": Mistake("windows", " and day not in self.excluded", ""),
    "the window's last date is not one of its days": Mistake(
        "windows", "day <= self.last_date", "day < self.last_date"
    ),
    "the lead's own zone is ignored": Mistake(
        "windows", "first_zone(lead_zone, workspace_zone)", "first_zone(workspace_zone)"
    ),
    "a business day too many": Mistake("windows", "while days > 0:", "while days >= 0:"),
    "business days are any days": Mistake("windows", "days -= window.counts(local.date())", "days -= 1"),
    "a day is a day of the wall clock": Mistake(
        "walking",
        "return at + wait.duration",
        "return (at.astimezone(course.zone(lead)) + wait.duration).astimezone(at.tzinfo)",
    ),
    "a wait counts from when the mail was due, not from its send": Mistake(
        "walking", "seen=standing.seen), following, at)", "seen=standing.seen), following, standing.since)"
    ),
    "the branches are taken from the last one on": Mistake(
        "verdicts",
        "in enumerate(self._condition.branches):\n            held",
        "in reversed(list(enumerate(self._condition.branches))):\n            held",
    ),
    "a negation is decided before its window closes": Mistake(
        "verdicts",
        "None if not happened and now < closes",
        "None if not happened and not atom.negate and now < closes",
    ),
    "a window of days counts from the arrival": Mistake(
        "verdicts", "closes = sent_at + timedelta", "closes = arrived + timedelta"
    ),
    "else is taken while a branch is open": Mistake(
        "verdicts",
        "if held is None:\n                return None",
        "if held is None:\n                continue",
    ),
    "an event at the very end of its window is too late": Mistake(
        "verdicts", "first <= min(closes, now)", "first < min(closes, now)"
    ),
    "all is taken for any": Mistake(
        "verdicts", 'branch.when.joint == "any"', 'branch.when.joint in ("any", "all")'
    ),
    "mail that was not sent is negated to nothing": Mistake(
        "verdicts", "Reason(atom, atom.negate, atom.of_step)", "Reason(atom, False, atom.of_step)"
    ),
    "a reply closes the wait for its classification": Mistake(
        "verdicts", ' and atom.signal != "classified"', ""
    ),
    "a reply does not close the windows of days": Mistake("walking", "closed=True", "closed=False"),
    "a reply stops no lead": Mistake(
        "walking", "event.is_auto and course.stop_on_reply", "event.is_auto and False"
    ),
    "a reply stops every lead": Mistake("walking", "event.is_auto and course.stop_on_reply", "event.is_auto"),
    "an automatic reply stops the lead": Mistake(
        "walking", "not event.is_auto and course.stop_on_reply", "course.stop_on_reply"
    ),
    "an automatic reply is a reply": Mistake(
        "walking", ' or (event.kind == "replied" and event.is_auto)', ""
    ),
    "a reply in a wait does not look behind the wait": Mistake(
        "walking",
        "course.sequence.after_waits(standing.step_id)",
        'course.sequence.steps.get(standing.step_id or "")',
    ),
    "a soft bounce ends the lead": Mistake(
        "walking", '"bounced_hard": "bounced",', '"bounced_hard": "bounced",\n    "bounced_soft": "bounced",'
    ),
    "decisions come before the events of their instant": Mistake(
        "walk", "if ready is None and next_up is not None", "if next_up is not None"
    ),
    "a missing next is taken for the end": Mistake(
        "sequence", "after.get(step.id) if step.goes_on else step.next", "step.next"
    ),
    "the first mail is looked at instead of the latest": Mistake(
        "standing", "for send in reversed(self.sends):", "for send in self.sends:"
    ),
    "text is compared with its case": Mistake(
        "lead", "left.strip().casefold() == right.strip().casefold()", "left.strip() == right.strip()"
    ),
}


def mistaken(mistake: Mistake) -> Callable[[Case], Sequence[Trace]]:
    """`engine_trace` over an engine that is loaded anew, with the mistake; the real one stays as it is."""
    others = {name: module for name, module in sys.modules.items() if not name.startswith(ENGINE)}
    del others[comparison.__name__]
    with (
        mock.patch.dict(sys.modules, others, clear=True),
        mock.patch.object(sys, "meta_path", [_Changes(mistake), *sys.meta_path]),
        mock.patch.object(imail_tui.domain, "sequence", None),
        mock.patch.object(tests.oracle, "comparison", comparison),
    ):
        changed = importlib.import_module(comparison.__name__)
    trace: Callable[[Case], Sequence[Trace]] = changed.engine_trace
    return trace


class _Changes:
    """Finds the module of a mistake, and nothing else."""

    def __init__(self, mistake: Mistake) -> None:
        self._mistake = mistake

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != f"{ENGINE}.{self._mistake.module}":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _ChangedSource(name, spec.origin, self._mistake)
        return spec


class _ChangedSource(SourceFileLoader):
    def __init__(self, name: str, path: str, mistake: Mistake) -> None:
        super().__init__(name, path)
        self._mistake = mistake

    def get_code(self, fullname: str) -> CodeType:
        """The changed source compiled, past the cache of compiled files."""
        source = self.get_data(self.path).decode()
        assert source.count(self._mistake.right) == 1, self._mistake.right
        changed = source.replace(self._mistake.right, self._mistake.wrong)
        return compile(changed, f"changed {self.path}", "exec")
