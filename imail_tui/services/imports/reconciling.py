"""What became of a request nobody answered, found out by looking: for a server that keeps no keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from imail_tui.api.client import ImailClient
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


async def reconcile(
    bench: Workbench, request: ImportRequest, leads: Sequence[Json], sent_at: float
) -> Found:
    """What became of leads that were sent at a moment of world time, epoch seconds. Raises `ApiError`.

    A lead that was made since then is ours; one that was changed since then was updated by us; one that is
    there and was not touched was skipped. Addresses that are unknown were not applied.
    """
    emails = [str(lead["email"]) for lead in leads]
    matches = await bench.ask(lambda client: client.leads.lookup(emails), Priority.JOB)
    known = {match.email.lower(): match for match in matches if match.id is not None}
    requests = 1
    touched: dict[str, Lead] = {}
    since = datetime.fromtimestamp(sent_at, UTC) - _SLACK
    if known:
        touched, pages = await bench.ask(lambda client: _touched(client, since), Priority.JOB)
        requests += pages
    outcomes = [
        _outcome(known.get(email.lower()), touched, request, since) for email in emails
    ]
    return Found(outcomes, requests)


async def _touched(client: ImailClient, since: datetime) -> tuple[dict[str, Lead], int]:
    found: dict[str, Lead] = {}
    pages = 0
    async for page in client.leads.list(updated_since=since, limit=_PAGE).pages():
        found.update((lead.id, lead) for lead in page.items)
        pages += 1
    return found, pages


def _outcome(
    match: LeadMatch | None, touched: dict[str, Lead], request: ImportRequest, since: datetime
) -> int | None:
    if match is None or match.id is None:
        return None
    lead = touched.get(match.id)
    if lead is not None and lead.created_at is not None and lead.created_at >= since:
        return CREATED
    if request.on_duplicate == "update":
        return UPDATED if lead is not None else None
    enrolled = request.campaign_id is None or request.campaign_id in match.campaign_ids
    return SKIPPED if enrolled or match.suppressed else None


def spread(outcomes: Sequence[int | None], sent: Sequence[int]) -> bytes:
    """All outcomes, those that were not applied filled with what sending them gave."""
    given = iter(sent)
    return bytes(next(given) if outcome is None else outcome for outcome in outcomes)
