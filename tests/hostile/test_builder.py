"""A campaign of which every text is hostile, in the builder: it is shown as text, and only as text."""

from pathlib import Path

import pytest
from pydantic import JsonValue
from textual.pilot import Pilot

from imail_tui.model.record import Json
from imail_tui.ui.screens.builder.graph import GraphView
from imail_tui.ui.screens.builder.screen import BuilderScreen
from tests.hostile.safety import assert_safe
from tests.hostile.test_screens import CLICK, KEY, NOWHERE
from tests.hostile.world import TEXTS, fill
from tests.journeys.workspace import SIZES, app_on, session_on, until, until_shown

MOST = 9
"""Payloads to a campaign: each is a mail and a condition."""


def campaign(texts: tuple[str, ...]) -> Json:
    """Two steps to each text, which stands wherever a text may."""
    steps: list[JsonValue] = []
    for number, text in enumerate(texts):
        variant: Json = {"id": text, "weight": 20, "subject": text, "body": text}
        when: Json = {"signal": "field", "field": f"custom.{text}", "op": "equals", "value": text}
        branch: Json = {
            "label": text,
            "when": {"all": [when, {"signal": text}]},
            "next": f"mail-{number + 1}",
        }
        end = f"mail-{number + 1}"
        steps += [
            {"id": f"mail-{number}", "type": "email", "subject": text, "body": text, "variants": [variant]},
            {"id": f"fork-{number}", "type": "condition", "branches": [branch], "else": end},
        ]
    steps.append({"id": f"mail-{len(texts)}", "type": texts[0] or "x", "x": texts[-1]})
    return {"name": texts[0], "inbox_ids": [*texts], "send_window": {"timezone": texts[0]}, "steps": steps}


async def look(pilot: Pilot[None], key: str, shown: str) -> None:
    """Open a dialog, look, leave it."""
    await pilot.press(key)
    await until_shown(pilot, shown)
    assert_safe(pilot)
    await pilot.press("pagedown")
    assert_safe(pilot)
    while not isinstance(pilot.app.screen, BuilderScreen):
        await pilot.press("escape")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("no_backstop")
async def test_every_text_of_a_campaign(tmp_path: Path, size: tuple[int, int]) -> None:
    session = session_on(NOWHERE, KEY, tmp_path)
    fill(session)
    seen = ""
    async with app_on(session, size) as pilot:
        chunks = [TEXTS[at : at + MOST] for at in range(0, len(TEXTS), MOST)]
        for chunk in chunks[:1] if size == SIZES[0] else chunks:
            screen = BuilderScreen(session, session.drafting.begin(campaign(chunk)))
            pilot.app.push_screen(screen)
            await until(pilot, lambda: isinstance(pilot.app.focused, GraphView), "graph")
            for step in screen.script.steps:
                screen.graph.select((str(step["id"]), None))
                # A narrow screen shows the form only while one writes in it.
                await pilot.press(*(("enter",) if size == SIZES[0] else ()))
                await pilot.pause()
                assert_safe(pilot)
                pane = screen.form.pane
                seen += "\n".join(field.text for field in pane.fields()) if pane is not None else ""
                await pilot.press(*(("escape",) if size == SIZES[0] else ()))
            await look(pilot, "i", "esc leaves")
            await look(pilot, "o", "Settings of the campaign")
            screen.dismiss()
            await until(pilot, lambda: not isinstance(pilot.app.screen, BuilderScreen), "screen before")
    assert CLICK in seen
