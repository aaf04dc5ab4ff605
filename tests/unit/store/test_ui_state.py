"""How the interface was left."""

import stat
from pathlib import Path

from imail_tui.store.ui_state import UiState


def test_what_is_remembered_is_there_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "state" / "work.json"
    state = UiState(file)
    state.remember("area", "replies")
    state.remember("replies.filter", "unread:yes “ü”")
    assert state.recall("area") == "replies"
    state.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = UiState(file)
    assert (again.recall("area"), again.recall("replies.filter")) == ("replies", "unread:yes “ü”")
    assert again.recall("theme") is None


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    file = tmp_path / "work.json"
    UiState(file).close()
    assert not file.exists()


def test_a_file_that_cannot_be_read_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "work.json"
    for content in (b"", b"{", b"[]", b'{"area": 7, "theme": "dark"}', b"\xff"):
        file.write_bytes(content)
        assert UiState(file).recall("area") is None


def test_a_place_that_cannot_be_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    state = UiState(tmp_path / "state" / "work.json")
    state.remember("area", "leads")
    state.close()
    assert state.recall("area") == "leads"
