import base64
import stat
import sys
from pathlib import Path

import pytest
from textual.app import App

from imail_tui.ui import terminal


class Sink:
    """A driver that keeps what it is asked to write."""

    def __init__(self) -> None:
        self.written = ""

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


class TerminalApp(App[None]):
    """An app on a terminal that is not there."""

    is_headless = False


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> tuple[TerminalApp, Sink]:
    app, sink = TerminalApp(), Sink()
    monkeypatch.setattr(app, "_driver", sink)
    return app, sink


def script(path: Path, text: str) -> None:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


async def test_copy_goes_out_as_osc_52(sink: tuple[TerminalApp, Sink]) -> None:
    app, written = sink
    assert await terminal.copy_text(app, "jo@example.com", {}) == "sent to terminal"
    assert written.written == f"\x1b]52;c;{base64.b64encode(b'jo@example.com').decode()}\x07"


async def test_hostile_text_cannot_end_the_sequence(sink: tuple[TerminalApp, Sink]) -> None:
    app, written = sink
    await terminal.copy_text(app, "\x07\x1b]0;owned\x07\ud800", {})
    assert written.written.count("\x07") == 1
    assert written.written.count("\x1b") == 1


async def test_in_tmux_its_own_buffer_takes_it(
    sink: tuple[TerminalApp, Sink], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, written = sink
    script(
        tmp_path / "tmux",
        f"import sys; got = open({str(tmp_path / 'got')!r}, 'w')\n"
        "got.write(' '.join(sys.argv[1:]) + '|' + sys.stdin.read())",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await terminal.copy_text(app, "text", {"TMUX": "/tmp/tmux"}) == "sent to terminal"
    assert (tmp_path / "got").read_text() == "load-buffer -w -|text"
    assert written.written == ""


async def test_without_tmux_on_the_path_it_still_goes_out(
    sink: tuple[TerminalApp, Sink], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, written = sink
    monkeypatch.setenv("PATH", str(tmp_path))
    await terminal.copy_text(app, "text", {"TMUX": "/tmp/tmux"})
    assert written.written.startswith("\x1b]52;c;")


async def test_what_terminals_would_drop_is_not_claimed(sink: tuple[TerminalApp, Sink]) -> None:
    app, written = sink
    assert "too long" in await terminal.copy_text(app, "x" * 100_000, {})
    assert written.written == ""
