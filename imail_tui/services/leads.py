"""Leads: shown as far as loaded, searched on the server for the rest."""

from imail_tui.api.client import ImailClient
from imail_tui.api.pages import Pages
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.services.collections import Asked, Collection


class Leads(Collection[Lead]):
    """All leads of the workspace."""

    kind = "leads"
    server_sort = "-created_at"

    def parse(self, row: Json) -> Lead:
        """The lead of a row."""
        return Lead.model_validate(row)

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Lead]:
        return client.leads.list(q=asked.words, updated_since=asked.since, sort=asked.sort)

    async def _get(self, client: ImailClient, record_id: str) -> Lead:
        return await client.leads.get(record_id)
