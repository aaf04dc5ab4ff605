"""Leads on a real server: read from both ends, searched, changed and taken back, and the suppression list."""

import uuid
from pathlib import Path

import pytest
from pydantic import JsonValue

from imail_tui.api.errors import Conflict, Stale
from imail_tui.domain.filters import EVERYTHING, parse_filter
from imail_tui.domain.leads.suppressed import Entry
from imail_tui.domain.listing import Sort
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.services.lead_acts import place_in
from imail_tui.services.session import Session
from imail_tui.services.suppressions import entries_of_file
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of


def unique(word: str) -> str:
    return f"{word}{uuid.uuid4().hex[:10]}"


async def new_lead(session: Session, **fields: JsonValue) -> Lead:
    body: Json = {"email": f"{unique('p')}@made.example", **fields}
    return session.leads.parse((await session.client.leads.create(body)).wire())


async def test_the_end_of_a_long_list_is_one_request_away_and_what_is_between_is_known(
    opened: OpenSession,
) -> None:
    session = opened()
    await session.leads.refresh()
    assert session.leads.server_total is not None
    assert session.leads.server_total > 1_000
    log = log_of(session)
    order, back = session.leads.order(Sort("created", descending=True)), session.leads.order(Sort("created"))
    assert order is not None
    assert back is not None
    assert await session.leads.read_on(back)
    assert len(log) == 1
    window = session.leads.window(EVERYTHING, Sort("created", descending=True))
    ids = window.ids()
    assert len(ids) == 400
    assert window.position(session.leads.edge(order) or "") == 299
    assert window.position(session.leads.edge(back) or "") == 300
    (oldest,) = (await session.client.leads.list(sort="created_at", limit=1).page()).items
    assert ids[-1] == oldest.id
    # Kept for the next run.
    again = opened()
    assert again.leads.edge(order) == session.leads.edge(order)
    assert again.leads.edge(back) == session.leads.edge(back)
    assert session.leads.order(Sort("company")) is None


async def test_ends_that_meet_are_the_whole_list(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(session.leads), "whole", 100)
    campaign = (await session.client.campaigns.list(limit=1).page()).items[0]
    listed = type(session.client.leads).list
    # A small workspace: the leads of one campaign are all there are.
    monkeypatch.setattr(
        type(session.client.leads),
        "list",
        lambda self, **asked: listed(self, **{**asked, "campaign_id": campaign.id, "limit": 60}),
    )
    total = (await session.client.leads.list().page()).total
    assert total is not None
    await session.leads.refresh()
    while await session.leads.read_on("created_at"):
        assert session.leads.window().total <= total
    assert session.leads.complete
    assert session.leads.window().total == total


async def test_the_server_searches_by_words_status_and_campaign(session: Session) -> None:
    await session.leads.refresh()
    campaign = next(
        each for each in (await session.client.campaigns.list().page()).items if each.lead_counts.replied
    )
    found = await session.leads.find(parse_filter(f"status:repl campaign:{campaign.id} suppressed:no"))
    assert found.rows > 0
    assert [term.field for term in found.question.rest] == ["suppressed"]
    window = session.leads.window(parse_filter(f"status:repl campaign:{campaign.id}"))
    assert window.total >= found.rows
    assert (await session.leads.find(parse_filter("suppressed:yes"))).rows == 0


async def test_an_edit_is_taken_back_unless_somebody_else_changed_it(session: Session) -> None:
    lead = await new_lead(session, company="Old", custom={"size": 12, "vip": True, "note": "x"})
    now = await session.lead_acts.edit(lead, {"company": "New", "custom": {"size": 13, "note": None}})
    assert (now.company, now.custom) == ("New", {"size": 13, "vip": True})
    assert await session.undo.undo() == f"{lead.email} is as it was."
    back = await session.leads.fetch(lead.id)
    assert (back.company, back.custom) == ("Old", {"size": 12, "vip": True, "note": "x"})
    mine = await session.lead_acts.edit(back, {"title": "CTO"})
    await session.client.leads.patch(lead.id, {"city": "Oslo"})
    assert await session.undo.undo() == f"{lead.email} was changed since; it is left alone."
    assert (await session.client.leads.get(lead.id)).title == "CTO"
    with pytest.raises(Stale):
        await session.lead_acts.edit(mine, {"title": "CEO"})
    with pytest.raises(Conflict) as caught:
        await session.lead_acts.create({"email": lead.email})
    assert caught.value.details["existing_id"] == lead.id


