"""Hostile text in every field of every screen: it is shown as text, and only as text."""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from pydantic import JsonValue
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from imail_tui.api.errors import BadRequest
from imail_tui.domain.leads.editing import Clash, Fields
from imail_tui.domain.text import one_line
from imail_tui.model.acts import Done
from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.model.record import Entity, Json
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import running_sandbox
from imail_tui.services.session import Session
from imail_tui.ui.areas import ANALYTICS, AREAS, CAMPAIGNS, EVENTS, INBOXES, LEADS, REPLIES, SETTINGS, Area
from imail_tui.ui.dialogs.acts import ActsDialog
from imail_tui.ui.dialogs.sides import SidesDialog
from imail_tui.ui.dialogs.snooze import SnoozeDialog
from imail_tui.ui.screens.analytics.views import VIEWS
from imail_tui.ui.screens.leads.fields_dialog import FieldsDialog
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.replies.answer_screen import AnswerScreen
from imail_tui.ui.screens.replies.outbox_dialog import OutboxDialog
from imail_tui.ui.screens.replies.screen import RepliesScreen
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from tests.fakes.raw_server import Line, http, raw_server
from tests.hostile.corpus import PAYLOADS
from tests.hostile.safety import assert_safe
from tests.hostile.world import TEXTS, fill
from tests.journeys.workspace import (
    SIZES,
    WORLD,
    app_on,
    filter_by,
    session_on,
    until,
    until_gone,
    until_shown,
)
from tests.wire.terminal import TRUECOLOR, Terminal, foreign_escapes, modes_left_on

NOWHERE: Final = "http://127.0.0.1:9/v1"
NOW: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEY: Final = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")
CLICK: Final = PAYLOADS["click action"]
LISTS: Final = (INBOXES, CAMPAIGNS, LEADS, REPLIES, EVENTS)
JSON: Final = ("Content-Type", "application/json")


