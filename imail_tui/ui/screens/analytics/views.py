"""What the analytics can show, one at a time."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class View:
    """One chart with its table. `word` stands in the line of views."""

    id: str
    word: str
    doc: str


COURSE: Final = View("course", "Course", "up to four metrics over the days")
FUNNEL: Final = View("funnel", "Funnel", "from contacted to positive")
CAMPAIGNS: Final = View("campaigns", "Campaigns", "one metric of each campaign")
STEPS: Final = View("steps", "Steps", "what each step adds to the replies")
INBOXES: Final = View("inboxes", "Inboxes", "one metric by inbox and day")
HOURS: Final = View("hours", "Hours", "when people reply")
LABELS: Final = View("labels", "Labels", "what replies mean")
VERSIONS: Final = View("versions", "A/B", "versions of a mail against each other")

VIEWS: Final = (COURSE, FUNNEL, CAMPAIGNS, STEPS, INBOXES, HOURS, LABELS, VERSIONS)


def view_of(view_id: str | None) -> View:
    """The view of an id, the first for one that is not known."""
    return next((view for view in VIEWS if view.id == view_id), COURSE)
