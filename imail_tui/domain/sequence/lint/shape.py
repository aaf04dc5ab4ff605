"""Rules about the course of a sequence: pauses, and conditions that can never be what they ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from imail_tui.domain.sequence.atoms import MailAtom
from imail_tui.domain.sequence.lint.finding import Finding, Judged, error, warning
from imail_tui.domain.sequence.sequence import InvalidSequence, Sequence, load
from imail_tui.domain.sequence.steps import Condition, Email, Wait

SHORT_GAP = timedelta(days=2)
LONG_GAP = timedelta(days=14)
_LINK = re.compile(r"https?://|www\.|\{\{[^}]*(?:custom\.|url|link|website)", re.IGNORECASE)
WORTH_A_TEST = 1_000
"""Leads from which a comparison of two wordings says something (30 replies each at 6 %)."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """How a step is come to: the last mail, the pause since it, whether a condition lies between."""

    mail: str | None = None
    pause: timedelta = timedelta(0)
    decided: bool = False


def gaps(judged: Judged) -> Iterator[Finding]:
    """Follow-ups that come too soon, or when nobody remembers the first mail."""
    sequence = _sequence(judged)
    if sequence is None:
        return
    places = {step.id: number for number, step in enumerate(judged.steps)}
    told: set[str] = set()
    for step_id, arrivals in _arrivals(sequence).items():
        if sequence.email(step_id) is None or step_id in told:
            continue
        for arrival in arrivals:
            if arrival.mail is None or arrival.decided:
                continue
            place = f"steps[{places[step_id]}]"
            days = arrival.pause / timedelta(days=1)
            if arrival.pause < SHORT_GAP:
                message = f"{step_id} follows {arrival.mail} after {days:.2g} days"
                yield warning("short_gap", place, message, "Leave at least 2 days.")
                told.add(step_id)
                break
            if arrival.pause > LONG_GAP:
                message = f"{step_id} follows {arrival.mail} after {days:.3g} days"
                yield warning("long_gap", place, message, "Leave at most 14 days, or begin a new thread.")
                told.add(step_id)
                break


def signals(judged: Judged) -> Iterator[Finding]:
    """Conditions on what is not tracked, cannot happen, or cannot be relied on."""
    sequence = _sequence(judged)
    arrivals = {} if sequence is None else _arrivals(sequence)
    emails = {step.id: step for step in judged.steps if isinstance(step, Email)}
    for number, place, atom in judged.mail_atoms():
        setting = {"opened": "track_opens", "clicked": "track_clicks"}.get(atom.signal)
        if setting is not None and judged.raw.get(setting) is False:
            message = f"this reads {atom.signal}, but {setting} is off"
            yield error("untracked", place, message, f"Turn {setting} on, or ask something else.")
        elif atom.signal == "opened":
            message = "mail programs open mail by themselves, so this is often true without a reader"
            yield warning("branch_on_opened", place, message, "Prefer clicked or replied.")
        here = arrivals.get(judged.steps[number].id, ())
        asked = _asked(atom, here, emails)
        if atom.signal == "clicked" and asked and not any(map(_has_link, asked)):
            message = "this reads clicked, but the mail has no link"
            yield error("no_link", place, message, "Add a link to the mail, or ask something else.")
        if atom.within_days is None and here and all(_at_once(one, atom) for one in here):
            message = f"this is judged the moment {here[0].mail} leaves, when nothing has happened to it yet"
            yield warning("judged_at_once", place, message, "Add within_days, or a wait before it.")
    yield from _answers(judged, sequence, arrivals)


def _answers(
    judged: Judged, sequence: Sequence | None, arrivals: dict[str, tuple[_Arrival, ...]]
) -> Iterator[Finding]:
    """An answer ends a lead, unless a condition that reads answers is what comes next."""
    if sequence is None or judged.raw.get("stop_on_reply") is False:
        return
    for number, place, atom in judged.mail_atoms():
        if atom.signal not in ("replied", "classified") or atom.of_step is None or atom.negate:
            continue
        here = arrivals.get(judged.steps[number].id, ())
        if here and all(one.mail not in (None, atom.of_step) for one in here):
            message = f"most answers to {atom.of_step} end the lead before {here[0].mail} and never come here"
            remedy = f"Ask right after {atom.of_step}, or turn stop_on_reply off."
            yield warning("dead_branch", place, message, remedy)


def tracking(judged: Judged) -> Iterator[Finding]:
    """Tracking that costs delivery and that nothing reads."""
    read = {atom.signal for _, _, atom in judged.mail_atoms()}
    if judged.raw.get("track_opens") is not False and "opened" not in read:
        message = "opens are tracked from the first mail on, and no condition reads them"
        remedy = "Turn track_opens off: the hidden image costs delivery."
        yield warning("tracking", "track_opens", message, remedy)


def untested(judged: Judged) -> Iterator[Finding]:
    """Many leads and one wording."""
    audience = judged.around.audience
    if audience is None or audience.queued is None or audience.queued < WORTH_A_TEST:
        return
    emails = [step for step in judged.steps if isinstance(step, Email)]
    if emails and not any(variant.active for email in emails for variant in email.variants):
        number = next(number for number, step in enumerate(judged.steps) if isinstance(step, Email))
        message = f"{audience.queued:,} leads get one wording"
        yield warning("no_test", f"steps[{number}].variants", message, "Add a variant to learn something.")


def _sequence(judged: Judged) -> Sequence | None:
    try:
        return load(judged.raw.get("steps"))
    except InvalidSequence:
        # Its own violations are found already.
        return None


def _arrivals(sequence: Sequence) -> dict[str, tuple[_Arrival, ...]]:
    """All distinct ways each step is come to, in no order."""
    found: dict[str, set[_Arrival]] = {}
    waiting: list[tuple[str, _Arrival]] = [(sequence.entry, _Arrival())]
    while waiting:
        step_id, arrival = waiting.pop()
        known = found.setdefault(step_id, set())
        if arrival in known:
            continue
        known.add(arrival)
        step = sequence.steps[step_id]
        match step:
            case Condition():
                after = _Arrival(arrival.mail, arrival.pause, decided=True)
                targets = [*(branch.next for branch in step.branches), step.otherwise]
                waiting += [(target, after) for target in targets if target is not None]
                continue
            case Email():
                after = _Arrival(step.id)
            case Wait():
                after = _Arrival(arrival.mail, arrival.pause + _length(step), arrival.decided)
            case _:
                after = arrival
        target = sequence.following.get(step_id)
        if target is not None:
            waiting.append((target, after))
    return {step_id: tuple(arrivals) for step_id, arrivals in found.items()}


def _length(wait: Wait) -> timedelta:
    return timedelta(days=wait.business_days) if wait.business_days is not None else wait.duration


def _asked(atom: MailAtom, here: tuple[_Arrival, ...], emails: dict[str, Email]) -> list[Email]:
    """The mails an atom may look at; empty = not known, so nothing is said of them."""
    ids = [atom.of_step] if atom.of_step is not None else [one.mail for one in here]
    return [emails[step_id] for step_id in ids if step_id in emails]


def _has_link(email: Email) -> bool:
    """Whether a wording has a link, or a variable that may be one."""
    return any(_LINK.search(body) for body in (email.body, *(variant.body for variant in email.variants)))


def _at_once(arrival: _Arrival, atom: MailAtom) -> bool:
    mine = atom.of_step is None or atom.of_step == arrival.mail
    return mine and arrival.mail is not None and not arrival.pause and not arrival.decided
