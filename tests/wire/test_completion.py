"""Completion in a real zsh, as a person presses tab in it."""

import shutil
from pathlib import Path

import pytest

from tests.fakes.commands_here import run_here
from tests.wire.terminal import TRUECOLOR, Terminal

CLEAR = "\x15"


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_completion_in_zsh(tmp_path: Path) -> None:
    script = run_here("completion", "zsh", env={}).stdout
    (tmp_path / "_imail-tui").write_text(script, "utf-8")
    (tmp_path / ".zshrc").write_text(
        f"PS1='ready> '\nfpath=({tmp_path} $fpath)\nautoload -U compinit; compinit -u -D\nsetopt no_beep\n"
    )
    env = {**TRUECOLOR, "ZDOTDIR": str(tmp_path), "HOME": str(tmp_path)}
    with Terminal(["zsh", "-i", "-d"], env=env, columns=120) as terminal:
        terminal.wait_text("ready>")
        for typed, shown in (
            ("camp", "imail-tui campaigns"),
            ("campaigns pau", "imail-tui campaigns pause"),
            ("inboxes add --prov", "--provider  -- Where it lives."),
            ("inboxes add --provider sm", "--provider smtp"),
            ("leads edit --set x=1 --stat", "--status  -- "),
        ):
            terminal.press(f"{CLEAR}imail-tui {typed}\t")
            terminal.wait_text(shown)
        terminal.press(f"{CLEAR}exit\r")
        assert terminal.wait_exit() == 0
