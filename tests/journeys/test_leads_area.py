"""Leads from the keyboard alone: found, edited, enrolled, suppressed, and taken back."""

from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import JsonValue
from textual.pilot import Pilot

from imail_tui.model.leads import Lead
from imail_tui.services.session import Session

from .workspace import SIZES, app_on, filter_by, shown, until, until_gone, until_shown


async def made(session: Session, tmp_path: Path, number: int = 0, **fields: JsonValue) -> Lead:
    """A lead of this test alone."""
    email = f"p{number}@t{abs(hash(tmp_path)) % 10**8}.example"
    return await session.client.leads.create({"email": email, **fields})


async def leads_of(pilot: Pilot[None], text: str) -> None:
    """The leads that the server finds by some words."""
    await pilot.press("3")
    await until_shown(pilot, "Leads  300+")
    await filter_by(pilot, text)


async def test_the_end_is_one_key_away_and_what_is_missing_is_told(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+ loaded of ")
        (oldest,) = (await session.client.leads.list(sort="created_at", limit=1).page()).items
        await pilot.press("G")
        await until_shown(pilot, "Leads  400+ loaded", oldest.email[:24])
        assert session.leads.window().total == 400
        # Upwards from the end its own neighbours come, not those of the beginning.
        await pilot.press(*["ctrl+u"] * 10)
        await until_shown(pilot, "Leads  500+ loaded")


@pytest.mark.parametrize("size", SIZES)
async def test_a_lead_is_edited_in_place_with_its_types_and_taken_back(
    session: Session, tmp_path: Path, size: tuple[int, int]
) -> None:
    name = "tricky \x1b[31m[/b]"
    lead = await made(session, tmp_path, company="Old", custom={"size": 12, name: True})
    async with app_on(session, size) as pilot:
        await leads_of(pilot, lead.email)
        await until_shown(pilot, "1 matching")
        await pilot.press("e")
        await until_shown(pilot, f"Edit {lead.email}", "size", "number", "yes/no")
        await pilot.press("j", "j", "j", "enter", "ctrl+u", *"New Co", "enter")
        await until_shown(pilot, "~ changed")
        await pilot.press("G", "k", "enter", "ctrl+u", *"twelve", "enter")
        await until_shown(pilot, "a number is needed")
        await pilot.press("ctrl+u", *"13", "enter", "a", *"plan", "enter", *"gold", "enter")
        await until_shown(pilot, "+ new")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "is saved")
        now = await session.client.leads.get(lead.id)
        assert now.company == "New Co"
        assert now.custom == {"size": 13, name: True, "plan": "gold"}
        await pilot.press("Z")
        await until_shown(pilot, "Done in this run", f"Edit {lead.email}")
        await pilot.press("enter")
        await until_shown(pilot, "is as it was")
        back = await session.client.leads.get(lead.id)
        assert (back.company, back.custom) == ("Old", {"size": 12, name: True})
        await pilot.press("enter")
        await until_shown(pilot, "Custom fields")
        assert "\x1b" not in shown(pilot)


async def test_two_who_edit_one_lead_choose_field_by_field(session: Session, tmp_path: Path) -> None:
    lead = await made(session, tmp_path, company="Old", city="Oslo")
    async with app_on(session, (80, 24)) as pilot:
        await leads_of(pilot, lead.email)
        await until_shown(pilot, "1 matching")
        await pilot.press("e")
        await until_shown(pilot, f"Edit {lead.email}")
        await session.client.leads.patch(lead.id, {"company": "Theirs", "city": "Bergen"})
        await pilot.press("j", "j", "j", "enter", "ctrl+u", *"Mine", "enter")
        await pilot.press("j", "enter", *"CTO", "enter", "ctrl+s")
        await until_shown(pilot, "Somebody changed the lead", "» Mine", "Theirs")
        await pilot.press("space")
        await until_shown(pilot, "» Theirs")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "is saved")
        now = await session.client.leads.get(lead.id)
        assert (now.company, now.title, now.city) == ("Theirs", "CTO", "Bergen")
        # A new lead with an address that exists: both, and one of them made whole.
        await pilot.press("a")
        await until_shown(pilot, "New lead")
        await pilot.press("enter", *lead.email, "enter", "j", "enter", *"Ada", "enter", "ctrl+s")
        await until_shown(pilot, "exists already", "» Ada")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "is saved")
        assert (await session.client.leads.get(lead.id)).first_name == "Ada"


