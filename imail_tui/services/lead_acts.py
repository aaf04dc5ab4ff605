"""What a person does to leads: editing, holding, enrolling, taking out, deleting, each with its way back."""

from collections.abc import Iterable, Sequence
from typing import Final

from imail_tui.api.errors import ApiError, NotFound, NotOffered, Stale
from imail_tui.domain.leads.editing import Fields, fields_of, patch_of, unwritable
from imail_tui.model.leads import Enrollment, Lead
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.lead_outcome import LeadOutcome, told_back, whom
from imail_tui.services.lead_setting import set_fields
from imail_tui.services.leads import Leads
from imail_tui.services.several import for_each
from imail_tui.services.undo import Act, UndoList
from imail_tui.services.workbench import Workbench

BULK_MOST: Final = 5_000
"""Leads of one request that enrolls."""
OPEN: Final = frozenset({"queued", "active", "paused"})
"""Statuses of a place in a campaign that may still get mail."""


class LeadActs:
    """Acts on the leads of a workspace. What can be taken back is put on the undo list, the rest noted there.

    Acts on several leads raise no `ApiError`: what is refused is in the answer.
    """

    def __init__(self, bench: Workbench, leads: Leads, campaigns: Campaigns, undo: UndoList) -> None:
        self._bench = bench
        self._leads = leads
        self._campaigns = campaigns
        self._undo = undo

    # One lead

    async def create(self, body: Json) -> Lead:
        """Make a lead. Raises `ApiError`; `Conflict` names the one that has the address."""
        lead = await self._leads.create(body)
        self._undo.add(Act(f"Create {lead.email}", lambda: self._delete_again(lead)))
        return lead

    async def edit(self, lead: Lead, changes: Json) -> Lead:
        """Change a lead as it was read. Raises `Stale` when it moved since, `Conflict`, `ApiError`."""
        before = fields_of(lead.wire())
        now = await self._leads.change(lead, changes)
        back = patch_of(fields_of(now.wire()), before)
        if lost := unwritable(fields_of(now.wire()), before):
            self._undo.note(f"Edit {lead.email}", f"{', '.join(lost)} was null, which no change can write")
        elif back:
            self._undo.add(Act(f"Edit {lead.email}", lambda: self._edit_back(now, back)))
        return now

    # Several leads

    async def set_fields(self, title: str, edits: Sequence[tuple[Lead, Fields]]) -> LeadOutcome:
        """Give each lead the fields beside it; `title` says what that is on the undo list."""
        return await set_fields(self._leads, self._undo, title, edits)

    async def hold(self, leads: Sequence[Lead], campaign_id: str, *, paused: bool) -> LeadOutcome:
        """Pause leads in one campaign, or let them go on."""
        verb = "Pause" if paused else "Resume"
        wanted = [lead for lead in leads if self.may_hold(lead, campaign_id, paused=paused)]
        outcome = await self._hold(wanted, campaign_id, paused=paused)
        if outcome.done:
            title = f"{verb} {whom(outcome.done)} in {self.name_of(campaign_id)}"
            self._undo.add(Act(title, lambda: self._hold_back(outcome.done, campaign_id, paused=not paused)))
        return outcome

    async def enroll(self, leads: Sequence[Lead], campaign_id: str) -> LeadOutcome:
        """Put leads into a campaign; those in it, and suppressed ones, stay as they are."""
        wanted = [lead for lead in leads if may_enroll(lead, campaign_id)]
        outcome = await self._enroll(wanted, campaign_id)
        if outcome.done:
            title = f"Enroll {whom(outcome.done)} in {self.name_of(campaign_id)}"
            self._undo.add(Act(title, lambda: self._enroll_back(outcome.done, campaign_id)))
        return outcome

    async def remove(self, leads: Sequence[Lead], campaign_id: str) -> LeadOutcome:
        """Take leads out of a campaign. Only who had got nothing from it can be put back as they were."""
        wanted = [lead for lead in leads if place_in(lead, campaign_id) is not None]
        outcome = await self._remove(wanted, campaign_id)
        fresh: list[Lead] = []
        begun: list[Lead] = []
        for lead in outcome.done:
            (fresh if _is_fresh(place_in(lead, campaign_id)) else begun).append(lead)
        where = self.name_of(campaign_id)
        if begun:
            why = "their place in the sequence is gone; enrolling them again begins at its first step"
            self._undo.note(f"Take {whom(begun)} out of {where}", why)
        if fresh:
            title = f"Take {whom(fresh)} out of {where}"
            self._undo.add(Act(title, lambda: self._remove_back(fresh, campaign_id)))
        return outcome

    async def delete(self, leads: Sequence[Lead]) -> LeadOutcome:
        """Delete leads as they were read, with all that happened to them."""
        done: list[Lead] = []

        async def one(lead: Lead) -> None:
            await self._leads.delete(lead)
            done.append(lead)

        try:
            refused = await for_each(leads, _id_of, one)
        finally:
            if done:
                why = "a lead that is deleted takes its history and its place in campaigns along"
                self._undo.note(f"Delete {whom(done)}", why)
        return LeadOutcome(tuple(done), refused)

    def name_of(self, campaign_id: str) -> str:
        """A campaign's name, its id where that is not known."""
        campaign = self._campaigns.get(campaign_id)
        return campaign.name if campaign is not None else campaign_id

    @staticmethod
    def may_hold(lead: Lead, campaign_id: str, *, paused: bool) -> bool:
        """Whether pausing (or resuming) would change anything."""
        place = place_in(lead, campaign_id)
        return place is not None and place.status in OPEN and (place.status == "paused") != paused

    # Carrying out

    async def _hold(self, leads: Sequence[Lead], campaign_id: str, *, paused: bool) -> LeadOutcome:
        done: list[Lead] = []

        async def one(lead: Lead) -> None:
            await self._bench.ask(
                lambda client: client.campaigns.pause_lead(campaign_id, lead.id, paused=paused)
            )
            place = place_in(lead, campaign_id)
            begun = place is not None and place.step_id is not None
            await self._show(lead, campaign_id, "paused" if paused else "active" if begun else "queued")
            done.append(lead)

        refused = await for_each(leads, _id_of, one)
        return LeadOutcome(tuple(done), refused)

    async def _enroll(self, leads: Sequence[Lead], campaign_id: str) -> LeadOutcome:
        done: list[Lead] = []
        refused: dict[str, Problem] = {}
        for start in range(0, len(leads), BULK_MOST):
            batch = leads[start : start + BULK_MOST]
            try:
                await self._enroll_batch(batch, campaign_id)
            except ApiError as error:
                refused |= {lead.id: error.problem for lead in batch}
            else:
                done += batch
        return LeadOutcome(tuple(done), refused)

    async def _enroll_batch(self, batch: Sequence[Lead], campaign_id: str) -> None:
        ids = [lead.id for lead in batch]
        await self._bench.ask(lambda client: client.campaigns.enroll(campaign_id, ids))
        for lead in batch:
            await self._show(lead, campaign_id, "queued")

    async def _remove(self, leads: Sequence[Lead], campaign_id: str) -> LeadOutcome:
        done: list[Lead] = []

        async def one(lead: Lead) -> None:
            await self._bench.ask(lambda client: client.campaigns.remove_lead(campaign_id, lead.id))
            await self._show(lead, campaign_id, None)
            done.append(lead)

        refused = await for_each(leads, _id_of, one)
        return LeadOutcome(tuple(done), refused)

    async def _show(self, lead: Lead, campaign_id: str, status: str | None) -> None:
        """Show a lead's new place before the server is asked for the lead again."""
        now = self._leads.get(lead.id) or lead
        places = [each.wire() for each in now.enrollments if each.campaign_id != campaign_id]
        before = place_in(now, campaign_id)
        if status is not None:
            whole = before.wire() if before is not None else {"campaign_id": campaign_id}
            places.append({**whole, "status": status})
        await self._leads.keep(self._leads.parse({**now.wire(), "enrollments": [*places]}))

    # Taking back

    async def _delete_again(self, lead: Lead) -> str:
        try:
            await self._leads.delete(lead)
        except Stale:
            return f"{lead.email} was changed since it was created; it is left alone."
        except NotOffered:
            raise
        except NotFound:
            return f"{lead.email} is gone already."
        return f"{lead.email} is deleted again."

    async def _edit_back(self, lead: Lead, back: Json) -> str:
        try:
            await self._leads.change(lead, back)
        except Stale as error:
            await self._take_current(error)
            return f"{lead.email} was changed since; it is left alone."
        except NotOffered:
            raise
        except NotFound:
            return f"{lead.email} is gone; there is nothing to take back."
        return f"{lead.email} is as it was."

    async def _take_current(self, error: Stale) -> None:
        current = error.details.get("current")
        if isinstance(current, dict) and isinstance(current.get("id"), str):
            await self._leads.keep(self._leads.parse(current))

    async def _hold_back(self, leads: Sequence[Lead], campaign_id: str, *, paused: bool) -> str:
        """Only where the place is still as the act left it."""
        now = await self._now(leads)
        wanted = [lead for lead in now if self.may_hold(lead, campaign_id, paused=paused)]
        outcome = await self._hold(wanted, campaign_id, paused=paused)
        return told_back("Paused again" if paused else "Going on again", outcome, len(leads))

    async def _enroll_back(self, leads: Sequence[Lead], campaign_id: str) -> str:
        """Who has got a mail meanwhile stays: that cannot be taken back."""
        now = await self._now(leads)
        wanted = [lead for lead in now if _is_fresh(place_in(lead, campaign_id))]
        outcome = await self._remove(wanted, campaign_id)
        return told_back("Taken out again", outcome, len(leads))

    async def _remove_back(self, leads: Sequence[Lead], campaign_id: str) -> str:
        now = await self._now(leads)
        outcome = await self._enroll([lead for lead in now if may_enroll(lead, campaign_id)], campaign_id)
        return told_back("Enrolled again", outcome, len(leads))

    async def _now(self, leads: Iterable[Lead]) -> list[Lead]:
        """The leads as the server has them; those that are gone are left out. Raises `ApiError`."""
        found: list[Lead] = []

        async def one(lead: Lead) -> None:
            found.append(await self._leads.fetch(lead.id))

        refused = await for_each(leads, _id_of, one)
        for problem in refused.values():
            if problem.status != 404:
                raise ApiError(problem)
        return found


def place_in(lead: Lead, campaign_id: str) -> Enrollment | None:
    """A lead's place in a campaign."""
    return next((each for each in lead.enrollments if each.campaign_id == campaign_id), None)


def may_enroll(lead: Lead, campaign_id: str) -> bool:
    """Whether enrolling would change anything."""
    return not lead.suppressed and place_in(lead, campaign_id) is None


def _is_fresh(place: Enrollment | None) -> bool:
    return place is not None and place.status in ("queued", "paused") and place.step_id is None


def _id_of(lead: Lead) -> str:
    return lead.id