async def test_a_null_that_no_change_can_write_is_listed_as_for_good(session: Session) -> None:
    lead = await new_lead(session, custom={"plan": None})
    await session.lead_acts.edit(lead, {"custom": {"plan": "gold"}})
    assert session.undo.titles == ()
    assert "was null" in session.undo.entries[0].why_not


async def test_leads_are_enrolled_held_and_taken_out_with_counts_and_a_way_back(session: Session) -> None:
    leads = [await new_lead(session) for _ in range(5)]
    campaign = (await session.client.campaigns.list(status="paused").page()).items[0]
    await session.campaigns.keep(campaign)
    acts, undo = session.lead_acts, session.undo

    async def places() -> list[str | None]:
        now = [place_in(await session.client.leads.get(lead.id), campaign.id) for lead in leads]
        return [None if place is None else place.status for place in now]

    def here() -> list[Lead]:
        return [found for lead in leads if (found := session.leads.get(lead.id)) is not None]

    enrolled = await acts.enroll(leads, campaign.id)
    assert enrolled.told("Enroll") == "Enroll: 5 leads"
    assert await places() == ["queued"] * 5
    assert [place_in(lead, campaign.id) is not None for lead in here()] == [True] * 5
    held = await acts.hold(here(), campaign.id, paused=True)
    assert len(held.done) == 5
    # One is let go on from elsewhere.
    await session.client.campaigns.pause_lead(campaign.id, leads[0].id, paused=False)
    said = await undo.undo()
    assert said == "Going on again: 4 leads; 1 lead changed since, left alone"
    assert await places() == ["queued"] * 5
    await acts.remove(here(), campaign.id)
    assert await places() == [None] * 5
    assert await undo.undo() == "Enrolled again: 5 leads"
    assert await undo.undo() == "Taken out again: 5 leads"
    assert await places() == [None] * 5
    await acts.delete(here()[:2])
    assert undo.entries[0].title == "Delete 2 leads"
    assert undo.titles == ()


async def test_who_had_begun_a_sequence_cannot_be_put_back_where_they_were(session: Session) -> None:
    found = (await session.client.leads.list(status="active").page()).items[0]
    place = next(each for each in found.enrollments if each.status == "active")
    await session.leads.keep(found)
    await session.lead_acts.remove([found], place.campaign_id)
    assert "first step" in session.undo.entries[0].why_not
    assert session.undo.titles == ()


async def test_values_are_suppressed_and_lifted_with_a_way_back(session: Session) -> None:
    lead = await new_lead(session)
    domain = f"{unique('d')}.example"
    entries = [Entry(lead.email), Entry(domain, "competitor")]
    outcome = await session.suppressions.suppress(entries, "asked by phone")
    assert sorted(outcome.done) == sorted([lead.email, domain])
    kept = session.suppressions.why(lead.email)
    assert kept is not None
    assert kept.reason == "asked by phone"
    assert session.suppressions.why(f"someone@{domain}") is not None
    again = await session.suppressions.suppress(entries)
    assert (again.done, sorted(again.already)) == ((), sorted([lead.email, domain]))
    entry = session.suppressions.get(domain)
    assert entry is not None
    await session.suppressions.lift([entry], "signed a contract")
    assert session.undo.titles[0] == f"Lift {domain} (signed a contract)"
    assert await session.undo.undo() == f"{domain} on the list again."
    restored = session.suppressions.get(domain)
    assert restored is not None
    assert restored.reason == "competitor"
    assert "Sequences it ended stay ended" in (await session.undo.undo() or "")
    assert not (await session.client.leads.get(lead.id)).suppressed


async def test_the_list_is_written_to_a_file_that_can_be_read_again(session: Session, tmp_path: Path) -> None:
    value = f"{unique('e')}.example"
    await session.suppressions.suppress([Entry(value, '=cmd|"x"!A1')])
    file = tmp_path / "list.csv"
    counts = [count async for count in session.suppressions.export(file)]
    entries, faulty = entries_of_file(file)
    assert len(entries) == counts[-1]
    assert not faulty
    assert Entry(value, '=cmd|"x"!A1') in entries
    assert "\n=" not in file.read_text()
    assert ",=" not in file.read_text()
    file.write_text("Email\n\n ADA@Acme.Example \n*@competitor.example\nnonsense\nada@acme.example\n")
    entries, faulty = entries_of_file(file)
    assert [entry.value for entry in entries] == ["ada@acme.example", "competitor.example"]
    assert [(each.line, each.text) for each in faulty] == [(5, "nonsense")]
