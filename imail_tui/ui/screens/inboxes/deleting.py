"""Deleting an inbox: what depends on it is said before, and what forbids it."""

from collections.abc import Sequence

from textual.app import App

from imail_tui.domain.shown import plural
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox
from imail_tui.model.problem import Problem
from imail_tui.services.session import Session
from imail_tui.ui.screens.asking import confirmed


async def delete_inbox(
    app: App[None], session: Session, inbox: Inbox, users: Sequence[Campaign]
) -> str | Problem | None:
    """Delete it if the person means it; `users` are the campaigns that name it.

    The sentence to say, a problem where an active campaign sends from it, None when the person left. Call it
    from a worker.
    """
    active = [campaign for campaign in users if campaign.status == "active"]
    if active:
        return Problem(
            f"{inbox.email} sends for {plural(len(active), 'active campaign')}: {_named(active)}.",
            "Pause them first (2, then p), or choose other inboxes in their settings.",
            code="inbox_in_use",
        )
    alone = [campaign for campaign in users if len(campaign.inbox_ids) == 1]
    warm = inbox.warmup.day
    lines = (
        f"{plural(len(users), 'campaign')} not sending now name it: {_named(users)}." if users else "",
        f"{_named(alone)} would have no inbox left." if alone else "",
        f"Its warmup of {plural(warm, 'day')} is lost." if inbox.warmup.enabled and warm else "",
        "This cannot be undone; adding it again begins anew.",
    )
    said = tuple(line for line in lines if line)
    if not await confirmed(
        app, f"Delete {inbox.email}?", "Delete", said, trigger="D", live=session.inboxes.live
    ):
        return None
    await session.inboxes.delete(inbox.id, only=inbox)
    session.undo.note(f"Delete {inbox.email}", "an inbox that is added again has to be connected anew")
    return f"{inbox.email} is deleted."


def _named(campaigns: Sequence[Campaign]) -> str:
    names = ", ".join(campaign.name for campaign in campaigns[:3])
    return names + (f" and {len(campaigns) - 3} more" if len(campaigns) > 3 else "")
