"""What a person does to one lead or to all marked ones: asked about, carried out, and said."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from textual.app import App

from imail_tui.domain.leads.suppressed import Entry
from imail_tui.domain.marks import campaign_mark
from imail_tui.domain.shown import count, plural
from imail_tui.model.campaigns import Campaign
from imail_tui.model.leads import Lead
from imail_tui.services.lead_acts import LeadActs, may_enroll, place_in
from imail_tui.services.lead_outcome import whom
from imail_tui.services.session import Session
from imail_tui.services.suppressions import SuppressOutcome
from imail_tui.ui.screens.asking import confirmed

_UNDOES: Final = " · u undoes"
_SHOWN: Final = 3


class LeadActing:
    """Acts on chosen leads. Every method gives the sentence to say, None when the person left.

    Call them from a worker.
    """

    def __init__(self, app: App[None], session: Session, leads: Sequence[Lead]) -> None:
        self._app = app
        self._session = session
        self._leads = leads

    @property
    def _acts(self) -> LeadActs:
        return self._session.lead_acts

    async def enroll(self) -> str | None:
        """Into a campaign."""
        campaign_id = await self._choose_target()
        if campaign_id is None:
            return None
        wanted = [lead for lead in self._leads if may_enroll(lead, campaign_id)]
        name = self._acts.name_of(campaign_id)
        if not wanted:
            who = f"{whom(self._leads)} is" if len(self._leads) == 1 else "all of them are"
            return f"Enroll: {who} in {name} already, or suppressed."
        campaign = self._session.campaigns.get(campaign_id)
        active = campaign is not None and campaign.status == "active"
        then = "It is active: they are written to as soon as its window and limits allow." if active else ""
        lines = (_names(wanted), self._rest(wanted, "in it already, or suppressed"), then)
        if not await self._asked(f"Enroll {plural(len(wanted), 'lead')} in {name}?", "Enroll", lines, "E"):
            return None
        return (await self._acts.enroll(wanted, campaign_id)).told(f"Enroll in {name}", _UNDOES)

    async def hold(self, *, paused: bool | None, trigger: str) -> str | None:
        """Pause or let go on in one campaign; None: turn the one lead round."""
        campaign_id = await self._choose_place(lambda lead, each: _may_turn(lead, each, paused))
        if campaign_id is None:
            return None
        if paused is None:
            place = place_in(self._leads[0], campaign_id)
            paused = place is None or place.status != "paused"
        may = [lead for lead in self._leads if self._acts.may_hold(lead, campaign_id, paused=paused)]
        verb, name = "Pause" if paused else "Resume", self._acts.name_of(campaign_id)
        if not may:
            return f"{verb}: nobody of {whom(self._leads)} is in a state for it in {name}."
        lines = (_names(may), self._rest(may, "not in a state for it"))
        if len(self._leads) > 1 and not await self._asked(
            f"{verb} {plural(len(may), 'lead')} in {name}?", verb, lines, trigger
        ):
            return None
        return (await self._acts.hold(may, campaign_id, paused=paused)).told(f"{verb} in {name}", _UNDOES)

    async def take_out(self) -> str | None:
        """Out of a campaign."""
        campaign_id = await self._choose_place(lambda lead, each: place_in(lead, each) is not None)
        if campaign_id is None:
            return None
        wanted = [lead for lead in self._leads if place_in(lead, campaign_id) is not None]
        begun = sum(1 for lead in wanted if (place := place_in(lead, campaign_id)) and place.step_id)
        name = self._acts.name_of(campaign_id)
        lines = (
            _names(wanted),
            self._rest(wanted, "not in it"),
            f"{plural(begun, 'lead')} had begun: their place in the sequence is lost." if begun else "",
        )
        title = f"Take {plural(len(wanted), 'lead')} out of {name}?"
        if not await self._asked(title, "Take out", lines, "x"):
            return None
        outcome = await self._acts.remove(wanted, campaign_id)
        return outcome.told(f"Out of {name}", " · Z lists what can be undone")

    async def delete(self) -> str | None:
        """For good."""
        running = sum(1 for lead in self._leads if any(_is_open(each.status) for each in lead.enrollments))
        lines = (
            _names(self._leads),
            f"{plural(running, 'lead')} still get mail from a campaign; that ends." if running else "",
            "Their history goes along. This cannot be undone.",
        )
        if not await self._asked(f"Delete {plural(len(self._leads), 'lead')}?", "Delete", lines, "D"):
            return None
        return (await self._acts.delete(self._leads)).told("Delete")

    async def suppress(self) -> str | None:
        """The address or the domain of one, the addresses of several."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        values = await self._choose_values()
        if values is None:
            return None
        title = f"Why is {values[0] if len(values) == 1 else plural(len(values), 'address')} suppressed?"
        reason = await self._app.push_screen_wait(PromptDialog(title, text="manual"))
        if reason is None:
            return None
        running = sum(1 for lead in self._leads if any(_is_open(each.status) for each in lead.enrollments))
        lines = (
            ", ".join(values[:_SHOWN]) + (" …" if len(values) > _SHOWN else ""),
            f"{plural(running, 'lead')} in a running sequence: it ends for good." if running else "",
        )
        if not await self._asked(f"Suppress {plural(len(values), 'value')}?", "Suppress", lines, "X"):
            return None
        outcome = await self._session.suppressions.suppress(
            [Entry(value) for value in values], reason.strip() or "manual"
        )
        return suppressed_told(outcome, "Suppress", "there already")

    async def _choose_values(self) -> tuple[str, ...] | None:
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        addresses = tuple(lead.email for lead in self._leads if not lead.suppressed)
        if len(self._leads) > 1:
            return addresses
        email = self._leads[0].email
        domain = email.rpartition("@")[2]
        choices = [
            Choice(email, email, note="this address"),
            Choice(domain, domain, note="all of its domain"),
        ]
        chosen = await self._app.push_screen_wait(PickerDialog("Suppress what?", choices, at=email))
        return None if chosen is None else (chosen,)

    async def _choose_target(self) -> str | None:
        """A campaign to enroll in."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        campaigns = [each for each in self._session.campaigns.all() if each.status != "archived"]
        choices = [
            Choice(each.id, each.name, keys=str(campaign_mark(each.status)), note=self._fit(each))
            for each in campaigns
        ]
        title = f"Enroll {whom(self._leads)} in"
        empty = "There is no campaign to enroll in; 2, then a, begins one."
        return await self._app.push_screen_wait(PickerDialog(title, choices, empty=empty))

    def _fit(self, campaign: Campaign) -> str:
        fitting = sum(may_enroll(lead, campaign.id) for lead in self._leads)
        return f"{count(fitting)} of {count(len(self._leads))} are new to it"

    async def _choose_place(self, fits: Callable[[Lead, str], bool]) -> str | None:
        """One of the campaigns the leads are in; not asked where there is but one."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        counted = Counter(
            each.campaign_id
            for lead in self._leads
            for each in lead.enrollments
            if fits(lead, each.campaign_id)
        )
        if len(counted) == 1 and len(self._leads) == 1:
            return next(iter(counted))
        choices = [
            Choice(
                campaign_id, self._acts.name_of(campaign_id), note=f"{plural(number, 'lead')} of the chosen"
            )
            for campaign_id, number in counted.most_common()
        ]
        title = f"In which campaign of {whom(self._leads)}?"
        empty = "None of the chosen leads is in a campaign in a state for it. esc leaves."
        return await self._app.push_screen_wait(PickerDialog(title, choices, empty=empty))

    def _rest(self, wanted: Sequence[Lead], why: str) -> str:
        left = len(self._leads) - len(wanted)
        return f"{count(left)} of {count(len(self._leads))} stay as they are: {why}." if left else ""

    async def _asked(self, title: str, verb: str, lines: Iterable[str], trigger: str) -> bool:
        said = tuple(line for line in lines if line)
        live = self._session.status.mode != "test"
        return await confirmed(self._app, title, verb, said, trigger=trigger, live=live)


def suppressed_told(outcome: SuppressOutcome, verb: str, already: str) -> str:
    """What became of values, with the first reason where the server refused some."""
    done = outcome.done
    said = f"{verb}: {done[0] if len(done) == 1 else plural(len(done), 'value')}"
    if outcome.already:
        said += f"; {count(len(outcome.already))} {already}"
    if outcome.refused:
        first = next(iter(outcome.refused.values()))
        return f"{said}; {plural(len(outcome.refused), 'value')} refused: {first.sentence()}"
    return said + (_UNDOES if done else "")


def _may_turn(lead: Lead, campaign_id: str, paused: bool | None) -> bool:
    if paused is None:
        place = place_in(lead, campaign_id)
        return place is not None and _is_open(place.status)
    return LeadActs.may_hold(lead, campaign_id, paused=paused)


def _is_open(status: str) -> bool:
    return status in ("queued", "active", "paused")


def _names(leads: Sequence[Lead]) -> str:
    return ", ".join(lead.email for lead in leads[:_SHOWN]) + (" …" if len(leads) > _SHOWN else "")
