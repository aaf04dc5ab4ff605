"""The builder and the server: what both changed, what it refuses, what runs already."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from imail_tui.model.campaigns import Campaign
from imail_tui.model.drafts import Draft
from imail_tui.model.record import Json
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session

from .builder import add, build_on, on_graph, type_in, write
from .workspace import SIZES, app_on, session_on, until, until_gone, until_shown

NARROW = SIZES[0]


async def campaign_of(session: Session, name: str) -> Campaign:
    """The server's campaign of a name."""
    found = [each async for each in session.client.campaigns.list() if each.name == name]
    return await session.client.campaigns.get(found[0].id)


async def made(session: Session, name: str) -> Campaign:
    """A draft of two mails on the server."""
    inboxes = [each.id async for each in session.client.inboxes.list() if each.status == "connected"]
    body: Json = {
        "name": name,
        "inbox_ids": [*inboxes[:1]],
        "daily_limit": 20,
        "steps": [
            {"id": "hello", "type": "email", "subject": "A question", "body": "Hi. 1 High St, London."},
            {"id": "pause", "type": "wait", "delay": {"value": 4, "unit": "days"}},
            {"id": "again", "type": "email", "subject": "", "body": "Again. Tell me if not."},
        ],
    }
    return await session.client.campaigns.create(body)


async def save(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+s")


@pytest.mark.parametrize("size", SIZES)
async def test_what_both_changed_is_decided_place_by_place(session: Session, size: tuple[int, int]) -> None:
    name = f"Both {size[0]}"
    campaign = await made(session, name)
    async with app_on(session, size) as pilot:
        await build_on(pilot, name)
        await write(pilot, "My question")
        steps = [step.wire() for step in campaign.steps]
        steps[0]["subject"] = "Their question"
        await session.client.campaigns.patch(campaign.id, {"steps": [*steps], "daily_limit": 33})
        await save(pilot)
        await until_shown(pilot, "Somebody changed the campaign on the server", "steps.hello.subject")
        await until_shown(pilot, "the draft's", "{+My+} question")
        await pilot.press("space")
        await until_gone(pilot, "hold  the draft's")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "Both are put together here.")
        await pilot.press("enter")
        await until_shown(pilot, "Their question")
        await pilot.press("ctrl+u")
        await type_in(pilot, "Our question")
        await on_graph(pilot)
        await save(pilot)
        await until_shown(pilot, f"{name} is saved.")
        now = await session.client.campaigns.get(campaign.id)
        assert now.steps[0].subject == "Our question"
        assert now.daily_limit == 33


async def test_leaving_the_choice_keeps_the_draft_and_the_server(session: Session) -> None:
    campaign = await made(session, "Kept apart")
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "Kept apart")
        await write(pilot, "Mine")
        await session.client.campaigns.patch(campaign.id, {"daily_limit": 34})
        await save(pilot)
        await until_shown(pilot, "Nothing that you changed was changed there: both fit together.")
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was saved; the draft is kept.", "Mine")
        now = await session.client.campaigns.get(campaign.id)
        assert now.steps[0].subject == "A question"


async def test_what_the_server_refuses_is_shown_at_its_field(session: Session) -> None:
    await made(session, "Refused")
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "Refused")
        await add(pilot, "c", "fork")
        await write(pilot, "opened nobody")
        await save(pilot)
        await until_shown(pilot, "branches[0].when.of_step", "req_")
        # The keys are in the line it is about.
        await pilot.press("ctrl+u")
        await type_in(pilot, "opened hello within 3 days")
        await on_graph(pilot)
        await save(pilot)
        await until_shown(pilot, "Refused is saved.")
        now = await campaign_of(session, "Refused")
        assert now.steps[1].branches[0].when == {"signal": "opened", "of_step": "hello", "within_days": 3}


