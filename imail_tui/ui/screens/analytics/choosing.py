"""Choosing the days, the scope and the metrics."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from textual.app import App

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import WORKSPACE, Scope, Split
from imail_tui.domain.analytics.spans import LONGEST, RANGES, Span, SpanRefused, last_days, last_week, span_of
from imail_tui.domain.charts.reports import MOST_METRICS
from imail_tui.services.analytics.counts import NotSplit, domain_of, provider_of
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.typeahead import opening

_CUSTOM: Final = "custom"
_WEEK: Final = "week"
_SEPARATOR: Final = " "


def span_text(span: Span, *, rolling: bool) -> str:
    """A range as it is kept: `30` for days up to today, whenever that is, else its two dates."""
    return str(span.days) if rolling else f"{span.start}{_SEPARATOR}{span.end}"


def read_span(text: str | None, today: date) -> Span:
    """The range a text stands for; the last thirty days when it is none."""
    start, _, end = (text or "").partition(_SEPARATOR)
    if start.isascii() and start.isdigit() and 1 <= int(start[:4]) <= LONGEST:
        return last_days(int(start), today)
    try:
        return span_of(start, end, today)
    except SpanRefused:
        return last_days(30, today)


async def choose_span(app: App[None], now: Span, today: date) -> Span | None:
    """Ask for days; None when the person left. Call it from a worker."""
    choices = [Choice(str(days), f"{days} days", note=str(last_days(days, today))) for days in RANGES]
    week = last_week(today)
    choices.insert(1, Choice(_WEEK, "Last week", note=str(week)))
    choices.append(Choice(_CUSTOM, "Other days…", note="two dates, or one up to today"))
    usual = now.end == today and now.days in RANGES
    at = str(now.days) if usual else _WEEK if now == week else _CUSTOM
    chosen = await app.push_screen_wait(PickerDialog("Range", choices, at=at))
    if chosen is None:
        return None
    if chosen == _WEEK:
        return week
    return last_days(int(chosen), today) if chosen != _CUSTOM else await _ask_span(app, now, today)


async def _ask_span(app: App[None], now: Span, today: date) -> Span | None:
    from imail_tui.ui.dialogs.prompt import PromptDialog

    def fault(text: str) -> str | None:
        try:
            _typed(text, today)
        except SpanRefused as refused:
            return str(refused)
        return None

    typed = await app.push_screen_wait(
        PromptDialog(
            "From which day, to which?",
            text=f"{now.start} {now.end}",
            note="such as 2026-01-01 2026-03-31; one date means up to today; days are UTC",
            check=fault,
        )
    )
    return None if typed is None else _typed(typed, today)


def _typed(text: str, today: date) -> Span:
    words = text.replace("–", " ").replace("..", " ").split()
    return span_of(words[0] if words else "", " ".join(words[1:]), today)


async def choose_scope(app: App[None], session: Session, question: Question) -> Scope | None:
    """Ask whose numbers; None when the person left. Call it from a worker."""
    scopes: dict[str, Scope] = {}
    choices: list[Choice] = []
    with opening(app):
        parts = await _parts(session, question)
    for scope, title, kind, note in [*_scopes(session), *parts]:
        key = str(len(choices))
        scopes[key] = scope
        choices.append(Choice(key, title, keys=kind, note=note))
    at = next((key for key, scope in scopes.items() if scope == question.scope), None)
    chosen = await app.push_screen_wait(PickerDialog("Whose numbers?", choices, at=at))
    return None if chosen is None else scopes[chosen]


_Offered = tuple[Scope, str, str, str]


def _scopes(session: Session) -> Iterator[_Offered]:
    yield WORKSPACE, "whole workspace", "", "everything that was sent"
    for campaign in sorted(session.campaigns.all(), key=lambda each: each.name.casefold()):
        yield Scope(campaign_id=campaign.id), campaign.name, "campaign", campaign.status
    inboxes = session.inboxes.all()
    for domain in sorted({domain_of(inbox) for inbox in inboxes}):
        yield Scope(domain=domain), domain, "domain", "all inboxes of a domain"
    for provider in sorted({provider_of(inbox) for inbox in inboxes}):
        yield Scope(provider=provider), provider, "provider", "all inboxes of a provider"
    for inbox in sorted(inboxes, key=lambda each: each.email):
        yield Scope(inbox_id=inbox.id), inbox.email, "inbox", inbox.status


async def _parts(session: Session, question: Question) -> list[_Offered]:
    """Steps and versions of the campaign that is looked at."""
    campaign_id = question.scope.campaign_id
    if campaign_id is None:
        return []
    whole = Question(question.span, Scope(campaign_id=campaign_id), compare=False)
    names = step_names(session, campaign_id)
    try:
        steps = await session.analytics.split(whole, Split.STEP)
        versions = await session.analytics.split(whole, Split.VARIANT)
    except NotSplit:
        return []
    offered: list[_Offered] = [
        (Scope(campaign_id, step_id=each.key), names.get(each.key, each.name), "step", "one mail of it")
        for each in steps
    ]
    for each in versions:
        step, _, variant = each.key.partition("/")
        scope = Scope(campaign_id, step_id=step, variant_id=variant)
        title = f"{names.get(step, step)} · {variant or 'own copy'}"
        offered.append((scope, title, "version", "one version of a mail"))
    return offered


def step_names(session: Session, campaign_id: str | None) -> dict[str, str]:
    """What the steps of a campaign are called, in their order; of all campaigns where none is given."""
    if campaign_id is not None:
        campaign = session.campaigns.get(campaign_id)
        campaigns = [campaign] if campaign is not None else []
    else:
        campaigns = session.campaigns.all()
    names = {}
    for each in campaigns:
        mails = [step for step in each.steps if step.type == "email"]
        for number, step in enumerate(mails, 1):
            name = f"{number} {step.subject or 'follow-up'}"
            # What tells steps apart comes first: a narrow column cuts the end.
            names[step.id] = name if campaign_id is not None else f"{name} · {each.name}"
    return names


async def choose_metrics(app: App[None], chosen: tuple[str, ...]) -> tuple[str, ...] | None:
    """Ask for up to four metrics; None when the person left. Call it from a worker."""
    from imail_tui.ui.dialogs.several import SeveralDialog

    titles = {metric.title: key for key, metric in METRICS.items()}
    found = await app.push_screen_wait(
        SeveralDialog(
            f"Which metrics? The first {MOST_METRICS} are shown.",
            tuple(titles),
            [METRICS[key].title for key in chosen],
        )
    )
    return None if found is None else tuple(titles[title] for title in found)[:MOST_METRICS]


async def choose_one_metric(app: App[None], now: str) -> str | None:
    """Ask for one metric; None when the person left. Call it from a worker."""
    choices = [Choice(key, metric.title) for key, metric in METRICS.items()]
    return await app.push_screen_wait(PickerDialog("Which metric?", choices, at=now))
