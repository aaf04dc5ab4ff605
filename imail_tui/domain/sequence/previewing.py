"""Mails as leads would get them: every mail on the way a lead takes, and whose mails have holes."""

from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.rendering import Mail, compose
from imail_tui.domain.sequence.steps import Email, Step


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of one mail; `variant_id` None is the step's own. `share` in percent."""

    email: Email
    variant_id: str | None
    share: int


def wordings(steps: Sequence[Step]) -> list[Wording]:
    """Every wording that can be sent, in the order of the list."""
    found: list[Wording] = []
    for step in steps:
        if isinstance(step, Email):
            found.append(Wording(step, None, step.own_weight()))
            found += [Wording(step, one.id, one.weight) for one in step.variants if one.active]
    return found


def rendered(steps: Sequence[Step], wording: Wording, lead: Lead) -> Mail:
    """A wording for a lead. One without a subject continues the thread of the first mail that has one."""
    begins = (step for step in steps if isinstance(step, Email) and step.subject.strip())
    first = next(begins, None)
    thread = "" if first is None else compose(first, None, lead, "").subject
    return compose(wording.email, wording.variant_id, lead, thread)


def holes(steps: Sequence[Step], lead: Lead) -> tuple[str, ...]:
    """The variables that a lead's mails would leave blank, in the order they are met."""
    names = [name for one in wordings(steps) for name in rendered(steps, one, lead).unresolved]
    return tuple(dict.fromkeys(names))