@asynccontextmanager
async def hostile_app(home: Path, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """The app over the hostile workspace, on a server whose every answer is a hostile error."""
    messages = cycle(TEXTS)

    async def refuse(line: Line) -> None:
        text = next(messages)
        error = {"code": text, "message": text, "field": text, "doc": text, "details": {text: text}}
        body = json.dumps({"error": error, "request_id": text}, ensure_ascii=False).encode()
        await line.send(http(403, body, JSON))

    async with raw_server(refuse) as server:
        session = session_on(server.url, KEY, home)
        fill(session)
        async with app_on(session, size) as pilot:
            yield pilot


async def go(pilot: Pilot[None], area: Area) -> None:
    await pilot.press(area.key)
    await until_shown(pilot, f" {area.title}")
    await pilot.pause()


def listed(pilot: Pilot[None]) -> ListScreen[Entity]:
    screen = pilot.app.screen
    assert isinstance(screen, ListScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("no_backstop")
async def test_lists_and_pages_of_hostile_rows(tmp_path: Path, size: tuple[int, int]) -> None:
    async with hostile_app(tmp_path, size) as pilot:
        for place, area in enumerate(LISTS):
            await go(pilot, area)
            screen = listed(pilot)
            table = screen.table
            assert table.total == len(TEXTS)
            seen = ""
            # Each payload's page is opened in one area at one size, that of CLICK in all.
            first = place + len(LISTS) * SIZES.index(size)
            for number in (TEXTS.index(CLICK), *range(first, len(TEXTS), len(LISTS) * len(SIZES))):
                assert table.select(f"row_{number}")
                screen.action_open_detail()
                await pilot.pause()
                assert_safe(pilot)
                seen += screen.query_one("#detail", DetailPane).text
            assert CLICK in seen, "markup is text"
            await pilot.press("escape", "escape")
            for key in ("g", "pagedown", "pagedown"):
                await pilot.press(key)
                assert_safe(pilot)


@pytest.mark.usefixtures("no_backstop")
async def test_dialogs_of_a_lead_and_the_suppression_list(tmp_path: Path) -> None:
    async def taken(fields: Fields) -> dict[str, str]:
        return dict.fromkeys(fields, CLICK)

    async with hostile_app(tmp_path, (80, 24)) as pilot:
        await go(pilot, LEADS)
        for text in (CLICK, *TEXTS[::4]):
            done = (Done("1", text, NOW, text),)
            dialogs: tuple[FieldsDialog | SidesDialog | ActsDialog, ...] = (
                FieldsDialog(text, {"company": text, f"custom.{text}": text, "custom.n": 1}, taken),
                SidesDialog(text, [Clash(text, text, text)], told=text),
                ActsDialog(partial(tuple, done)),
            )
            for dialog in dialogs:
                await pilot.app.push_screen(dialog)
                await pilot.pause()
                assert_safe(pilot)
                await pilot.press("G", "enter" if isinstance(dialog, FieldsDialog) else "space")
                assert_safe(pilot)
                await pilot.press("escape", "escape")
        await go(pilot, LEADS)
        await pilot.press("S")
        await until_shown(pilot, "Suppression list")
        screen = listed(pilot)
        for number in range(0, len(TEXTS), 6):
            assert screen.table.select(f"row_{number}")
            screen.action_open_detail()
            await pilot.pause()
            assert_safe(pilot)


@pytest.mark.usefixtures("no_backstop")
async def test_dialogs_of_the_replies_and_an_answer(tmp_path: Path) -> None:
    async with hostile_app(tmp_path, (80, 24)) as pilot:
        await go(pilot, REPLIES)
        screen = listed(pilot)
        assert isinstance(screen, RepliesScreen)
        session = screen.session
        for number, text in enumerate((CLICK, *TEXTS[::4])):
            item = OutboxItem(
                *(str(number), text, "row_1", "row_1", text, text, text, text.encode("utf-8", "replace")),
                *(OutboxState.FAILED, NOW),
                problem=Problem(text, text, request_id=text),
            )
            row = f"row_{TEXTS.index(text)}"
            dialogs: tuple[Screen[Any], ...] = (
                SnoozeDialog(text, NOW, "Europe/Berlin", wake=True),
                OutboxDialog(session, [item], [ReplyDraft(row, text, text)]),
            )
            for dialog in dialogs:
                await pilot.app.push_screen(dialog)
                await pilot.pause()
                assert_safe(pilot)
                if isinstance(dialog, SnoozeDialog):
                    dialog.query_one(Input).value = one_line(text)
                    await pilot.press("enter")
                    assert_safe(pilot)
                await pilot.press("escape")
            conversation = session.conversations.of_reply(row)
            assert conversation is not None
            quoted = f"{text}\n\nOn Mon, {text} wrote:\n> {text}\n{{{{{text}}}}}"
            await pilot.app.push_screen(AnswerScreen(session, conversation, ReplyDraft(row, quoted, text)))
            await pilot.pause()
            assert_safe(pilot)
            # The server's refusal is in the payload's words too.
            await pilot.press("ctrl+o")
            await pilot.pause()
            assert_safe(pilot)
            await pilot.press("escape", "escape")
            await until(pilot, lambda: not isinstance(pilot.app.screen, AnswerScreen), "list")
            screen.show_view(session.views.save(text, text))
            await pilot.pause()
            assert_safe(pilot)
            screen.action_drop_view()


def _has_lines(table: LineTable, lines: int) -> bool:
    return table.total >= lines


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("no_backstop")
async def test_analytics_settings_and_the_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    async with hostile_app(tmp_path, size) as pilot:
        await go(pilot, ANALYTICS)
        parts = 2 * len(TEXTS) - 1
        least = {"Campaigns": parts, "Steps": parts, "Inboxes": parts, "A/B": 2 * parts}
        table = pilot.app.screen.query_one(LineTable)
        for view in VIEWS:
            lines = least.get(view.word, 0)
            await until_shown(pilot, f"[{view.word}]")
            await until(pilot, partial(_has_lines, table, lines), f"lines of {view.word}")
            await pilot.press("tab")
            for _ in range(min(lines, parts) // 8):
                assert_safe(pilot)
                await pilot.press("pagedown")
            await pilot.press("right", "tab", "left")
            assert_safe(pilot)
            await pilot.press("n")
        await pilot.press("w")
        await until_shown(pilot, "Whose numbers?")
        assert_safe(pilot)
        await pilot.press("escape")
        await go(pilot, SETTINGS)
        assert_safe(pilot)


@pytest.mark.usefixtures("no_backstop")
async def test_every_error_message_in_the_message_line_and_as_a_toast(tmp_path: Path) -> None:
    async with hostile_app(tmp_path, (80, 24)) as pilot:
        await go(pilot, LEADS)
        screen = listed(pilot)
        told: set[str] = set()
        while len(told) < len(TEXTS) // 3:
            await pilot.press("r")
            await until(
                pilot, lambda: screen.problem is not None and screen.problem.what not in told, "problem"
            )
            assert screen.problem is not None
            told.add(screen.problem.what)
            assert_safe(pilot)
        for text in TEXTS:
            pilot.app.notify(text, title=text)
        await pilot.pause()
        assert_safe(pilot)


async def test_filter_and_sort_with_hostile_text(tmp_path: Path) -> None:
    async with hostile_app(tmp_path, (80, 24)) as pilot:
        for place, area in enumerate(LISTS):
            await go(pilot, area)
            screen = listed(pilot)
            await pilot.press("slash")
            for text in TEXTS[place :: len(LISTS)]:
                screen.query_one(Input).value = text
                await pilot.pause()
                assert_safe(pilot)
            screen.query_one(Input).value = CLICK
            await pilot.press("enter")
            await until_shown(pilot, "1 matching")
            await pilot.press("s")
            await until_shown(pilot, "Sort by")
            assert_safe(pilot)
            await pilot.press("escape", "escape")


@pytest.mark.usefixtures("no_backstop")
async def test_what_the_server_lets_through(tmp_path: Path) -> None:
    """Leads and a campaign made by the API; the dialogs ask about them, and a file with hostile columns."""
    file = tmp_path / "leads.csv"
    titles = b"email,[@click=app.quit]x[/],\x1b]0;owned\x07,\xe2\x80\xaefdp\n"
    file.write_bytes(titles + b"a@b.example,1,2,3\n\x1b]0;owned\x07[b]@x,[@click=app.quit]x[/],\x9b31m,3\n")
    with running_sandbox(WORLD) as sandbox:
        session = session_on(sandbox.url, sandbox.test_key, tmp_path)
        async with app_on(session, (80, 24)) as pilot:
            await until_shown(pilot, "data now")
            taken = await hostile_leads(session)
            assert taken > len(TEXTS) // 2
            await go(pilot, LEADS)
            await filter_by(pilot, "hostile.example")
            for key in ("pagedown", "pagedown"):
                assert_safe(pilot)
                await pilot.press(key)
            await pilot.press("escape")
            await go(pilot, CAMPAIGNS)
            await launch_each(pilot, session)
            await go(pilot, LEADS)
            await pilot.press("i")
            await until_shown(pilot, "Import leads")
            pilot.app.screen.query_one(Input).value = str(file)
            await pilot.press("enter")
            await until_shown(pilot, "1 of 4 columns imported", CLICK[:10])
            for keys in (("v",), ("v", "j", "enter"), ("escape", "x")):
                await pilot.press(*keys)
                assert_safe(pilot)
            await pilot.press("c")
            await until_shown(pilot, "1 to import of 2 records, 1 invalid")
            assert_safe(pilot)
            await pilot.press("enter")
            await until_shown(pilot, "in line 3")
            assert_safe(pilot)
            await pilot.press("escape", "i")
            await until_shown(pilot, "Enroll the leads", CLICK[:10])
            assert_safe(pilot)
            await pilot.press("enter")
            await until_shown(pilot, "What about leads that exist already?")
            await pilot.press("enter")
            await until_shown(pilot, "Import 1 lead")
            await pilot.press("y")
            await until_shown(pilot, "some rows are not in", "1 created")
            assert_safe(pilot)
            await pilot.press("escape", "I")
            await until_shown(pilot, "Files imported from this machine")
            assert_safe(pilot)


async def hostile_leads(session: Session) -> int:
    """Create a lead for each payload; how many the server takes."""
    bodies: list[Json] = [
        {
            "email": f"hostile{n}@hostile.example",
            "first_name": text,
            "company": text,
            "custom": {"note": text},
        }
        for n, text in enumerate(TEXTS)
        if len(text) < 200
    ]
    result = await session.client.leads.bulk(orjson.dumps({"leads": bodies}), str(uuid.uuid4()))
    assert result.created is not None
    return result.created


async def launch_each(pilot: Pilot[None], session: Session) -> None:
    """Give a draft each name the server takes, and ask for its launch."""
    await until_shown(pilot, "Campaigns  6")
    drafts = [each async for each in session.client.campaigns.list() if each.status == "draft"]
    able: list[JsonValue] = [
        each.id async for each in session.client.inboxes.list() if each.status == "connected"
    ]
    await session.client.campaigns.patch(drafts[0].id, {"inbox_ids": able})
    asked = 0
    for text in (*TEXTS[1::7], CLICK):
        try:
            await session.client.campaigns.patch(drafts[0].id, {"name": text})
        except BadRequest:
            continue
        await pilot.press("r")
        listed(pilot).table.select(drafts[0].id)
        await pilot.press("L")
        await until_shown(pilot, "will be written to")
        assert_safe(pilot)
        await pilot.press("escape")
        await until_gone(pilot, "will be written to")
        asked += 1
    assert asked > 3


def test_nothing_of_it_acts_on_a_terminal(tmp_path: Path) -> None:
    session = session_on(NOWHERE, KEY, tmp_path)
    fill(session)
    asyncio.run(session.close())
    env = {
        **TRUECOLOR,
        "IMAIL_TUI_HOME": str(tmp_path),
        "IMAIL_BASE_URL": NOWHERE,
        "IMAIL_API_KEY": KEY.reveal(),
    }
    with Terminal([sys.executable, "-m", "tests.wire.apps.real_app"], env=env) as terminal:
        terminal.wait_text("offline")
        for area in AREAS:
            terminal.press(area.key)
            terminal.wait_text(f" {area.title}")
            for keys in ("\x1b[6~\r", "G", "qq"):
                terminal.press(keys)
                terminal.wait_quiet(0.05)
            if area is REPLIES:
                for keys in ("g\r", *("no" for _ in TEXTS), "f", "\x1b", "qq"):
                    terminal.press(keys)
                    terminal.wait_quiet(0.05)
        terminal.press("\x11")
        assert terminal.wait_exit() == 0
        raw = bytes(terminal.raw)
    assert foreign_escapes(raw) == []
    assert modes_left_on(raw) == set()
