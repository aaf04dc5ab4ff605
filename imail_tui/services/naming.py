"""What a person calls a thing: its id, or its name or address as it stands.

A beginning of a name is never enough: a script that removes "Q4" twice would remove "Q4 outreach" the second
time. What is near is named in the refusal instead.
"""

from collections.abc import AsyncIterable, Callable, Sequence
from typing import Final, TypeVar

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import NotFound
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem
from imail_tui.model.record import Entity
from imail_tui.model.webhooks import Webhook
from imail_tui.services.refused import Refused

E = TypeVar("E", bound=Entity)

_NEAR: Final = 5
"""Candidates that are named at most."""


async def find_inbox(client: ImailClient, which: str) -> Inbox:
    """The inbox of an id or address. Raises `ApiError`, `Refused`."""
    if which.startswith("inb_"):
        return await client.inboxes.get(which)
    return await _only("inbox", which, client.inboxes.list(q=which), lambda inbox: inbox.email)


async def find_campaign(client: ImailClient, which: str) -> Campaign:
    """The whole campaign of an id or name. Raises `ApiError`, `Refused`."""
    if which.startswith("cmp_"):
        return await client.campaigns.get(which)
    row = await _only("campaign", which, client.campaigns.list(q=which), lambda campaign: campaign.name)
    return await client.campaigns.get(row.id)


async def find_lead(client: ImailClient, which: str) -> Lead:
    """The lead of an id or address. Raises `ApiError`, `Refused`."""
    if which.startswith("led_"):
        return await client.leads.get(which)
    try:
        # Search may know words only; this is exact, however many leads there are.
        (match,) = await client.leads.lookup([which])
    except (NotFound, ValueError):
        return await _only("lead", which, client.leads.list(q=which), lambda lead: lead.email)
    if match.id is not None:
        return await client.leads.get(match.id)
    page = await client.leads.list(q=which, limit=_NEAR).page()
    raise _none("lead", which, [f"{lead.email} ({lead.id})" for lead in page.items])


async def find_webhook(client: ImailClient, which: str) -> Webhook:
    """The subscription of an id or URL. Raises `ApiError`, `Refused`."""
    if which.startswith("whk_"):
        return await client.webhooks.get(which)
    return await _only("webhook", which, client.webhooks.list(), lambda webhook: webhook.url)


async def _only(noun: str, which: str, rows: AsyncIterable[E], name_of: Callable[[E], str]) -> E:
    """The one row of that name, in whatever case it is written."""
    wanted = which.strip().casefold()
    same: list[E] = []
    near: list[E] = []
    if wanted:
        async for row in rows:
            name = name_of(row).casefold()
            if name == wanted:
                same.append(row)
            elif len(near) < _NEAR and wanted in name:
                near.append(row)
            if len(same) > _NEAR:
                break
    exact = [row for row in same if name_of(row) == which]
    if len(same) == 1 or len(exact) == 1:
        return (exact or same)[0]
    if same:
        named = ", ".join(row.id for row in same)
        what = f"Several {_plural(noun)} are called {which}."
        raise Refused(Problem(what, f"Say which by its id: {named}.", code="ambiguous"))
    raise _none(noun, which, [f"{name_of(row)} ({row.id})" for row in near])


def _none(noun: str, which: str, near: Sequence[str]) -> Refused:
    remedy = f"Did you mean {', '.join(near)}?" if near else f"See `imail-tui {_plural(noun)} list`."
    return Refused(Problem(f"There is no {noun} {which}.", remedy, code="not_found"))


def _plural(noun: str) -> str:
    return "inboxes" if noun == "inbox" else f"{noun}s"
