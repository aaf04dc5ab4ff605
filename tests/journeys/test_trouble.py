"""When something is wrong: each time a clear state, the data stays, and no traceback."""

from pathlib import Path

import pytest

from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import SandboxProcess, running_sandbox
from tests.fakes.raw_server import Reply, raw_server, says

from .workspace import WORLD, app_on, session_on, shown, until_shown

KEY = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")


async def test_a_wrong_key_is_told_and_never_shown(tmp_path: Path) -> None:
    with running_sandbox(WORLD) as sandbox:
        async with app_on(session_on(sandbox.url, KEY, tmp_path), (80, 24)) as pilot:
            await until_shown(pilot, "key", "req_")
            assert KEY.reveal() not in shown(pilot)


async def test_no_server_is_offline(tmp_path: Path) -> None:
    async with app_on(session_on("http://127.0.0.1:9/v1", KEY, tmp_path), (80, 24)) as pilot:
        await until_shown(pilot, "offline")


async def test_a_server_that_is_killed_leaves_the_data_and_comes_back(tmp_path: Path) -> None:
    first = SandboxProcess(WORLD)
    try:
        address = first.start()
        port = address.url.split(":")[2].split("/")[0]
        async with app_on(session_on(address.url, address.test_key, tmp_path), (80, 24)) as pilot:
            await until_shown(pilot, "Inboxes  24", "disconnected")
            first.stop()
            await pilot.press("r")
            await until_shown(pilot, "offline", "Inboxes  24")
            with running_sandbox((*WORLD, "--port", port)):
                await pilot.press("r")
                await until_shown(pilot, "Halden Pike Outbound", "data now")
                assert "offline" not in shown(pilot)
    finally:
        first.stop()


async def test_a_tier_without_the_api_is_named(tmp_path: Path) -> None:
    with running_sandbox((*WORLD, "--tier", "none")) as sandbox:
        async with app_on(session_on(sandbox.url, sandbox.test_key, tmp_path), (80, 24)) as pilot:
            await until_shown(pilot, "Surge", "req_")


FAULT = b'{"error":{"code":"internal","message":"A worker fell over.","doc":""},"request_id":"req_OURFAULT"}'
PAGE = b"<html>\x1b]0;owned\x07</html>"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (says(500, FAULT, ("Content-Type", "application/json")), "req_OURFAULT"),
        (says(200, b'{"data": [{]', ("Content-Type", "application/json")), "not valid JSON"),
        (says(502, PAGE, ("X-Request-Id", "req_PROXY"), ("Content-Type", "text/html")), "req_PROXY"),
    ],
    ids=["fault of theirs", "malformed JSON", "page of a proxy"],
)
async def test_an_unreadable_answer_is_a_state_not_a_traceback(
    tmp_path: Path, answer: Reply, told: str
) -> None:
    async with (
        raw_server(answer) as server,
        app_on(session_on(server.url, KEY, tmp_path), (160, 50)) as pilot,
    ):
        await until_shown(pilot, told)
        await pilot.press("2")
        await until_shown(pilot, "Campaigns")
