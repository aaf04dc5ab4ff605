"""All findings of a campaign: contract, copy, course, and what is known of inboxes and leads."""

from collections.abc import Collection

from imail_tui.domain.sequence.lint.audience import audience
from imail_tui.domain.sequence.lint.copy import first_mail, length, templates, variants
from imail_tui.domain.sequence.lint.finding import Finding, Judged, Rule, Surroundings, error
from imail_tui.domain.sequence.lint.settings import senders, settings
from imail_tui.domain.sequence.lint.shape import gaps, signals, tracking, untested
from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.steps import Step
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.window_json import read_window

_RULES: tuple[Rule, ...] = (
    settings,
    senders,
    templates,
    length,
    first_mail,
    variants,
    gaps,
    signals,
    tracking,
    untested,
    audience,
)
NOWHERE = Surroundings()
"""Nothing is known but the campaign itself."""


def lint(
    campaign: Raw,
    known_fields: Collection[str],
    around: Surroundings = NOWHERE,
    *,
    heed_silence: bool = True,
) -> list[Finding]:
    """Everything found in a campaign's JSON, errors first; `known_fields` are the lead's beside `custom.x`.

    A campaign silences findings by `lint: {ignore: [code, step:code, …]}`, unless `heed_silence` is off: a
    launch is refused on errors that somebody chose not to see. Never raises.
    """
    steps, violations = read_steps(campaign.get("steps"))
    violations += read_window(campaign.get("send_window"))[1]
    found = [error(item.code, item.place, item.message, "Correct this field.") for item in violations]
    judged = Judged(campaign, steps, known_fields, around)
    for rule in _RULES:
        found.extend(rule(judged))
    silenced = silenced_codes(campaign) if heed_silence else frozenset()
    kept = [item for item in found if not silenced & _names(item, steps)]
    return sorted(kept, key=lambda item: item.severity != "error")


def silenced_codes(campaign: Raw) -> frozenset[str]:
    """The codes a campaign does not want to hear of: `code`, or `step:code` for one step."""
    settings = campaign.get("lint")
    ignored = settings.get("ignore") if is_object(settings) else None
    return (
        frozenset(item for item in ignored if isinstance(item, str))
        if isinstance(ignored, list)
        else frozenset()
    )


def _names(item: Finding, steps: tuple[Step, ...]) -> frozenset[str]:
    """What silences a finding."""
    step_id = step_of(item, steps)
    return frozenset({item.code} if step_id is None else {item.code, f"{step_id}:{item.code}"})


def step_of(item: Finding, steps: tuple[Step, ...]) -> str | None:
    """The id of the step a finding is about, None for the campaign's own."""
    if not item.place.startswith("steps["):
        return None
    number = int(item.place[6 : item.place.index("]")])
    return steps[number].id if number < len(steps) else None
