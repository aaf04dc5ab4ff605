"""The guided tour: over the areas and back, left at any time, taken once."""

from pathlib import Path

from imail_tui.services.session import Session
from imail_tui.services.tour_note import TourNote
from imail_tui.ui.options import UiOptions
from imail_tui.ui.tour import STEPS

from .workspace import app_on, until, until_shown


async def test_every_step_is_left_by_the_key_it_teaches(session: Session, tmp_path: Path) -> None:
    note = TourNote({"IMAIL_TUI_HOME": str(tmp_path / "home")})
    async with app_on(session, (80, 24), UiOptions(status_seconds=None, tour=note)) as pilot:
        for number, step in enumerate(STEPS, 1):
            await until_shown(pilot, f"{step.title}  {number}/{len(STEPS)}", step.invitation)
            if number == 3:
                await pilot.press("b")
                await until_shown(pilot, "2/7")
                await pilot.press("enter")
                await until_shown(pilot, "3/7")
            await pilot.press(step.key)
        await until(pilot, lambda: note.taken, "note that it was taken")
        # Taken again by its name, and left at once.
        await pilot.press("colon", *"tour", "enter")
        await until_shown(pilot, "1/7")
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1, "end of the tour")
