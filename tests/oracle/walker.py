"""The sequence contract walked the slow way: at every instant that can matter, everything is judged anew."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import get_args

from tests.oracle.cases import Case, EventKind, Happening, StepJson, Trace, chance
from tests.oracle.truth import Moment, atoms_of, chosen_branch, window_ends
from tests.oracle.wall_time import Office

ORDER: tuple[EventKind, ...] = get_args(EventKind)
"""Of events at the same instant."""

ENDS = {"bounced_hard": "bounced", "unsubscribed": "unsubscribed", "suppressed": "suppressed"}


def trace(case: Case, office: Office | None = None) -> list[Trace]:
    """All that happens to the lead until `case.until`, in order; `office`: the case's, if already there."""
    walker = _Walker(case, office or Office(case))
    now: datetime | None = case.entered_at
    while now is not None and now <= case.until:
        walker.settle(now)
        now = walker.next_instant(now)
    return walker.trace


WALKED = ("email", "wait", "condition", "end")
"""Any other kind of step is as far as a lead comes."""


def drawn_variant(case: Case, step_id: str) -> str | None:
    """The variant of an email for the case's lead, None for the step's own wording."""
    step = next(step for step in case.steps if step["id"] == step_id)
    active = [variant for variant in step.get("variants", []) if variant["active"]]
    own = step.get("weight", 100 - sum(variant["weight"] for variant in active))
    hundred: list[str | None] = [None] * own
    for variant in active:
        hundred += [variant["id"]] * variant["weight"]
    return hundred[int(chance(case.lead_id, step_id))]


class _Walker:
    def __init__(self, case: Case, office: Office) -> None:
        self.case = case
        self.office = office
        self.trace: list[Trace] = []
        self.sends: dict[str, datetime] = {}
        self.seen: list[Happening] = []
        self.ahead = sorted(
            (event for event in case.events if event.at >= case.entered_at),
            key=lambda event: (event.at, ORDER.index(event.kind)),
        )
        self.ended = False
        self.closed = False
        self.go(case.steps[0]["id"], case.entered_at)
        # The contract leaves open who wins at one instant: a lead that no mail can reach ends as it enters.
        if not self.ended and self.here["type"] == "email" and office.next_opening(self.since) is None:
            self.end("no_opening", self.since)

    def next_instant(self, now: datetime) -> datetime | None:
        """The next time an event comes, a wait or a `within_days` is over, or the window opens for mail."""
        if self.ended:
            return None
        instants = [event.at for event in self.ahead[:1]]
        match self.here["type"]:
            case "email":
                instants += filter(None, [self.office.next_opening(self.since)])
            case "wait":
                instants.append(self.office.next_opening(self.raw_end()) or self.raw_end())
            case "condition":
                instants += window_ends(self.here, self.sends)
        return min((at for at in instants if at > now), default=None)

    def settle(self, now: datetime) -> None:
        """All that happens at `now`: events of mail that is out, then decisions and sends one by one."""
        while not self.ended:
            events = [event for event in self.ahead if event.at == now]
            known = [event for event in events if event.step_id is None or event.step_id in self.sends]
            if known:
                self.tell(known[0])
            elif not self.moved(now):
                if not events:
                    return
                self.tell(events[0])

    def moved(self, now: datetime) -> bool:
        """Take one step of the sequence if it can be taken at `now`."""
        match self.here["type"]:
            case "email":
                return self.mailed(now)
            case "wait":
                return self.waited(now)
            case "condition":
                return self.decided(now)
        return False

    def mailed(self, now: datetime) -> bool:
        opening = self.office.next_opening(self.since)
        if opening is None:
            self.end("no_opening", self.since)
        elif opening <= now:
            self.trace.append(("send", self.here["id"], now))
            self.sends[self.here["id"]] = now
            self.go(self.following(self.here), now)
        return opening is None or opening <= now

    def raw_end(self) -> datetime:
        """The end of the wait where the lead stands, before it moves to an opening."""
        value, unit = self.here["delay"]["value"], self.here["delay"]["unit"]
        if self.here.get("business_days"):
            return self.office.later_by_working_days(self.since, value)
        return self.since + timedelta(**{unit: value})

    def waited(self, now: datetime) -> bool:
        raw = self.raw_end()
        opening = self.office.next_opening(raw)
        if now < (opening or raw):
            return False
        if opening is None:
            self.end("no_opening", raw)
        else:
            self.go(self.following(self.here), now)
        return True

    def decided(self, now: datetime) -> bool:
        moment = Moment(now, self.since, self.closed, self.sends, self.seen)
        chosen = chosen_branch(self.case, self.here, moment)
        if chosen is None:
            return False
        self.trace.append(("branch", self.here["id"], chosen, now))
        branches = self.here["branches"]
        self.go(branches[chosen]["next"] if isinstance(chosen, int) else self.here["else"], now)
        return True

    def tell(self, event: Happening) -> None:
        """Let the lead have the event."""
        self.ahead.remove(event)
        if event.step_id in self.sends:
            self.seen.append(event)
        if event.kind in ENDS:
            self.end(ENDS[event.kind], event.at)
        elif event.kind == "replied" and not event.is_auto and self.case.stop_on_reply:
            self.answered(event.at)

    def answered(self, at: datetime) -> None:
        """A human reply ends the lead unless the next step other than a wait reads answers."""
        target: StepJson | None = self.here
        while target and target["type"] == "wait":
            target = self.step(self.following(target))
        if target is None or not _reads_answers(target):
            self.end("replied", at)
        elif not self.closed:
            self.go(target["id"], at)
            self.closed = True

    def go(self, step_id: str | None, at: datetime) -> None:
        self.since = at
        self.closed = False
        step = self.step(step_id)
        if step is None or step["type"] == "end":
            self.end("completed", at)
        else:
            self.here: StepJson = step
            if step["type"] not in WALKED:
                self.trace.append(("stuck", step["id"], at))

    def end(self, reason: str, at: datetime) -> None:
        self.trace.append(("end", reason, at))
        self.ended = True

    def step(self, step_id: str | None) -> StepJson | None:
        return next((step for step in self.case.steps if step["id"] == step_id), None)

    def following(self, step: StepJson) -> str | None:
        if "next" in step:
            return step["next"]
        ids = [one["id"] for one in self.case.steps]
        return dict(pairwise(ids)).get(step["id"])


def _reads_answers(step: StepJson) -> bool:
    if step["type"] != "condition":
        return False
    signals = {atom["signal"] for branch in step["branches"] for atom in atoms_of(branch)}
    return bool(signals & {"replied", "classified"})
