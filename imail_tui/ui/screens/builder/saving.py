"""Handing the campaign to the server: what it refuses lands where it belongs, what moved is put together."""

from dataclasses import replace
from typing import TYPE_CHECKING

from imail_tui.api.errors import ApiError, BadRequest
from imail_tui.domain.campaign_files.fields import content
from imail_tui.domain.sequence.diff import differences
from imail_tui.domain.sequence.lint.finding import error as finding
from imail_tui.services.drafting import Moved
from imail_tui.ui.typeahead import opening

if TYPE_CHECKING:
    from imail_tui.ui.screens.builder.going import Going


async def save(desk: "Going") -> bool:
    """Whether the server has what the desk says. Raises `ApiError` for what has no place in the campaign."""
    await desk.keep_now()
    drafting = desk.session.drafting
    if desk.saved:
        desk.say("The server has all of it.")
        return True
    if not await _may_change(desk):
        return False
    try:
        saved = await drafting.save(desk.as_draft())
    except BadRequest as error:
        show_refusal(desk, error)
        return False
    if isinstance(saved, Moved):
        await _put_together(desk, saved)
        return False
    based = drafting.based_on(desk.as_draft(), saved)
    desk.take_over(based)
    desk.say(f"{saved.name} is saved.")
    return True


def show_refusal(desk: "Going", error: ApiError) -> None:
    """Show what the server does not accept at the field it names."""
    problem = error.problem
    if not problem.where:
        raise error
    what = problem.what.removeprefix(f"{problem.where}: ").removesuffix(".")
    refused = finding("server", problem.where, what, problem.remedy or "Correct this field.")
    desk.show_refused((refused,))
    desk.go_to(refused)
    desk.show_problem(problem)


async def _may_change(desk: "Going") -> bool:
    """Ask before people who are under way are affected; what is locked has to be paused first."""
    draft = desk.as_draft()
    if desk.status not in ("active", "paused") or draft.base is None:
        return True
    changes = differences(content(draft.base), draft.content)
    structural = [change for change in changes if change.structural]
    if not structural:
        return True
    from imail_tui.ui.screens.asking import confirmed

    campaign_id = draft.campaign_id
    assert campaign_id is not None
    touched = {change.step_id for change in structural}
    with opening(desk.app):
        progress = await desk.session.campaigns.progress(campaign_id)
    waiting = {row.step_id: row.waiting or 0 for row in progress if row.step_id in touched}
    lines = [f"{change.step_id or 'campaign'}: {change.what}" for change in structural[:6]]
    if len(structural) > 6:
        lines.append(f"and {len(structural) - 6} more")
    lines += [f"{count:,} leads stand at {step_id}." for step_id, count in waiting.items() if count]
    live = desk.session.drafting.live
    if desk.status == "paused":
        return await confirmed(
            desk.app, "Change what people are inside of?", "Save", tuple(lines), trigger="ctrl+s", live=live
        )
    lines.append("imail locks this while the campaign is active: it is paused first, and L goes on.")
    agreed = await confirmed(desk.app, "Pause and save?", "Pause", tuple(lines), trigger="ctrl+s", live=live)
    if agreed:
        paused = await desk.session.campaigns.pause(campaign_id)
        await desk.session.campaigns.fetch(campaign_id)
        # Pausing moved the server's stamp, and nothing else.
        stamp = paused.wire().get("updated_at")
        desk.draft = replace(desk.draft, base={**draft.base, "updated_at": stamp, "status": paused.status})
    return agreed


async def _put_together(desk: "Going", moved: Moved) -> None:
    """Show what both changed, and go on with what the person chose."""
    from imail_tui.ui.screens.builder.merge_dialog import MergeDialog

    draft = desk.as_draft()
    theirs = differences(content(draft.base or {}), content(moved.theirs.wire()))
    chosen = await desk.app.push_screen_wait(MergeDialog(moved.merged.conflicts, theirs))
    if chosen is None:
        desk.say("Nothing was saved; the draft is kept.")
        return
    desk.take_over(desk.session.drafting.rebased(draft, moved.theirs, chosen))
    desk.say("Both are put together here. Look at it, then ctrl+s saves it.")
