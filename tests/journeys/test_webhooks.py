"""Webhooks in the app: created with their secret shown once, tested, looked into, rotated, ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.model.webhooks import Webhook
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from tests.fakes.keyrings import keyring_in_use
from tests.patience import PATIENCE
from tests.unit.sandbox.webhooks.receiver import Receiver, receiving

from .workspace import SIZES, app_on, shown, until_gone, until_shown


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_keyring(tmp_path: Path) -> Iterator[None]:
    with keyring_in_use(Keyring, tmp_path):
        yield


async def open_webhooks(pilot: Pilot[None]) -> None:
    await until_shown(pilot, "Inboxes  24")
    # Its name leads there from any area.
    await until_shown(pilot, "Inboxes  24")
    await pilot.press("colon", *"webhooks", "enter")
    await until_shown(pilot, "Webhooks", "State")


async def subscriptions(session: Session) -> list[Webhook]:
    return await session.webhooks.all()


@pytest.mark.parametrize("size", SIZES)
async def test_the_life_of_a_webhook(session: Session, receiver: Receiver, size: tuple[int, int]) -> None:
    async with app_on(session, size) as pilot:
        await open_webhooks(pilot)
        await until_shown(pilot, "No webhooks yet.")
        await pilot.press("a")
        await until_shown(pilot, "Send events to which URL?")
        pilot.app.screen.query_one(Input).value = "ftp://x"
        await pilot.press("enter")
        await until_shown(pilot, "An http(s) URL is needed.")
        pilot.app.screen.query_one(Input).value = receiver.url
        await pilot.press("enter")
        await until_shown(pilot, "Which events?", "inbox.disconnected")
        await pilot.press("a", "enter")
        await until_shown(pilot, "Choose at least one")
        await pilot.press("space", "enter")
        await until_shown(pilot, "Keep the secret in a private file?")
        await pilot.press("y")
        await until_shown(pilot, "whsec_", "It is not shown again.", "Kept in: file")
        (made,) = await subscriptions(session)
        assert made.events == ["email.sent"]
        (kept,) = await session.webhooks.secrets()
        assert kept.reveal() in shown(pilot)
        await pilot.press("enter")
        await until_gone(pilot, "whsec_")
        await until_shown(pilot, "● active", "1 type")

        await pilot.press("t")
        delivery = receiver.arrived.get(timeout=PATIENCE)
        await pilot.press("d")
        await until_shown(pilot, "Deliveries", "webhook.test")
        await pilot.press("r")
        await until_shown(pilot, "✓ delivered", "204")
        await pilot.press("enter")
        await until_shown(pilot, '"type": "webhook.test"', delivery.event_id)
        await pilot.press("escape", "R")
        assert receiver.arrived.get(timeout=PATIENCE).event_id == delivery.event_id
        await pilot.press("escape")
        await until_shown(pilot, "Webhooks  1")

        await pilot.press("p")
        await until_shown(pilot, "‖ paused", "Nothing is sent")
        await pilot.press("p")
        await until_shown(pilot, "● active")
        await pilot.press("R")
        await until_shown(pilot, "Rotate the secret?")
        await pilot.press("y")
        await until_shown(pilot, "Keep the secret in a private file?")
        await pilot.press("y")
        await until_shown(pilot, "whsec_")
        newest, older = await session.webhooks.secrets()
        assert (newest.reveal() in shown(pilot), older) == (True, kept)
        await pilot.press("enter")
        await until_gone(pilot, "whsec_")
        await pilot.press("D")
        await until_shown(pilot, "Delete this webhook?", receiver.url)
        await pilot.press("y")
        await until_shown(pilot, "No webhooks yet.")
        assert await subscriptions(session) == []
        assert await session.webhooks.secrets() == ()
        await pilot.press("escape")
        await until_shown(pilot, "Connection")


async def test_what_the_server_refuses_is_said(session: Session, sandbox: SandboxAddress) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await open_webhooks(pilot)
        await pilot.press("a")
        await until_shown(pilot, "Send events to which URL?")
        pilot.app.screen.query_one(Input).value = "https://hooks.example.com/x"
        await pilot.press("enter")
        await until_shown(pilot, "Which events?")
        await pilot.press("enter")
        await until_shown(pilot, "! url: This server delivers to its own machine only")
        assert await subscriptions(session) == []
    del sandbox
