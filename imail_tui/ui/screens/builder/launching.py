"""Launching from the builder: what it reaches, what is wrong, what only a person can answer."""

from dataclasses import replace
from typing import TYPE_CHECKING

from imail_tui.api.errors import BadRequest
from imail_tui.domain.shown import plural
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.builder.saving import save, show_refusal
from imail_tui.ui.typeahead import opening

if TYPE_CHECKING:
    from imail_tui.ui.screens.builder.going import Going


async def launch(desk: "Going") -> None:
    """Save, show the card, launch when that is confirmed. Raises `ApiError`."""
    from imail_tui.ui.screens.builder.launch_card import LaunchCard, launch_facts

    if desk.status == "active" and desk.saved:
        desk.say("It is active already; P pauses it.")
        return
    with opening(desk.app):
        await desk.refresh_area()
    errors = desk.errors()
    if errors:
        desk.say(f"{plural(len(errors), 'error')} first: {errors[0].message}. i lists all.")
        desk.go_to(errors[0])
        return
    if not desk.saved and not await save(desk):
        return
    campaign_id = desk.draft.campaign_id
    assert campaign_id is not None
    warnings = [finding for finding in desk.findings if finding.severity == "warning"]
    with opening(desk.app):
        facts = await launch_facts(desk.session, desk.as_draft(), campaign_id, warnings)
    if await desk.app.push_screen_wait(LaunchCard(facts)) is not True:
        desk.say("Nothing was launched.")
        return
    try:
        launched = await desk.session.campaigns.launch(campaign_id)
    except BadRequest as error:
        show_refusal(desk, error)
        return
    desk.take_over(desk.session.drafting.based_on(desk.as_draft(), launched))
    desk.say(f"{launched.name} is {launched.status}.")


async def pause(desk: "Going") -> None:
    """Stop sending when that is confirmed. Raises `ApiError`."""
    campaign_id = desk.draft.campaign_id
    if campaign_id is None or desk.status != "active":
        desk.say("Nothing is being sent.")
        return
    lines = ("Leads keep their place; launching goes on from there.",)
    if await confirmed(desk.app, "Pause it?", "Pause", lines, trigger="P", live=desk.session.drafting.live):
        paused = await desk.session.campaigns.pause(campaign_id)
        draft = desk.draft
        if draft.base is not None:
            stamp = paused.wire().get("updated_at")
            desk.draft = replace(draft, base={**draft.base, "updated_at": stamp, "status": paused.status})
        desk.show_all()
        desk.say(f"{paused.name} is {paused.status}.")
