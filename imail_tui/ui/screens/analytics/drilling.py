"""From a number to the leads or replies behind it."""

from textual.app import App

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Drill
from imail_tui.domain.shown import count
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.ui.areas import area
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.screens.analytics.page import Behind


async def choose_drill(app: App[None], analytics: Analytics, behind: Behind) -> Drill | None:
    """The list behind one of the numbers; asks which where there are several. Call it from a worker.

    None when the person left; a Drill without an area when there is no such list.
    """
    found = {key: drill_of(analytics, behind, key) for key in behind.metrics}
    if len(found) == 1:
        return next(iter(found.values()))
    choices = [_choice(behind, key, drill) for key, drill in found.items()]
    at = "replied" if behind.row.replied else None
    chosen = await app.push_screen_wait(
        PickerDialog(f"What is behind {behind.name or 'the totals'}?", choices, at=at)
    )
    return None if chosen is None else found[chosen]


def drill_of(analytics: Analytics, behind: Behind, metric: str) -> Drill:
    """Where what one metric counts is listed."""
    drill = analytics.drill(behind.question, metric, behind.split, behind.key)
    if not behind.words or not drill.area:
        return drill
    return Drill(drill.area, f"{drill.filter} {behind.words}".strip(), drill.note)


def _choice(behind: Behind, key: str, drill: Drill) -> Choice:
    number = behind.row.counter(key)
    target = area(drill.area)
    impossible = None
    if target is None:
        impossible = drill.note or "there is no list of them"
    elif number == 0:
        impossible = "there are none"
    note = drill.note if target is None else f"{target.title}. {drill.note}"
    return Choice(key, METRICS[key].title, keys=count(number), note=note, impossible=impossible)
