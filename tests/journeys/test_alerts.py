"""An inbox gets lost while one looks at something else: one hears of it, goes there and mends it."""

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from textual.pilot import Pilot

from imail_tui.domain.alerts import AlertSettings, Channel, Kind, Rule
from imail_tui.domain.filters import parse_filter
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.listener.server import ListenerOptions
from imail_tui.services.listening import ListenPlan, Telling, listening
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from imail_tui.ui.widgets.line_table import LineTable
from tests.fakes.moments import START

from .workspace import app_on, filter_by, until, until_gone, until_shown

Open = Callable[..., Session]


@pytest.fixture(scope="module")
def stage() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=7, frozen=True, burst=60_000, per_minute=60_000)
    with sandbox_in_thread(options) as running:
        yield running


@pytest.fixture
def world(stage: ThreadSandbox) -> Iterator[ThreadSandbox]:
    yield stage
    stage.control.reset()


@pytest.fixture
def opened(world: ThreadSandbox, tmp_path: Path) -> Open:
    """Sessions on the same files, as of several terminals."""
    paths = Paths(*(tmp_path / name for name in ("config", "data", "state", "run")))

    def open_one(*, feed: float | None = 0.2, alerts: AlertSettings | None = None) -> Session:
        key = FoundKey(Secret(world.api_key), "journey")
        return open_session(paths, Profile("journey", world.url), key, feed_seconds=feed, alerts=alerts)

    return open_one


@asynccontextmanager
async def listener(session: Session) -> AsyncIterator[None]:
    plan = ListenPlan(ListenerOptions(port=0), subscribe=True)
    told = Telling(lambda _: None, lambda _: None, lambda _: None)
    try:
        async with listening(session, plan, told):
            yield
    finally:
        await session.close()


def connected(session: Session) -> list[str]:
    return session.inboxes.window(parse_filter("status:connected")).ids()


async def on_campaigns(pilot: Pilot[None]) -> None:
    await until_shown(pilot, "Inboxes  24", "✗ 1 disconnected")
    await pilot.press("2")
    await until_shown(pilot, "Campaigns  6")


async def test_by_webhook_it_shows_on_another_screen_at_once(world: ThreadSandbox, opened: Open) -> None:
    # The app itself asks nothing for an hour: what shows came by the webhook.
    session = opened(feed=3_600.0)
    async with listener(opened()), app_on(session, (80, 24)) as pilot:
        await on_campaigns(pilot)
        await until(pilot, lambda: session.events.store.total > 0, "read ledger")
        inbox = session.inboxes.get(connected(session)[0])
        assert inbox is not None
        world.control.happen("inbox.disconnected", inbox_id=inbox.id)
        await until_shown(pilot, "✗ 2", f"{inbox.email} is disconnected")


async def test_by_asking_it_shows_and_is_mended_and_the_outage_is_right_to_the_second(
    world: ThreadSandbox, opened: Open
) -> None:
    session = opened()
    async with app_on(session, (160, 50)) as pilot:
        await on_campaigns(pilot)
        inbox = next(
            each
            for inbox_id in connected(session)
            if (each := session.inboxes.get(inbox_id)) is not None and each.provider == "google"
        )
        world.control.happen("inbox.disconnected", inbox_id=inbox.id)
        await until_shown(pilot, "✗ 2 disconnected", f"{inbox.email} is disconnected")
        world.control.advance(timedelta(hours=1, minutes=12, seconds=5))
        await pilot.press("exclamation_mark")
        await until_shown(pilot, "Alerts", "▲ new", inbox.email)
        cause = next(each.cause for each in session.alerts.standing if each.record_id == inbox.id)
        assert pilot.app.screen.query_one(LineTable).select(cause)
        await pilot.press("enter")
        await until_shown(pilot, "Inboxes  24", "What happened to it", "for 1 h 12 min 5 s")
        await pilot.press("R")
        await until_shown(pilot, "Open this page")
        setup = (await session.client.inboxes.get(inbox.id)).setup_url
        assert setup is not None
        async with httpx.AsyncClient() as browser:
            await browser.post(setup)
        await until_shown(pilot, "it was down for 1 h 12 min 5 s", "after 1 h 12 min 5 s")
        await until(
            pilot,
            lambda: not any(alert.record_id == inbox.id for alert in session.alerts.standing),
            "end of the alert",
        )


