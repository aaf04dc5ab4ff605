"""A lead's mail: variables filled in, spins chosen, the wording of its variant.

A lead's values are foreign text. They stand in the mail as they are and are never read as a template.
"""

from collections.abc import Callable
from dataclasses import dataclass

from imail_tui.domain.sequence.chance import draw
from imail_tui.domain.sequence.lead import Lead, field_text
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.templates import Parts, Spin, Variable, read_template

REPLY_PREFIX = "Re: "


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text for one lead. `unresolved` names variables without value and fallback: they left a blank."""

    text: str
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail for one lead. `starts_thread`: it has a subject of its own."""

    subject: str
    body: str
    starts_thread: bool
    unresolved: tuple[str, ...] = ()


def render(text: str, lead: Lead, spin: Callable[[int], float]) -> Rendered:
    """A text for one lead; `spin` draws (0 up to 100, exclusive) for the spin of a number."""
    unresolved: list[str] = []
    parts: list[str] = []
    _fill(read_template(text).parts, lead, spin, parts, unresolved)
    return Rendered("".join(parts), tuple(dict.fromkeys(unresolved)))


def wording(email: Email, variant_id: str | None) -> tuple[str, str]:
    """Subject and body of a variant, its blank parts the step's own; of the step for an unknown one."""
    for variant in email.variants:
        if variant.id == variant_id:
            subject = variant.subject if variant.subject.strip() else email.subject
            return subject, variant.body if variant.body.strip() else email.body
    return email.subject, email.body


def compose(email: Email, variant_id: str | None, lead: Lead, thread_subject: str | None) -> Mail:
    """The mail of a step to a lead, the same every time.

    A blank subject continues the thread whose first subject (rendered) is `thread_subject`.
    """
    subject, body = wording(email, variant_id)
    starts_thread = bool(subject.strip())
    written = render(body, lead, lambda number: draw("spin", lead.id, email.id, "body", number))
    if not starts_thread:
        return Mail(_continued(thread_subject or ""), written.text, False, written.unresolved)
    title = render(subject, lead, lambda number: draw("spin", lead.id, email.id, "subject", number))
    unresolved = tuple(dict.fromkeys((*title.unresolved, *written.unresolved)))
    return Mail(title.text, written.text, True, unresolved)


def _continued(subject: str) -> str:
    return subject if subject.casefold().startswith("re:") else REPLY_PREFIX + subject


def _fill(
    parts: Parts, lead: Lead, spin: Callable[[int], float], into: list[str], unresolved: list[str]
) -> None:
    for part in parts:
        if isinstance(part, str):
            into.append(part)
        elif isinstance(part, Spin):
            last = len(part.choices) - 1
            chosen = min(last, int(spin(part.number) * len(part.choices) / 100))
            _fill(part.choices[chosen], lead, spin, into, unresolved)
        else:
            _fill_variable(part, lead, spin, into, unresolved)


def _fill_variable(
    variable: Variable, lead: Lead, spin: Callable[[int], float], into: list[str], unresolved: list[str]
) -> None:
    value = field_text(lead.fields.get(variable.name))
    if value.strip():
        into.append(value)
    elif variable.fallback is not None:
        _fill(variable.fallback, lead, spin, into, unresolved)
    else:
        unresolved.append(variable.name)
