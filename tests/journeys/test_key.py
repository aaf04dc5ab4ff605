"""A key that is refused while the app runs: everything waits, one question, and then on as before."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, save_profile
from imail_tui.store.secrets import FoundKey, keep_key
from imail_tui.ui.dialogs.key import KeyDialog
from tests.fakes.rotating_sandbox import FIRST_KEY, RotatingSandbox, rotating_sandbox

from .workspace import SIZES, app_on, filter_by, shown, until, until_gone, until_shown

SECOND_KEY = "imk_test_SECONDSECONDSECOND0002"
TITLE = "The server refuses the key"


@pytest.fixture(scope="module")
def world() -> Iterator[RotatingSandbox]:
    with rotating_sandbox() as running:
        yield running


@pytest.fixture
def server(world: RotatingSandbox) -> RotatingSandbox:
    world.rotate(FIRST_KEY)
    world.carried_out.clear()
    return world


def paths_in(home: Path) -> Paths:
    """Everything below a folder, as IMAIL_TUI_HOME would have it."""
    return Paths.find({"IMAIL_TUI_HOME": str(home)})


def session_with(
    server: RotatingSandbox, home: Path, key: str = FIRST_KEY, *, in_file: bool = False
) -> Session:
    """A session that polls; its key is kept in a file if so wanted, else it was given for this run."""
    paths, profile = paths_in(home), Profile("acme", server.url)
    source = "environment"
    if in_file:
        source = keep_key(paths, profile, Secret(key), in_file=True)
    return open_session(paths, profile, FoundKey(Secret(key), source), feed_seconds=0.05)


def files_with(text: str, folder: Path) -> list[Path]:
    """Files below a folder that hold a text."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


async def give(pilot: Pilot[None], key: str) -> None:
    """Paste a key into the dialog."""
    pilot.app.screen.query_one(Input).value = key
    await pilot.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_refused_key_asks_once_and_what_is_on_screen_stays(
    server: RotatingSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    session = session_with(server, tmp_path)
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24", "Halden Pike Outbound")
        await filter_by(pilot, "status:connected")
        await pilot.press("j", "j")
        before = session.status.workspace, pilot.app.screen
        server.rotate(SECOND_KEY)
        await until_shown(
            pilot, TITLE, "Halden Pike Outbound", "TEST", "acme", server.url, "imk_…ST01", "req_"
        )
        refused = server.refused
        await pilot.pause(0.4)
        assert server.refused == refused, "nothing is sent while the key is refused"
        await give(pilot, SECOND_KEY)
        await until_gone(pilot, TITLE)
        await until_shown(pilot, "status:connected", "matching")
        assert (session.status.workspace, pilot.app.screen) == before
        assert session.status.link is Link.ONLINE
        told = len(server.carried_out)
        await until(pilot, lambda: len(server.carried_out) > told, "feed that goes on")
        for key in (FIRST_KEY, SECOND_KEY):
            assert key not in shown(pilot)


async def test_keys_that_do_not_fit_are_refused_in_words_and_esc_leaves_the_question(
    server: RotatingSandbox, tmp_path: Path
) -> None:
    async with app_on(session_with(server, tmp_path), (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        server.rotate(SECOND_KEY)
        await until_shown(pilot, TITLE)
        await give(pilot, "imk_test_NOBODYKNOWSTHISONE0000")
        await until_shown(pilot, "The server does not know this key", TITLE)
        await give(pilot, server.live_key.reveal())
        await until_shown(pilot, "This is a LIVE key")
        assert server.live_key.reveal() not in shown(pilot)
        await pilot.press("escape")
        await until_shown(pilot, "key refused", ":key", "Inboxes  24")
        await pilot.press("colon", *"key", "enter")
        await until_shown(pilot, TITLE)
        await give(pilot, SECOND_KEY)
        await until_gone(pilot, "key refused")
        await until_shown(pilot, "data now")


async def test_auth_rotate_in_another_terminal_heals_the_app_while_it_asks(
    server: RotatingSandbox, tmp_path: Path
) -> None:
    save_profile(paths_in(tmp_path), Profile("acme", server.url))
    session = session_with(server, tmp_path, in_file=True)
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        server.rotate(SECOND_KEY)
        await until_shown(pilot, TITLE)
        rotate = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "imail_tui", "auth", "rotate", "acme", "--key-file", "-"),
            env={"PATH": os.environ["PATH"], "IMAIL_TUI_HOME": str(tmp_path)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await rotate.communicate(SECOND_KEY.encode())
        assert rotate.returncode == 0, told
        await until_gone(pilot, TITLE)
        await until_shown(pilot, "The key was replaced", "Inboxes  24")
        assert session.status.link is Link.ONLINE


async def test_a_key_rotated_before_the_refusal_is_taken_without_a_question(
    server: RotatingSandbox, tmp_path: Path
) -> None:
    session = session_with(server, tmp_path, in_file=True)
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        keep_key(paths_in(tmp_path), Profile("acme", server.url), Secret(SECOND_KEY), in_file=True)
        server.rotate(SECOND_KEY)
        seen: list[bool] = []

        def healed() -> bool:
            seen.append(isinstance(pilot.app.screen, KeyDialog))
            return session.key_shown.endswith("0002")

        await until(pilot, healed, "new key")
        await pilot.pause(0.4)
        assert not any(seen)
        assert not isinstance(pilot.app.screen, KeyDialog)


async def test_who_types_is_not_interrupted(server: RotatingSandbox, tmp_path: Path) -> None:
    async with app_on(session_with(server, tmp_path), (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("slash", *"stat")
        server.rotate(SECOND_KEY)
        await until_shown(pilot, "key refused")
        await pilot.press(*"us:conn")
        assert "status:conn" in shown(pilot)
        await pilot.press("enter")
        await until_shown(pilot, TITLE)


async def test_an_import_waits_for_the_key_and_then_goes_on(server: RotatingSandbox, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    rows = [f"waits{number}@example.com" for number in range(3_000)]
    leads.write_text("\n".join(["email", *rows]))
    async with app_on(session_with(server, tmp_path), (160, 50)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        await pilot.press("i")
        await until_shown(pilot, "Import leads from a file")
        pilot.app.screen.query_one(Input).value = str(leads)
        await pilot.press("enter")
        await until_shown(pilot, "1 of 1 columns imported")
        await pilot.press("c")
        await until_shown(pilot, "3,000 to import", "exist already")
        await pilot.press("i")
        await until_shown(pilot, "Enroll the leads")
        await pilot.press("enter")
        await until_shown(pilot, "What about leads that exist already?")
        await pilot.press("enter")
        await until_shown(pilot, "Import 3,000 leads")
        server.rotate(SECOND_KEY)
        await pilot.press("y")
        await until_shown(pilot, TITLE)
        assert "POST /leads/bulk" not in server.carried_out
        await pilot.press("ctrl+q")
        await until_shown(pilot, "Leave without saving?", "1 import under way")
        await pilot.press("enter")
        await until_shown(pilot, TITLE)
        await give(pilot, SECOND_KEY)
        await until_shown(pilot, "All rows are in", "3,000 created")


async def test_the_new_key_is_kept_where_the_old_one_was(server: RotatingSandbox, tmp_path: Path) -> None:
    session = session_with(server, tmp_path, in_file=True)
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        server.rotate(SECOND_KEY)
        await until_shown(pilot, TITLE, "[x] the key is kept in a file that only you can read")
        await give(pilot, SECOND_KEY)
        await until_gone(pilot, TITLE)
    kept = files_with(SECOND_KEY, tmp_path)
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o077 == 0
