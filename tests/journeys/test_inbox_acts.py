"""Changing and connecting inboxes from the keyboard, on a real sandbox."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.domain.filters import parse_filter
from imail_tui.model.record import Json
from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.connect import ConnectDialog
from imail_tui.ui.screens.inboxes.screen import InboxesScreen
from tests.patience import PATIENCE

from .workspace import SIZES, app_on, filter_by, until, until_shown


def screen_of(pilot: Pilot[None]) -> InboxesScreen:
    return next(each for each in pilot.app.screen_stack if isinstance(each, InboxesScreen))


def click_setup_page(url: str) -> None:
    """What a person does in the browser."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=PATIENCE)
    connection.request("POST", address.path)
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_inbox_is_reconnected_and_the_downtime_said(
    sandbox: SandboxAddress, session: Session, size: tuple[int, int]
) -> None:
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await session.inboxes.refresh()
        inbox_id = session.inboxes.window(parse_filter("status:connected -provider:smtp")).ids()[0]
        control = SandboxControl(sandbox.url)
        control.happen("inbox.disconnected", inbox_id=inbox_id)
        lost = await session.inboxes.fetch(inbox_id)
        assert lost.disconnected_at is not None
        await filter_by(pilot, f'"{lost.email}"')
        await until_shown(pilot, "✗ disconnected")
        await pilot.press("R")
        await until_shown(pilot, "Opens at 127.0.0.1:", "█▀", "Waiting until")
        await pilot.press("y")
        await until_shown(pilot, "sent to terminal")
        url = (await session.inboxes.fetch(inbox_id)).setup_url
        assert url is not None
        click_setup_page(url)
        await until_shown(pilot, f"{lost.email} is connected; it was down for")
        assert not any(isinstance(each, ConnectDialog) for each in pilot.app.screen_stack)


@pytest.mark.parametrize("size", SIZES)
async def test_marked_inboxes_are_paused_after_a_question_and_undone(
    session: Session, size: tuple[int, int]
) -> None:
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, "status:connected")
        await pilot.press("space", "space", "space")
        await until_shown(pilot, "3 marked")
        marked = screen_of(pilot).table.marks
        await pilot.press("p")
        await until_shown(pilot, "Pause 3 inboxes?", "TEST")
        await pilot.press("y")
        await until_shown(pilot, "Pause: 3 inboxes", "u undoes")
        assert {(await session.client.inboxes.get(each)).status for each in marked} == {"paused"}
        await pilot.press("u")
        await until_shown(pilot, "Undone: 3 inboxes")
        assert {(await session.client.inboxes.get(each)).status for each in marked} == {"connected"}


async def test_a_refused_pause_goes_back_on_its_row(sandbox: SandboxAddress, session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, "status:connected")
        record = screen_of(pilot).record
        assert record is not None
        with SandboxControl(sandbox.url).fault(
            "status", status=403, path=f"/inboxes/{record.id}", method="PATCH"
        ):
            await pilot.press("p")
            await until_shown(pilot, "! refused", "nothing changed", "The change was refused")
        kept = session.inboxes.get(record.id)
        assert kept is not None
        assert kept.status == "connected"


async def test_a_daily_limit_is_checked_set_and_undone(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        record = screen_of(pilot).record
        assert record is not None
        await pilot.press("l")
        await until_shown(pilot, "Mails a day for")
        await pilot.press("end", *["backspace"] * 6, "0", "enter")
        await until_shown(pilot, "a whole number from 1")
        await pilot.press("backspace", *"77", "enter")
        await until_shown(pilot, "Limit to 77 a day: ")
        assert (await session.client.inboxes.get(record.id)).daily_limit == 77
        await pilot.press("u")
        await until_shown(pilot, "Undone: ")
        assert (await session.client.inboxes.get(record.id)).daily_limit == record.daily_limit


async def open_form(pilot: Pilot[None], provider: str) -> list[Input]:
    await pilot.press("a")
    await until_shown(pilot, "Add an inbox at")
    await pilot.press(*provider, "enter")
    await until_shown(pilot, "New inbox")
    return list(pilot.app.screen.query(Input))


@pytest.mark.parametrize("size", SIZES)
async def test_an_smtp_inbox_is_added_once_its_form_is_right(session: Session, size: tuple[int, int]) -> None:
    address = f"new{size[0]}@acme.example"
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24")
        fields = await open_form(pilot, "smtp")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "! is needed")
        values = (address, "40", "mail.acme.invalid", "465", address, "s3cret", "tls")
        for field, value in zip(fields, (*values, *values[2:]), strict=True):
            field.value = value
        await pilot.press("ctrl+t")
        await until_shown(pilot, "It does not work from here", "No host has that name.")
        await pilot.press("ctrl+s")
        await until_shown(pilot, f"{address} is connected.")
        assert "s3cret" not in repr(session.inboxes.window().rows(0, 30))
        found = session.inboxes.window(parse_filter(f'"{address}"')).ids()
        assert screen_of(pilot).table.cursor_id == found[0]
        await session.client.inboxes.delete(found[0])


async def test_an_inbox_that_is_there_is_shown_instead(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        existing = session.inboxes.window().ids()[-3]
        record = session.inboxes.get(existing)
        assert record is not None
        fields = await open_form(pilot, "google")
        fields[0].value = record.email
        await pilot.press("ctrl+s")
        await until_shown(pilot, f"{record.email} is there already")
        await until(pilot, lambda: screen_of(pilot).table.cursor_id == existing, "cursor on it")


async def test_a_lost_smtp_inbox_is_mended_by_its_form(sandbox: SandboxAddress, session: Session) -> None:
    server: Json = {
        "host": "mail.acme.example",
        "port": 465,
        "username": "lost",
        "password": "s3cret",
        "security": "tls",
    }
    body: Json = {"email": "lost@acme.example", "provider": "smtp", "smtp": server, "imap": server}
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        inbox = await session.inboxes.add(body)
        SandboxControl(sandbox.url).happen("inbox.disconnected", inbox_id=inbox.id)
        await session.inboxes.fetch(inbox.id)
        await filter_by(pilot, "lost@acme.example")
        await until_shown(pilot, "✗ disconnected")
        await pilot.press("R")
        await until_shown(pilot, "Connect lost@acme.example")
        for field in pilot.app.screen.query(Input):
            if not field.value:
                field.value = "mail.acme.example"
        await pilot.press("ctrl+s")
        await until_shown(pilot, "lost@acme.example is connected; it was down for 0 s.")
        await session.client.inboxes.delete(inbox.id)