async def test_one_field_of_marked_leads_is_set_with_its_types_and_taken_back(
    session: Session, tmp_path: Path
) -> None:
    name = "evil \x1b[31m[/b]"
    leads = [
        await made(session, tmp_path, 0, city="Oslo", custom={name: 1}),
        await made(session, tmp_path, 1, city="Oslo", custom={name: 13}),
        await made(session, tmp_path, 2),
    ]
    domain = leads[0].email.partition("@")[2]
    async with app_on(session, (80, 24)) as pilot:
        await leads_of(pilot, f"domain:{domain}")
        await until_shown(pilot, "3 matching")
        await pilot.press("space", "space", "space", "f")
        await until_shown(pilot, "Set which field of 3 leads?", "2 of 3 have it")
        await pilot.press(*"evil", "enter")
        await until_shown(pilot, "of 3 leads", "nothing typed takes it away")
        await pilot.press(*"many", "enter")
        await until_shown(pilot, "a number is needed")
        await pilot.press("ctrl+u", *"13")
        # Somebody changes something else of one of them meanwhile.
        await session.client.leads.patch(leads[0].id, {"city": "Bergen"})
        await pilot.press("enter")
        await until_shown(pilot, "of 2 leads?", "To: 13", "nothing (1)", "1 of 3 stay as they are", "TEST")
        await pilot.press("y")
        await until_shown(pilot, "2 leads · u undoes")
        now = [await session.client.leads.get(lead.id) for lead in leads]
        assert [lead.custom for lead in now] == [{name: 13}] * 3
        assert now[0].city == "Bergen"
        await session.client.leads.patch(leads[2].id, {"city": "Rome"})
        await pilot.press("u")
        await until_shown(pilot, "As they were: ", "1 lead changed since, left alone")
        now = [await session.client.leads.get(lead.id) for lead in leads]
        assert [lead.custom for lead in now] == [{name: 1}, {name: 13}, {name: 13}]


async def test_marked_leads_are_enrolled_and_taken_back_with_counts(session: Session, tmp_path: Path) -> None:
    leads = [await made(session, tmp_path, number) for number in range(3)]
    campaign = (await session.client.campaigns.list(status="paused").page()).items[0]
    domain = leads[0].email.partition("@")[2]
    async with app_on(session, (80, 24)) as pilot:
        await leads_of(pilot, f"domain:{domain}")
        await until_shown(pilot, "3 matching")
        await pilot.press("space", "space", "space")
        await until_shown(pilot, "3 marked")
        await pilot.press("E")
        await until_shown(pilot, "Enroll 3 leads in", "3 of 3 are new to it")
        await pilot.press(*campaign.name[:12].lower(), "enter")
        await until_shown(pilot, "Enroll 3 leads in", "TEST", "Cancel")
        await pilot.press("y")
        await until_shown(pilot, "3 leads · u undoes", "queued")
        now = [await session.client.leads.get(lead.id) for lead in leads]
        assert [[each.campaign_id for each in lead.enrollments] for lead in now] == [[campaign.id]] * 3
        await pilot.press("u")
        await until_shown(pilot, "Taken out again: 3 leads")
        now = [await session.client.leads.get(lead.id) for lead in leads]
        assert [lead.enrollments for lead in now] == [[]] * 3


async def test_the_suppression_list_is_filled_searched_written_and_emptied(
    session: Session, tmp_path: Path
) -> None:
    lead = await made(session, tmp_path)
    domain = f"r{uuid4().hex[:8]}.example"
    listed, out = tmp_path / "list.txt", tmp_path / "out.csv"
    listed.write_text(f"{lead.email}\n@{domain}\nnot an address\n")
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3", "S")
        await until_shown(pilot, "Suppression list", "Reason")
        await pilot.press("i")
        await until_shown(pilot, "of which file?")
        await pilot.press(*str(listed), "enter")
        await until_shown(pilot, "Suppress 2 values of list.txt?", "line 3: it is neither", "2 requests")
        await pilot.press("y")
        await until_shown(pilot, "Suppress: 2 values", "1 line not understood")
        assert (await session.client.leads.get(lead.id)).suppressed
        await pilot.press("w")
        await until_shown(pilot, "to which file?")
        await pilot.press("ctrl+u", *str(out), "enter")
        await until_shown(pilot, "written to")
        assert f"{domain},imported," in out.read_text()
        await filter_by(pilot, domain)
        await until_shown(pilot, "1 matching")
        await pilot.press("x")
        await until_shown(pilot, "be written to again?")
        await pilot.press("ctrl+u", *"signed", "enter")
        await until_shown(pilot, f"Take {domain} off the list?")
        await pilot.press("y")
        await until_shown(pilot, "Taken off")
        await pilot.press("Z")
        await until_shown(pilot, f"Lift {domain} (signed)")
        await pilot.press("enter")
        await until_shown(pilot, "on the list again")
        await pilot.press("escape", "escape")
        await until_gone(pilot, "Suppression list")
        await filter_by(pilot, lead.email)
        await until_shown(pilot, "⊘ suppressed")
        await pilot.press("enter")
        await until_shown(pilot, "Suppressed by its address", "imported")


async def test_sending_is_stopped_and_an_inbox_in_use_stays(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await pilot.press("H")
        await until_shown(pilot, "active campaigns?", "wait where they are")
        await pilot.press("y")
        await until_shown(pilot, "campaigns paused · u undoes")
        await until(pilot, lambda: "▶ active" not in shown(pilot), "campaign that is not active")
        await pilot.press("u")
        await until_shown(pilot, "campaigns send again", "▶ active")
        active = next(each for each in session.campaigns.all() if each.status == "active")
        await session.inboxes.refresh()
        inbox = session.inboxes.get(active.inbox_ids[0])
        assert inbox is not None
        await pilot.press("1")
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, inbox.email)
        await until_shown(pilot, "1 matching")
        await pilot.press("D")
        await until_shown(pilot, f"{inbox.email} sends for")
