"""Keys that come faster than what they lead to: typed ahead, or many in one packet of a slow link."""

import asyncio

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.line_table import LineTable

from .workspace import app_on, at_once, shown, until, until_gone, until_shown


async def leads(pilot: Pilot[None]) -> LineTable:
    await pilot.press("3")
    await until_shown(pilot, "Leads  300+", "data now")
    return pilot.app.screen.query_one(LineTable)


def has_asked(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.screen, Dialog)


async def test_each_key_goes_where_the_one_before_it_leads(session: Session) -> None:
    """Through areas, the filter line, a dialog and the dialog after it."""
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24", "data now")
        at_once(pilot, "3", "/", *"exDqa1", "enter", "j")
        await until_shown(pilot, " Leads  ", "exDqa1")
        await until(pilot, lambda: isinstance(pilot.app.focused, LineTable), "list with the keys")
        at_once(pilot, "escape", "s", *"email", "enter", "1", ":", *"theme", "enter", *"light")
        await until_shown(pilot, "Theme")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "light", "typed letters")
        at_once(pilot, "escape", "3")
        await until_shown(pilot, " Leads  ", "by email")
        pilot.app.post_message(events.Key("slash", "/"))
        pilot.app.post_message(events.Paste("acme D"))
        at_once(pilot, "x")
        await until_shown(pilot, "acme Dx")


async def test_what_is_typed_waits_for_a_page_that_waits_for_data(
    session: Session, sandbox: SandboxAddress
) -> None:
    control = SandboxControl(sandbox.url)
    async with app_on(session, (80, 24)) as pilot:
        await leads(pilot)
        with control.fault("latency", seconds=0.6, path="/leads/{lead_id}", method="GET"):
            at_once(pilot, "e", "j", "enter", "ctrl+u", *"xDj", "enter")
            await until_shown(pilot, "esc stops it")
            await until_shown(pilot, "Edit ", "xDj", "~ changed")
        at_once(pilot, "escape", "escape")
        await until(pilot, lambda: not has_asked(pilot), "list")
        assert "esc stops it" not in shown(pilot)


async def test_escape_stops_the_waiting_and_forgets_what_was_typed(
    session: Session, sandbox: SandboxAddress
) -> None:
    control = SandboxControl(sandbox.url)
    async with app_on(session, (80, 24)) as pilot:
        table = await leads(pilot)
        with control.fault("latency", seconds=60, path="/leads/{lead_id}", method="GET"):
            at_once(pilot, "e", *"xD")
            await until_shown(pilot, "esc stops it")
            await pilot.press("escape")
            await until_shown(pilot, "Stopped.")
            place = table.cursor_index
            await pilot.press("j")
            assert table.cursor_index == place + 1
            assert not has_asked(pilot)
        with control.fault("status", status=403, path="/leads/{lead_id}", method="GET"):
            at_once(pilot, "e", *"xD")
            await until_shown(pilot, "This fault was asked for.")
            await asyncio.sleep(0)
            assert not has_asked(pilot), "what was meant for the form is no command here"
            await pilot.press("escape")
            await until_gone(pilot, "This fault was asked for.")
