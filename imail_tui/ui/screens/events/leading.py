"""Where an event leads: the reply, lead, inbox or campaign it is about."""

from dataclasses import dataclass

from textual.app import App

from imail_tui.model.events import Event
from imail_tui.ui.areas import CAMPAIGNS, INBOXES, LEADS, REPLIES
from imail_tui.ui.dialogs.picker import Choice, PickerDialog


@dataclass(frozen=True, slots=True)
class Goal:
    """A record in its area; `words` find it where it is not kept here."""

    area_id: str
    record_id: str
    words: str
    title: str


def goals_of(event: Event) -> list[Goal]:
    """All things an event is about, the nearest first."""
    email, inbox = event.text("lead.email"), event.text("inbox_id")
    found = (
        Goal(REPLIES.id, event.text("reply_id"), email, "The reply"),
        Goal(LEADS.id, event.text("lead.id") or event.text("lead_id"), email, f"The lead {email}"),
        Goal(INBOXES.id, inbox, "", f"The inbox {event.text('inbox_email')}"),
        Goal(CAMPAIGNS.id, event.text("campaign_id"), "", "The campaign"),
    )
    goals = [goal for goal in found if goal.record_id]
    of_inbox = event.type.startswith(("inbox.", "warmup."))
    return sorted(goals, key=lambda goal: goal.area_id != INBOXES.id) if of_inbox else goals


async def ask_where(app: App[None], event: Event) -> Goal | None:
    """The goal, asked for where there are several; None = the person stays. Call it from a worker."""
    goals = goals_of(event)
    if len(goals) < 2:
        return next(iter(goals), None)
    choices = [Choice(goal.area_id, goal.title) for goal in goals]
    chosen = await app.push_screen_wait(PickerDialog("Go to", choices))
    return next((goal for goal in goals if goal.area_id == chosen), None)
