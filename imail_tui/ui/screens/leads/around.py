"""What is known around one lead: why it is suppressed, what it answered, what happened to it."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.filters import parse_filter
from imail_tui.domain.leads.timeline import lead_timeline, suppressed_by
from imail_tui.domain.shown import ago
from imail_tui.model.events import Event
from imail_tui.model.leads import Lead
from imail_tui.model.replies import Reply
from imail_tui.services.session import Session
from imail_tui.ui.screens.leads.page import LeadFacts

_REPLIES: Final = 20


class LeadAround:
    """Reads what is kept here, and the ledger for the lead on show."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fetched: tuple[str, Sequence[Event]] = ("", ())

    async def fetch_events(self, lead_id: str) -> None:
        """Read the ledger. Raises `ApiError`."""
        self._fetched = (lead_id, await self._session.events.fetch_of_lead(lead_id))

    def facts(self, lead: Lead) -> LeadFacts:
        """All of it, as far as it is here."""
        lead_id, fetched = self._fetched
        told = lead_id == lead.id
        happened = [*(fetched if told else ()), *self._session.events.of_lead(lead.email)]
        entry = self._session.suppressions.why(lead.email) if lead.suppressed else None
        names = {
            campaign.id: campaign.name
            for place in lead.enrollments
            if (campaign := self._session.campaigns.get(place.campaign_id)) is not None
        }
        return LeadFacts(
            names,
            lead_timeline(lead, happened, entry),
            self.replies(lead),
            self._why(lead, happened) if lead.suppressed else "",
            told,
        )

    def replies(self, lead: Lead) -> list[Reply]:
        """What the lead answered, the newest first."""
        window = self._session.replies.window(parse_filter(f'from:"{lead.email}"'))
        try:
            return [self._session.replies.parse(row) for row in window.rows(0, _REPLIES)]
        finally:
            window.close()

    def _why(self, lead: Lead, happened: Sequence[Event]) -> str:
        entry, cause = self._session.suppressions.why(lead.email), suppressed_by(happened)
        if entry is None:
            return f"Suppressed: {cause}" if cause else "Suppressed; S has the list that says why."
        what = "its address" if "@" in entry.value else f"its domain {entry.value}"
        since = f", since {ago(entry.created_at, self._session.now())}" if entry.created_at else ""
        because = f" ({cause})" if cause else ""
        return f"Suppressed by {what}{since}: {entry.reason or 'no reason given'}{because}"
