"""What is remembered of a kept key: where it is and whose it is."""

from pathlib import Path

import pytest

from imail_tui.model.workspace import Workspace
from imail_tui.store.key_notes import KeyNote, note_workspace, read_note, write_note
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

PROFILE = Profile("work", "https://a/v1")
NOTE = KeyNote("keyring", "test")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})


def test_a_note_is_read_back_and_belongs_to_one_server(paths: Paths) -> None:
    assert read_note(paths, PROFILE) is None
    write_note(paths, PROFILE, NOTE)
    assert read_note(paths, PROFILE) == NOTE
    assert read_note(paths, Profile("work", "https://b/v1")) is None
    write_note(paths, PROFILE, None)
    assert read_note(paths, PROFILE) is None


def test_only_the_kept_key_s_own_workspace_is_noted(paths: Paths) -> None:
    workspace = Workspace(id="ws_1", name="Acme")
    note_workspace(paths, PROFILE, "keyring", workspace)
    assert read_note(paths, PROFILE) is None
    write_note(paths, PROFILE, NOTE)
    note_workspace(paths, PROFILE, "environment", workspace)
    assert read_note(paths, PROFILE) == NOTE
    note_workspace(paths, PROFILE, "keyring", workspace)
    assert read_note(paths, PROFILE) == KeyNote("keyring", "test", "Acme", "ws_1")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"source": 1, "mode": "test"}', b'{"source": "x", "mode": "root"}', b"\xff\x00"]
)
def test_a_torn_note_is_no_note(paths: Paths, content: bytes) -> None:
    write_note(paths, PROFILE, NOTE)
    paths.key_note_file(PROFILE.name, PROFILE.base_url).write_bytes(content)
    assert read_note(paths, PROFILE) is None


def test_where_nothing_can_be_written_the_note_is_left_out(paths: Paths) -> None:
    paths.state.parent.mkdir(parents=True, exist_ok=True)
    paths.state.write_text("a file where the folder should be", encoding="utf-8")
    write_note(paths, PROFILE, NOTE)
    assert read_note(paths, PROFILE) is None
