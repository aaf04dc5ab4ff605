"""What the table costs on the wire, and that nothing of its data acts on the terminal."""

import sys
from collections.abc import Mapping

import pytest

from tests.hostile.corpus import PAYLOADS
from tests.wire.terminal import ANSI, TRUECOLOR, Terminal, foreign_escapes, modes_left_on


def table(rows: int, theme: str = "textual-dark", env: Mapping[str, str] = TRUECOLOR) -> Terminal:
    return Terminal([sys.executable, "-m", "tests.wire.apps.table", str(rows), theme], env=env)


@pytest.mark.parametrize(
    ("theme", "env", "down", "page"),
    [("textual-dark", TRUECOLOR, 1_300, 9_400), ("ansi-dark", ANSI, 700, 4_600)],
    ids=["truecolor", "ansi"],
)
def test_a_step_costs_two_lines_and_nothing_costs_nothing(
    theme: str, env: Mapping[str, str], down: int, page: int
) -> None:
    with table(1_000_000, theme, env) as terminal:
        terminal.wait_text("inbox-20@")
        terminal.wait_quiet()
        step = terminal.bytes_for("j", "▌  inbox-1@")
        assert len(step) <= down
        terminal.bytes_for("k", "▌  inbox-0@")
        assert terminal.bytes_for("rj", "▌  inbox-1@") == step, "an idle refresh must write nothing"
        assert len(terminal.bytes_for("c", " * inbox-3@")) <= down
        assert len(terminal.bytes_for("\x1b[6~", "▌  inbox-23@")) <= page
        assert len(terminal.bytes_for("G", "▌  inbox-999999@")) <= page
        assert terminal.idle_bytes(1.0) == b""


def test_hostile_rows_do_not_act_on_the_terminal() -> None:
    with table(len(PAYLOADS)) as terminal:
        terminal.wait_text("inbox-20@")
        terminal.bytes_for("G", f"▌  inbox-{len(PAYLOADS) - 1}@")
        terminal.press("\x11")
        assert terminal.wait_exit() == 0
        assert foreign_escapes(bytes(terminal.raw)) == []
        assert b"\x1b[31mred" not in terminal.raw


@pytest.mark.parametrize(("keys", "status"), [("\x11", 0), ("x", 1)], ids=["quit", "crash"])
def test_every_mode_is_switched_off_again(keys: str, status: int) -> None:
    with table(10) as terminal:
        terminal.wait_text("inbox-9@")
        assert "1049" in modes_left_on(bytes(terminal.raw))
        terminal.press(keys)
        assert terminal.wait_exit() == status
        assert modes_left_on(bytes(terminal.raw)) == set()


def test_a_resize_is_followed() -> None:
    with table(1_000) as terminal:
        terminal.wait_text("inbox-20@")
        terminal.resize(100, 30)
        terminal.wait_text("inbox-24@")


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        (b"\x1b[?1049h\x1b[?25l", {"1049", "25 (off)"}),
        (b"\x1b[?1000;1006h\x1b[?1000l", {"1006"}),
        (b"\x1b[>1u", {"keyboard protocol"}),
        (b"\x1b[?1049h\x1b[>1u\x1b[<u\x1b[?1049l", set()),
    ],
)
def test_modes_are_counted(raw: bytes, left: set[str]) -> None:
    assert modes_left_on(raw) == left


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1b]52;c;AA\x07",
        b"\x1b[2J",
        b"\x1bPq",
        b"\x1b[6n",
        b"\x00",
        "\x9b2J".encode(),
        "\u202e".encode(),
        b"\xff",
    ],
)
def test_foreign_escapes_are_found(raw: bytes) -> None:
    assert len(foreign_escapes(b"\x1b[1;1H\x1b[38;2;1;2;3mtext" + raw)) >= 1
