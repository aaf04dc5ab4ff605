"""Which fields of a lead a campaign's mails cannot do without."""

from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.templates import read_template


def wanted_fields(raw_steps: object) -> tuple[str, ...]:
    """Variables that some mail uses without a fallback, in the order in which they occur."""
    found: dict[str, None] = {}
    for step in read_steps(raw_steps)[0]:
        if not isinstance(step, Email):
            continue
        wordings = [(step.subject, step.body), *((each.subject, each.body) for each in step.variants)]
        for text in (text for wording in wordings for text in wording):
            for used in read_template(text).variables():
                if used.fallback is None:
                    found.setdefault(used.name)
    return tuple(found)
