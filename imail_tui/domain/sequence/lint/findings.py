"""Findings of a campaign from its own fields: contract, copy, and settings that contradict each other."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.atoms import MailAtom
from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.steps import Condition, Email, Step
from imail_tui.domain.sequence.templates import copy_findings
from imail_tui.domain.sequence.violations import Raw, is_object, whole_number
from imail_tui.domain.sequence.window_json import read_window

Severity: TypeAlias = Literal["error", "warning"]
MAX_NAME = 120
LONG_SUBJECT = 60
"""Characters of a subject that phones still show."""
LONG_BODY = 200
"""Words after which cold mail is rarely read to its end."""
MAX_LINKS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `place` is a path in the campaign's JSON, `remedy` what to do. Texts may be foreign."""

    code: str
    severity: Severity
    place: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Judged:
    raw: Raw
    steps: tuple[Step, ...]
    known: Collection[str]


def lint(campaign: Raw, known_fields: Collection[str]) -> list[Finding]:
    """Everything found in a campaign's JSON, errors first; `known_fields` are the lead's beside `custom.x`.

    A campaign silences codes by `lint: {ignore: [code, …]}`. Never raises.
    """
    steps, violations = read_steps(campaign.get("steps"))
    violations += read_window(campaign.get("send_window"))[1]
    found = [
        Finding(item.code, "error", item.place, item.message, "Correct this field.") for item in violations
    ]
    judged = _Judged(campaign, steps, known_fields)
    for rule in _RULES:
        found.extend(rule(judged))
    silenced = _silenced(campaign)
    return sorted(
        (item for item in found if item.code not in silenced), key=lambda item: item.severity != "error"
    )


def _silenced(campaign: Raw) -> Collection[object]:
    settings = campaign.get("lint")
    ignored = settings.get("ignore") if is_object(settings) else None
    return ignored if isinstance(ignored, list) else []


def _settings(judged: _Judged) -> Iterator[Finding]:
    name, limit, inboxes = (judged.raw.get(key) for key in ("name", "daily_limit", "inbox_ids"))
    if not isinstance(name, str) or not name.strip():
        yield Finding("no_name", "error", "name", "the campaign has no name", "Give it one.")
    elif len(name) > MAX_NAME:
        message = f"the name has {len(name)} characters, at most {MAX_NAME} are allowed"
        yield Finding("long_name", "error", "name", message, "Shorten it.")
    if not isinstance(inboxes, list) or not inboxes:
        yield Finding("no_inbox", "error", "inbox_ids", "no inbox sends this", "Add an inbox.")
    if limit is not None and (whole_number(limit) or 0) < 1:
        message = "the daily limit must be a whole number of at least 1"
        yield Finding("daily_limit", "error", "daily_limit", message, "Correct it.")


def _wordings(judged: _Judged) -> Iterator[tuple[str, str, str]]:
    """Every wording: its place, subject and body."""
    for number, step in enumerate(judged.steps):
        if isinstance(step, Email):
            yield f"steps[{number}]", step.subject, step.body
            for index, variant in enumerate(step.variants):
                yield f"steps[{number}].variants[{index}]", variant.subject, variant.body


def _copy(judged: _Judged) -> Iterator[Finding]:
    for place, subject, body in _wordings(judged):
        for part, text in (("subject", subject), ("body", body)):
            for item in copy_findings(text, judged.known):
                code = "unknown_variable" if item.code == "unknown" else f"template_{item.code}"
                yield Finding(
                    code, "error", f"{place}.{part}", f"the {part} {item.message}", "Correct the text."
                )


def _length(judged: _Judged) -> Iterator[Finding]:
    for place, subject, body in _wordings(judged):
        words, links = len(body.split()), body.count("http://") + body.count("https://")
        if not body.strip() and "variants" not in place:
            yield Finding("empty_body", "error", f"{place}.body", "the mail has no text", "Write it.")
        if words > LONG_BODY:
            yield Finding(
                "long_body", "warning", f"{place}.body", f"the mail has {words} words", "Shorten it."
            )
        if links > MAX_LINKS:
            message = f"the mail has {links} links, which filters take for bulk mail"
            yield Finding("many_links", "warning", f"{place}.body", message, f"Keep at most {MAX_LINKS}.")
        if len(subject) > LONG_SUBJECT:
            message = f"the subject has {len(subject)} characters, phones show {LONG_SUBJECT}"
            yield Finding("long_subject", "warning", f"{place}.subject", message, "Shorten it.")
        if len(subject) > 3 and subject.isupper():
            message = "the subject is all capitals"
            yield Finding("capitals", "warning", f"{place}.subject", message, "Write it like a sentence.")
        if subject.lower().startswith(("re:", "fwd:", "fw:")):
            message = "the subject pretends to be an answer"
            yield Finding("fake_reply", "warning", f"{place}.subject", message, "Leave Re: and Fwd: out.")


def _signals(judged: _Judged) -> Iterator[Finding]:
    """Conditions on what is not tracked, or cannot be relied on."""
    for number, step in enumerate(judged.steps):
        for index, branch in enumerate(step.branches if isinstance(step, Condition) else ()):
            base = f"steps[{number}].branches[{index}].when"
            for position, atom in enumerate(branch.when.atoms):
                if isinstance(atom, MailAtom):
                    yield from _signal(judged, atom.signal, branch.when.place(base, position))


def _signal(judged: _Judged, signal: str, place: str) -> Iterator[Finding]:
    setting = {"opened": "track_opens", "clicked": "track_clicks"}.get(signal)
    if setting is not None and judged.raw.get(setting) is False:
        message = f"this reads {signal}, but {setting} is off"
        yield Finding("untracked", "error", place, message, f"Turn {setting} on, or ask something else.")
    elif signal == "opened":
        message = "mail programs open mail by themselves, so this is often true without a reader"
        yield Finding("branch_on_opened", "warning", place, message, "Prefer clicked or replied.")


_RULES: tuple[Callable[[_Judged], Iterator[Finding]], ...] = (_settings, _copy, _length, _signals)