async def test_seen_is_seen_in_every_terminal_and_after_a_restart(world: ThreadSandbox, opened: Open) -> None:
    first, second = opened(), opened()
    async with app_on(first, (160, 50)) as pilot:
        await on_campaigns(pilot)
        await until(pilot, lambda: first.alerts.open > 0, "standing alert")
        await second.inboxes.refresh()
        await second.campaigns.refresh()
        second.alerts.look()
        assert second.alerts.open == first.alerts.open
        await pilot.press("exclamation_mark")
        await until_shown(pilot, "▲ new")
        await pilot.press("A")
        await until_gone(pilot, "▲ new")
        await pilot.press("escape")
        await until(pilot, lambda: first.alerts.open == 0, "nothing unseen")
        await pilot.pause(0.1)
        second.alerts.look()
        assert second.alerts.open == 0
    await second.close()
    third = opened()
    try:
        third.alerts.look()
        assert (third.alerts.open, len(third.alerts.standing)) == (0, len(second.alerts.standing))
    finally:
        await third.close()


async def test_a_command_gets_the_alert_once_for_all_terminals(
    world: ThreadSandbox, opened: Open, tmp_path: Path
) -> None:
    file = tmp_path / "alerts.jsonl"
    program = f"import sys; open({str(file)!r}, 'a').write(sys.stdin.read())"
    rule = Rule(Kind.INBOX_DOWN, frozenset({Channel.BELL}), (sys.executable, "-c", program))
    alerts = AlertSettings({Kind.INBOX_DOWN: rule})
    first, second = opened(alerts=alerts), opened(alerts=alerts)
    async with app_on(first, (80, 24)) as pilot:
        await on_campaigns(pilot)
        await second.inboxes.refresh()
        await second.campaigns.refresh()
        second.feed.start()
        second.alerts.start()
        lost = connected(first)[0]
        world.control.happen("inbox.disconnected", inbox_id=lost)
        await until(pilot, file.exists, "the command's file")
        await until(pilot, lambda: any(each.record_id == lost for each in second.alerts.standing), "second")
        await pilot.pause(0.5)
    await second.close()
    (line,) = file.read_text().splitlines()
    told = json.loads(line)
    assert (told["kind"], told["id"], told["area"]) == ("inbox_down", lost, "inboxes")


async def test_a_command_that_cannot_run_is_said(world: ThreadSandbox, opened: Open) -> None:
    rule = Rule(Kind.INBOX_DOWN, frozenset(), ("/nonexistent/program",))
    session = opened(alerts=AlertSettings({Kind.INBOX_DOWN: rule}))
    noticed: list[Problem] = []
    session.noticed.subscribe(noticed.append)
    async with app_on(session, (160, 50)) as pilot:
        await on_campaigns(pilot)
        world.control.happen("inbox.disconnected", inbox_id=connected(session)[0])
        await until(pilot, lambda: bool(noticed), "problem")
    assert noticed[0].what == "/nonexistent/program was not run: No such file or directory."
    assert noticed[0].where == "alerts.inbox_down.command"


async def test_why_nothing_is_sent_stands_on_the_campaigns_page(world: ThreadSandbox, opened: Open) -> None:
    session = opened()
    async with app_on(session, (160, 50)) as pilot:
        await on_campaigns(pilot)
        await filter_by(pilot, "status:paused")
        await until_shown(pilot, "Why it is not sending", "It is paused. Launch it to go on.")
