"""What ends a command from outside is told in words."""

import sqlite3
from pathlib import Path

import pytest

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.services.session import Session


def test_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAIL_TUI_HOME", str(tmp_path))
    monkeypatch.setenv("IMAIL_API_KEY", "imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA")

    async def command(session: Session) -> Exit:
        del session
        small = sqlite3.connect(":memory:")
        small.execute("PRAGMA max_page_count = 1")
        small.execute("CREATE TABLE t (x)")
        return Exit.OK

    base = Connection(base_url="http://127.0.0.1:9/v1")
    assert run_on_workspace(base, command, connect=False) == Exit.FAILED
    assert "The disk is full" in capsys.readouterr().err
