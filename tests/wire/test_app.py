"""What the whole app costs on the wire, at rest and at work, and how it leaves the terminal behind."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from imail_tui.ui.areas import AREAS, CAMPAIGNS, INBOXES, LEADS, REPLIES
from tests.journeys.workspace import WORLD
from tests.wire.terminal import TRUECOLOR, Terminal, foreign_escapes, modes_left_on

REAL: Final = "imail_tui"
STILL: Final = "tests.wire.apps.real_app"
"""The same app without polling and without a clock."""

_RENDITION: Final = re.compile(rb"\x1b\[([0-9;]*)m")
_COLOUR: Final = re.compile(rb"(?:^|;)((?:3|4|9|10)[0-8](?:;[25];[0-9;]+)?)")

QUIT: Final = "\x11"
QUIET: Final = 0.15
"""Seconds without a byte after which a screen counts as painted."""

SETTLED: Final = 1.0
"""Seconds without a byte after which nothing more is under way."""

LISTS: Final = (INBOXES, CAMPAIGNS, LEADS, REPLIES)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxAddress]:
    """A world that stands still."""
    with running_sandbox(WORLD) as address:
        yield address


@pytest.fixture(scope="module")
def warm(sandbox: SandboxAddress, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an app that has visited every list before and was left on the inboxes."""
    env = environment(sandbox.url, sandbox.test_key.reveal(), tmp_path_factory.mktemp("home"))
    with app(REAL, env) as terminal:
        for area in (*LISTS[1:], INBOXES):
            show(terminal, area.key, area.title)
        leave(terminal)
    return env


def environment(url: str, key: str, home: Path) -> dict[str, str]:
    """Where an app finds its server, its key and its files."""
    return {**TRUECOLOR, "IMAIL_TUI_HOME": str(home), "IMAIL_BASE_URL": url, "IMAIL_API_KEY": key}


def app(module: str, env: Mapping[str, str], *options: str) -> Terminal:
    """The app in a terminal of 80x24."""
    return Terminal([sys.executable, "-m", module, *options], env=env)


def show(terminal: Terminal, key: str, title: str) -> None:
    """Go to an area and wait until all of it is there."""
    terminal.wait_text("data now")
    terminal.press(key)
    terminal.wait_for(lambda: terminal.text.startswith(f" {title}"), f"area {title}")
    terminal.wait_quiet(QUIET)


def cost(terminal: Terminal, key: str) -> int:
    """Bytes that a key press makes the app write."""
    start = terminal.written
    terminal.press(key)
    terminal.wait_for(lambda: terminal.written > start, f"answer to {key}")
    terminal.wait_quiet(QUIET)
    return terminal.written - start


def leave(terminal: Terminal) -> None:
    terminal.press(QUIT)
    assert terminal.wait_exit() == 0


@pytest.mark.parametrize(
    ("options", "paint", "step"),
    [((), 60_000, 1_300), (("--low-bandwidth",), 32_000, 700)],
    ids=["truecolor", "low bandwidth"],
)
def test_bytes_of_the_first_paint_and_of_a_step_of_the_cursor(
    warm: dict[str, str], options: tuple[str, ...], paint: int, step: int
) -> None:
    with app(REAL, warm, *options) as terminal:
        terminal.wait_text("data now")
        terminal.wait_quiet(QUIET)
        assert "▌  ● connected" in terminal.text, "the cursor is on the first row"
        assert terminal.written <= paint
        for area in (*LISTS[1:], INBOXES):
            show(terminal, area.key, area.title)
            costs = [cost(terminal, key) for key in "jk"]
            assert max(costs) <= step, (area.id, costs)
        leave(terminal)


@pytest.mark.parametrize("seconds", [2.0, pytest.param(10.0, marks=pytest.mark.slow)])
def test_a_screen_nobody_touches_writes_nothing(
    sandbox: SandboxAddress, tmp_path: Path, seconds: float
) -> None:
    with ExitStack() as stack:
        at_rest: dict[str, tuple[Terminal, int]] = {}
        for area in AREAS:
            env = environment(sandbox.url, sandbox.test_key.reveal(), tmp_path / area.id)
            at_rest[area.id] = stack.enter_context(app(STILL, env)), 0
        for area in AREAS:
            terminal, _ = at_rest[area.id]
            show(terminal, area.key, area.title)
        for area in AREAS:
            terminal, _ = at_rest[area.id]
            # Several answers in a row may lie further apart on a busy machine than one picture's bytes.
            terminal.wait_quiet(SETTLED, 60)
            at_rest[area.id] = terminal, terminal.written
        first, _ = at_rest[INBOXES.id]
        first.idle_bytes(seconds)
        for area_id, (terminal, start) in at_rest.items():
            terminal.idle_bytes(0.1)
            assert terminal.raw[start:] == b"", area_id


def test_the_real_app_leaves_no_mode_on_and_its_key_nowhere(
    sandbox: SandboxAddress, warm: dict[str, str]
) -> None:
    key = sandbox.test_key.reveal()
    with app(REAL, warm) as terminal:
        for area in (*AREAS[1:], INBOXES):
            show(terminal, area.key, area.title)
            assert key not in terminal.text
        raw = bytes(terminal.raw)
        assert "1049" in modes_left_on(raw)
        leave(terminal)
        raw = bytes(terminal.raw)
    assert modes_left_on(raw) == set()
    assert foreign_escapes(raw) == []
    assert secret_part(key) not in raw
    written = [path.read_bytes() for path in Path(warm["IMAIL_TUI_HOME"]).rglob("*") if path.is_file()]
    assert written
    assert not any(secret_part(key) in data for data in written)


def test_without_colour_no_colour_is_written(warm: dict[str, str]) -> None:
    with app(REAL, {**warm, "NO_COLOR": "1"}) as terminal:
        for area in (*AREAS[1:], INBOXES):
            show(terminal, area.key, area.title)
        terminal.press("\x10")
        terminal.wait_text("Stop the inbox")
        terminal.wait_quiet(QUIET)
        raw = bytes(terminal.raw)
    colours = {code for codes in _RENDITION.findall(raw) for code in _COLOUR.findall(codes)}
    assert colours == set()
    assert re.search(rb"\x1b\[[0-9;]*7[;m]", raw), "reverse video shows the cursor"


def test_a_refused_key_is_written_nowhere(sandbox: SandboxAddress, tmp_path: Path) -> None:
    key = "imk_test_SENTINELSENTINELSENTINEL23"
    with app(REAL, environment(sandbox.url, key, tmp_path)) as terminal:
        terminal.wait_text("req_")
        leave(terminal)
        assert modes_left_on(bytes(terminal.raw)) == set()
        assert secret_part(key) not in terminal.raw


def secret_part(key: str) -> bytes:
    """A key without its prefix and the last four letters, which may be shown."""
    return key.removeprefix("imk_test_")[:-4].encode()
