"""Creating and editing a lead, and what to do when the server's lead is not the one that was read."""

from collections.abc import Mapping
from typing import Final

from textual.app import App

from imail_tui.api.errors import ApiError, Conflict, NotFound, Stale
from imail_tui.domain.leads.editing import Fields, Sides, body_of, differences, fields_of, patch_of, sides_of
from imail_tui.model.leads import Lead
from imail_tui.services.session import Session

_NEW: Final = "New lead"


class LeadEditing:
    """One lead in the hands of a person. Call its methods from a worker."""

    def __init__(self, app: App[None], session: Session, lead: Lead | None) -> None:
        """`lead` None: a new one."""
        self._app = app
        self._session = session
        self._lead = lead
        self._fields: Fields = {} if lead is None else fields_of(lead.wire())
        self.saved: Lead | None = None
        """The lead as it is on the server now, once something was saved."""

    async def ask(self) -> bool:
        """Let the person type until it is saved, or left."""
        from imail_tui.ui.screens.leads.fields_dialog import FieldsDialog

        title = _NEW if self._lead is None else f"Edit {self._lead.email}"
        answer = await self._app.push_screen_wait(FieldsDialog(title, self._fields, self._take))
        return answer is True

    async def _take(self, fields: Fields) -> Mapping[str, str]:
        try:
            if self._lead is None:
                return await self._create(fields)
            return await self._save(self._lead, self._fields, fields)
        except NotFound:
            return {"": "The lead is gone from the server; esc leaves it."}
        except ApiError as error:
            return {error.problem.where or "": error.problem.sentence()}

    async def _create(self, fields: Fields) -> Mapping[str, str]:
        try:
            self.saved = await self._session.lead_acts.create(body_of(fields))
        except Conflict as conflict:
            existing = conflict.details.get("existing_id")
            if not isinstance(existing, str):
                raise
            there = await self._session.leads.fetch(existing)
            sides = differences(fields, fields_of(there.wire()))
            if not sides.clashes:
                return {"email": f"{there.email} exists already, and says the same."}
            return await self._together(there, sides, f"{there.email} exists already")
        return {}

    async def _save(self, lead: Lead, before: Fields, fields: Fields) -> Mapping[str, str]:
        changes = patch_of(before, fields)
        if not changes:
            self.saved = lead
            return {}
        try:
            self.saved = await self._session.lead_acts.edit(lead, changes)
        except Stale as error:
            theirs = await self._theirs(lead, error)
            sides = sides_of(before, fields, fields_of(theirs.wire()))
            return await self._together(theirs, sides, "Somebody changed the lead on the server")
        except Conflict as conflict:
            return await self._show_other(fields, conflict)
        return {}

    async def _together(self, theirs: Lead, sides: Sides, title: str) -> Mapping[str, str]:
        """Both side by side; what does not clash is put together without a question."""
        from imail_tui.ui.dialogs.sides import SidesDialog

        server: frozenset[str] = frozenset()
        if sides.clashes:
            told = "All else of both is put together."
            chosen = await self._app.push_screen_wait(SidesDialog(title, sides.clashes, told=told))
            if chosen is None:
                return {"": "Nothing was saved."}
            server = chosen
        return await self._save(theirs, sides.theirs, sides.decided(server))

    async def _theirs(self, lead: Lead, error: Stale) -> Lead:
        current = error.details.get("current")
        if isinstance(current, dict) and current.get("id") == lead.id:
            theirs = self._session.leads.parse(current)
            await self._session.leads.keep(theirs)
            return theirs
        return await self._session.leads.fetch(lead.id)

    async def _show_other(self, fields: Fields, conflict: Conflict) -> Mapping[str, str]:
        """Another lead has the address: both, to look at; two leads are not made one here."""
        from imail_tui.ui.dialogs.sides import SidesDialog

        existing = conflict.details.get("existing_id")
        if isinstance(existing, str):
            other = await self._session.leads.fetch(existing)
            clashes = differences(fields, fields_of(other.wire())).clashes
            told = "Two leads cannot have one address; nothing is saved either way."
            names = ("This lead", "The other one")
            await self._app.push_screen_wait(
                SidesDialog("Another lead has this address", clashes, told=told, names=names)
            )
        return {"email": conflict.problem.sentence()}
