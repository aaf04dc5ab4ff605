"""From a number to the list of what is behind it, as far as the lists can tell it apart."""

from dataclasses import replace
from datetime import date
from typing import Final

from imail_tui.domain.analytics.report import Drill, Question
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.conditions import NOTHING
from imail_tui.domain.filters import Term
from imail_tui.domain.labels import LABELS

_HUMAN: Final = frozenset({"replied", "reply_rate"})
_POSITIVE: Final = frozenset({"positive_replied", "positive_rate", "positive_share"})
_LEADS: Final = frozenset({"contacted"})
_POSITIVE_LABELS: Final = ",".join(name for name, label in LABELS.items() if label.is_positive)


def drill(
    question: Question,
    metric: str,
    split: Split | None,
    key: str | None,
    inboxes: tuple[str, ...] | None,
) -> Drill:
    """Where what a metric counts is listed; `key` narrows it to one part of a split.

    `inboxes`: those of the scope's domain or provider, None = any.
    """
    scope, span, notes = question.scope, question.span, list[str]()
    if split is not None and key is not None:
        scope, span = _narrowed(scope, span, split, key, notes)
    if metric in _HUMAN | _POSITIVE | {"auto_replied"}:
        return _replies(metric, scope, span, inboxes, notes)
    if metric in _LEADS:
        return _leads(scope, span, notes)
    if metric in ("bounced_hard", "bounced_soft", "bounce_rate", "hard_bounce_rate"):
        return _events("email.bounced", scope, span, inboxes, notes)
    if metric in ("opened", "unique_opened", "open_rate"):
        return _events("email.opened", scope, span, inboxes, notes)
    if metric in ("clicked", "unique_clicked", "click_rate"):
        return _events("email.clicked", scope, span, inboxes, notes)
    if metric in ("sent", "delivered", "delivery_rate"):
        kind = "email.sent" if metric == "sent" else "email.delivered"
        return _events(kind, scope, span, inboxes, notes)
    return Drill("", note="The server does not tell which leads these are.")


def _narrowed(scope: Scope, span: Span, split: Split, key: str, notes: list[str]) -> tuple[Scope, Span]:
    match split:
        case Split.DAY:
            return scope, Span(date.fromisoformat(key), date.fromisoformat(key))
        case Split.CAMPAIGN:
            return replace(scope, campaign_id=key), span
        case Split.INBOX:
            return replace(scope, inbox_id=key), span
        case Split.STEP:
            return replace(scope, step_id=key), span
        case Split.VARIANT:
            step, _, variant = key.partition("/")
            return replace(scope, step_id=step, variant_id=variant), span
    notes.append(f"The list cannot be narrowed to one {split}.")
    return scope, span


def _replies(
    metric: str, scope: Scope, span: Span, inboxes: tuple[str, ...] | None, notes: list[str]
) -> Drill:
    terms = [*_places(scope, inboxes, notes), *_times("received", span)]
    if scope.step_id is not None:
        # A step's id may be the beginning of another's.
        terms.append(Term("step", f"={scope.step_id}" if scope.step_id else NOTHING))
    if scope.variant_id:
        notes.append("Replies are not told apart by variant.")
    terms.append(Term("auto", "yes" if metric == "auto_replied" else "no"))
    if metric in _POSITIVE:
        terms.append(Term("label", _POSITIVE_LABELS))
        notes.append("By the labels as they are now.")
    notes.append("The replies kept here; days are UTC.")
    return _drill("replies", terms, notes)


def _leads(scope: Scope, span: Span, notes: list[str]) -> Drill:
    if scope.campaign_id or scope.inbox_id or scope.domain or scope.provider or scope.step_id:
        notes.append("The list of leads tells when each was last written to, not by which campaign or inbox.")
    notes.append("Leads last written to in these days; one written to later again is not among them.")
    return _drill("leads", _times("contacted", span), notes)


def _events(kind: str, scope: Scope, span: Span, inboxes: tuple[str, ...] | None, notes: list[str]) -> Drill:
    if scope.step_id or scope.variant_id:
        notes.append("The list cannot be narrowed to a step.")
    terms = [Term("type", kind), *_places(scope, inboxes, notes), *_times("at", span)]
    notes.append("The events kept here; they may not reach back so far.")
    return _drill("events", terms, notes)


def _places(scope: Scope, inboxes: tuple[str, ...] | None, notes: list[str]) -> list[Term]:
    terms: list[Term] = []
    if scope.campaign_id:
        terms.append(Term("campaign", scope.campaign_id))
    if scope.inbox_id:
        terms.append(Term("inbox", scope.inbox_id))
    elif inboxes:
        terms.append(Term("inbox", ",".join(inboxes)))
    if scope.campaign_id == "":
        notes.append("The list cannot be narrowed to mails of no campaign.")
    return terms


def _times(field: str, span: Span) -> list[Term]:
    if span.days == 1:
        return [Term(field, str(span.start))]
    return [Term(field, f">={span.start}"), Term(field, f"<={span.end}")]


def _drill(area: str, terms: list[Term], notes: list[str]) -> Drill:
    return Drill(area, " ".join(map(str, terms)), " ".join(dict.fromkeys(notes)))