async def test_a_running_campaign_is_paused_before_its_structure_changes(session: Session) -> None:
    before = await made(session, "Runs")
    leads = [each.id async for each in session.client.leads.list(status="completed")][:3]
    await session.client.campaigns.enroll(before.id, leads)
    await session.client.campaigns.patch(before.id, {"status": "active"})
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "runs")
        await add(pilot, "w", "breath")
        await save(pilot)
        await until_shown(pilot, "Pause and save?", "imail locks this while the campaign is active")
        await pilot.press("escape")
        await until_gone(pilot, "Pause and save?")
        assert (await session.client.campaigns.get(before.id)).status == "active"
        await save(pilot)
        await until_shown(pilot, "Pause and save?")
        await pilot.press("y")
        await until_shown(pilot, "is saved.")
        now = await session.client.campaigns.get(before.id)
        assert now.status == "paused"
        assert "breath" in [step.id for step in now.steps]


async def test_copy_of_a_running_campaign_is_saved_while_it_runs(session: Session) -> None:
    name = "Route planning · Ops leaders"
    before = await campaign_of(session, name)
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "route planning")
        await write(pilot, "Another subject")
        await save(pilot)
        await until_shown(pilot, "is saved.")
        now = await session.client.campaigns.get(before.id)
        assert now.status == "active"
        assert now.steps[0].subject == "Another subject"


async def test_on_live_the_name_is_typed_before_anything_leaves(
    sandbox: SandboxAddress, tmp_path: Path
) -> None:
    session = session_on(sandbox.url, sandbox.live_key, tmp_path)
    campaign = await made(session, "For real")
    leads = [each.id async for each in session.client.leads.list(status="completed")][:3]
    await session.client.campaigns.enroll(campaign.id, leads)
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "for real")
        await pilot.press("L")
        await until_shown(pilot, "Launch For real?", "LIVE", "Type the name to launch")
        await pilot.press("a", "o")
        await type_in(pilot, "For rea")
        await pilot.press("enter")
        await until_shown(pilot, "That is not the campaign's name.")
        await pilot.press("l", "enter")
        await until_shown(pilot, "For real is active.")
        assert (await session.client.campaigns.get(campaign.id)).status == "active"


async def test_a_draft_that_another_program_changed_goes_on_as_a_copy(
    sandbox: SandboxAddress, session: Session, tmp_path: Path
) -> None:
    campaign = await made(session, "Shared")
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "Shared")
        await write(pilot, "Mine")
        await until(pilot, lambda: _on_disk(tmp_path, '"Mine"'), "draft on disk")
        other = session_on(sandbox.url, sandbox.test_key, tmp_path)
        theirs = await other.drafting.open(campaign.id)
        await other.drafting.keep(theirs)
        await other.close()
        await write(pilot, "Mine again")
        await until_shown(pilot, "Another program changed this draft.")
        assert sorted(str(first_subject(draft)) for draft in await session.drafting.all()) == [
            "Mine",
            "Mine again",
        ]


def _on_disk(home: Path, text: str) -> bool:
    """Whether a draft below `home` holds the text."""
    return any(text in file.read_text("utf-8") for file in home.rglob("campaign-*.json"))


def first_subject(draft: Draft) -> object:
    """What the first mail's subject says."""
    steps = draft.content["steps"]
    assert isinstance(steps, list)
    assert isinstance(steps[0], dict)
    return steps[0]["subject"]


async def test_settings_and_a_silenced_finding_are_saved_with_it(session: Session) -> None:
    campaign = await made(session, "Set up")
    async with app_on(session, NARROW) as pilot:
        await build_on(pilot, "Set up")
        await pilot.press("o")
        await until_shown(pilot, "Settings of the campaign", "Daily limit")
        await pilot.press("j", "j", "enter")
        await until_shown(pilot, "mails a day")
        await pilot.press("ctrl+u")
        await type_in(pilot, "41")
        await pilot.press("enter")
        await until_shown(pilot, "41")
        await pilot.press("escape")
        await pilot.press("i")
        await until_shown(pilot, "warning", "s silences it here")
        await pilot.press("S", "escape")
        await save(pilot)
        await until_shown(pilot, "Set up is saved.")
        assert (await session.client.campaigns.get(campaign.id)).daily_limit == 41
