"""Hostile text in the request log and in the doctor's report: on screen, printed, and in the file."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from itertools import cycle
from pathlib import Path

import pytest

from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.store.request_log import RequestLogFile
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.detail_pane import DetailPane
from tests.fakes.raw_server import Line, RawServer, http, raw_server
from tests.hostile.corpus import FORBIDDEN
from tests.hostile.safety import assert_safe
from tests.hostile.test_screens import CLICK, KEY, NOWHERE
from tests.hostile.world import TEXTS
from tests.journeys.workspace import SIZES, app_on, session_on, until, until_shown

JSON = ("Content-Type", "application/json")


def holding(folder: Path, key: Secret) -> list[Path]:
    """Files below a folder that hold the key."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if key.reveal().encode() in path.read_bytes()]


def hostile_line(text: str) -> Json:
    words = ("at", "method", "path", "fault", "request_id", "priority", "profile", "workspace", "ledger")
    return {**dict.fromkeys(words, text), "status": 200, "attempt": 1, "ms": 1.0, "left": 1}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("no_backstop")
async def test_the_log_on_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    session = session_on(NOWHERE, KEY, tmp_path)
    log = RequestLogFile(tmp_path / "state" / "requests" / "requests.jsonl")
    log.append([hostile_line(text) for text in TEXTS])
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "offline")
        await pilot.press("7", "l")
        await until_shown(pilot, "Request log")
        await until_shown(pilot, "UTC")
        screen = pilot.app.screen
        assert isinstance(screen, ListScreen)
        await until(pilot, lambda: screen.table.total >= len(TEXTS), "all lines")
        for _ in range(screen.table.total // 8):
            assert_safe(pilot)
            await pilot.press("pagedown")
        seen = ""
        for number in range(0, len(TEXTS), 3):
            screen.table.select(str(number))
            screen.action_open_detail()
            await pilot.pause()
            assert_safe(pilot)
            seen += screen.query_one("#detail", DetailPane).text
            await pilot.press("escape")
        screen.table.select(str(TEXTS.index(CLICK)))
        screen.action_open_detail()
        await pilot.pause()
        assert CLICK in screen.query_one("#detail", DetailPane).text, "markup is text"
        assert seen


async def printed(home: Path, url: str, *arguments: str) -> bytes:
    """What a command prints, on both outputs."""
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "imail_tui", *arguments),
        env={
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(home),
            "IMAIL_BASE_URL": url,
            "IMAIL_API_KEY": KEY.reveal(),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    assert b"Traceback" not in err
    return out + err


def assert_printable(output: bytes) -> None:
    text = output.decode()
    for line in text.splitlines():
        assert not FORBIDDEN.search(line.replace("\t", "")), repr(line)
    assert b"\x1b" not in output


async def test_the_log_printed(tmp_path: Path) -> None:
    log = RequestLogFile(tmp_path / "state" / "requests" / "requests.jsonl")
    log.append([hostile_line(text) for text in TEXTS])
    assert_printable(await printed(tmp_path, NOWHERE, "requests", "--most", "99"))
    listed = await printed(tmp_path, NOWHERE, "requests", "--most", "99", "--json")
    assert_printable(listed)
    assert len(json.loads(listed)) == len(TEXTS)


async def test_the_doctor_of_a_hostile_server(tmp_path: Path) -> None:
    texts = cycle(TEXTS)
    server: RawServer

    async def refuse(line: Line) -> None:
        text = next(texts)
        error = {"code": text, "message": text or "nothing", "field": text, "doc": text}
        body = json.dumps({"error": error, "request_id": text}, ensure_ascii=False).encode()
        header = text.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "").replace("\0", "")
        await line.send(http(403, body, JSON, ("Deprecation", header), ("Date", header), ("Sunset", header)))

    async with raw_server(refuse) as server:
        for arguments in (("doctor",), ("doctor", "--json"), ("doctor",), ("doctor",)):
            assert_printable(await printed(tmp_path, server.url, *arguments))
    # What the server called its answers is in the log now, and it can be printed as it lies there.
    kept = (tmp_path / "state" / "requests" / "requests.jsonl").read_bytes()
    assert kept.count(b"\n") == 4
    assert all(byte == 0x0A or 0x20 <= byte < 0x80 for byte in kept)


async def test_a_server_that_sends_the_key_back_does_not_get_it_into_the_log(tmp_path: Path) -> None:
    key = Secret("imk_test_01HZECHOEDECHOEDECHOED")
    body = json.dumps(
        {"error": {"code": "x", "message": key.reveal()}, "request_id": f"req_{key.reveal()}"}
    ).encode()
    says = http(400, body, JSON, ("X-Request-Id", key.reveal()))
    async with raw_server(lambda line: line.send(says)) as server:
        session = session_on(server.url, key, tmp_path)
        async with app_on(session, (80, 24)) as pilot:
            await until_shown(pilot, "imk_")
    assert not await asyncio.to_thread(holding, tmp_path, key)
