"""Hostile text through every slot the frame itself fills."""

from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.status import Link, Status
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.unit.ui.frame import FakeSession, ListedService, MailApp, frame, running, settled, text_of


async def _press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def test_hostile_text_in_every_slot_of_the_frame() -> None:
    """One app for all payloads: starting one takes longer than all that is looked at."""
    rows: list[Json] = [
        {"id": f"ibx_{n}", "email": text, "status": text} for n, text in enumerate(PAYLOADS.values())
    ]
    session = FakeSession(ListedService(rows))
    session.ui_state.remember("inboxes.sort", PAYLOADS["title, ST"])
    app = MailApp(session)
    async with running(app, (110, 20)) as pilot:

        def is_safe() -> bool:
            return not FORBIDDEN.search(text_of(app).replace("\n", ""))

        payloads = list(PAYLOADS.values())
        for payload in payloads[::2]:
            app.mail.becomes(Status(workspace=payload, mode="live", link=Link.ONLINE))
            frame(app).say(payload)
            await pilot.press("j")
            assert is_safe()
            frame(app).show_problem(Problem(payload, payload, payload, request_id=payload))
            await pilot.press("y")
            await settled(pilot)
            assert is_safe()
        await _press(pilot, "escape", "slash")
        for payload in payloads:
            app.screen.query_one(Input).value = payload
            await pilot.pause()
            assert is_safe()
        await _press(pilot, "escape", "7")
        for payload in payloads[1::2]:
            session.key_source = session.key_shown = payload
            await _press(pilot, "r")
            assert is_safe()
