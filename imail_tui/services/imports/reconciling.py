"""What became of a request nobody answered, found out by looking: for a server that keeps no keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import JsonValue

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import NotFound
from imail_tui.domain.budget import Priority
from imail_tui.model.imports import CREATED, SKIPPED, UPDATED, ImportRequest
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.model.suppressions import LeadMatch
from imail_tui.services.workbench import Workbench

_SLACK: Final = timedelta(seconds=1)
"""A server may tell its time in whole seconds."""
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the outcome of each row, None = it was not applied and is to be sent; and requests."""

    outcomes: list[int | None]
    requests: int


async def reconcile(bench: Workbench, request: ImportRequest, leads: Sequence[Json], sent_at: float) -> Found:
    """What became of leads that were sent at a moment of world time, epoch seconds. Raises `ApiError`.

    A lead that was made since then is ours; one that was touched since and is as we sent it was updated by
    us; one that is there and was not touched was skipped. Sending the others again changes nothing twice.
    """
    emails = [str(lead["email"]) for lead in leads]
    since = datetime.fromtimestamp(sent_at, UTC) - _SLACK
    known = await _look_up(bench, emails)
    if known is not None and not known:
        return Found([None] * len(leads), 1)
    touched, pages = await bench.ask(lambda client: _touched(client, since), Priority.JOB)
    outcomes = [
        _outcome(lead, (known or {}).get(email.lower()), touched.get(email.lower()), request, since)
        for lead, email in zip(leads, emails, strict=True)
    ]
    return Found(outcomes, pages + (known is not None))


async def _look_up(bench: Workbench, emails: Sequence[str]) -> Mapping[str, LeadMatch] | None:
    """The addresses that are there; None where the server cannot be asked so."""
    try:
        matches = await bench.ask(lambda client: client.leads.lookup(emails), Priority.JOB)
    except NotFound:
        return None
    return {match.email.lower(): match for match in matches if match.id is not None}


async def _touched(client: ImailClient, since: datetime) -> tuple[dict[str, Lead], int]:
    """Leads that changed since a moment, by address."""
    found: dict[str, Lead] = {}
    pages = 0
    async for page in client.leads.list(updated_since=since, limit=_PAGE).pages():
        found.update((lead.email.lower(), lead) for lead in page.items)
        pages += 1
    return found, pages


def _outcome(
    sent: Json, match: LeadMatch | None, lead: Lead | None, request: ImportRequest, since: datetime
) -> int | None:
    campaign = request.campaign_id
    enrolled = {each.campaign_id for each in lead.enrollments} if lead is not None else set[str]()
    if match is not None:
        enrolled.update(match.campaign_ids)
    # Somebody else may have made it in the moment before: an update of ours is not taken for done by that.
    ours = request.on_duplicate != "update" or (lead is not None and _agrees(lead.wire(), sent))
    if ours and lead is not None and lead.created_at is not None and lead.created_at >= since:
        # Enrolling comes behind creating; one that was not enrolled is sent again, and then is.
        return CREATED if campaign is None or campaign in enrolled or lead.suppressed else None
    if request.on_duplicate == "update":
        return UPDATED if lead is not None and _agrees(lead.wire(), sent) else None
    if match is None:
        return None
    return SKIPPED if campaign is None or campaign in enrolled or match.suppressed else None


def _agrees(there: JsonValue, sent: JsonValue) -> bool:
    """Whether what is there has all that was sent."""
    if isinstance(sent, dict) and isinstance(there, dict):
        return all(key in there and _agrees(there[key], value) for key, value in sent.items())
    if isinstance(sent, str) and isinstance(there, str):
        return sent.strip().lower() == there.strip().lower()
    return there == sent


def spread(outcomes: Sequence[int | None], sent: Sequence[int]) -> bytes:
    """All outcomes, those that were not applied filled with what sending them gave."""
    given = iter(sent)
    return bytes(next(given) if outcome is None else outcome for outcome in outcomes)
