"""Private files, and where they are."""

import os
import stat
from pathlib import Path

import pytest

from imail_tui.store.files import MOST_BYTES, FileRefused, exposure, read_checked, write_private
from imail_tui.store.paths import Paths


def test_a_written_file_is_private_and_whole(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "a" / "b" / "key", b"one")
        write_private(tmp_path / "a" / "b" / "key", b"two")
    finally:
        os.umask(before)
    assert read_checked(tmp_path / "a" / "b" / "key", private=True) == b"two"
    assert stat.S_IMODE((tmp_path / "a" / "b" / "key").stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path / "a", tmp_path / "a" / "b")] == [
        0o700
    ] * 2
    assert [file.name for file in (tmp_path / "a" / "b").iterdir()] == ["key"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    write_private(file, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"imk_test_x")
    file.chmod(mode)
    with pytest.raises(FileRefused, match="chmod 600"):
        read_checked(file, private=True)
    assert read_checked(file) == b"imk_test_x"


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "real").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "fifo", 0o600)
    with pytest.raises(FileRefused, match="symbolic link"):
        read_checked(tmp_path / "link", private=True)
    with pytest.raises(FileRefused, match="regular"):
        read_checked(tmp_path / "fifo", private=True)
    with pytest.raises(FileRefused, match="regular"):
        read_checked(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_checked(tmp_path / "nothing", private=True)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(FileRefused, match="too large"):
        read_checked(tmp_path / "large")


def test_everything_is_under_the_home_that_is_named(tmp_path: Path) -> None:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    files = (
        paths.settings_file,
        paths.key_file("work", "https://a/v1"),
        paths.key_note_file("work", "https://a/v1"),
        paths.ui_state_file("work"),
        paths.cache_file("work", "https://a/v1", "test"),
    )
    assert all(file.is_relative_to(tmp_path) for file in (*files, paths.runtime))
    assert not any(tmp_path.iterdir())


def test_profiles_servers_and_ledgers_never_share_a_file(tmp_path: Path) -> None:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    profiles = ("work", "../work", "Work", "wo/rk", "wo_rk", "ü", "", "x" * 400, "x" * 401)
    files = {
        paths.cache_file(profile, url, mode)
        for profile in profiles
        for url in ("https://a/v1", "https://b/v1")
        for mode in ("test", "live")
    }
    assert len(files) == len(profiles) * 4
    assert {file.parent for file in files} == {paths.data / "cache"}
    assert paths.cache_file("work", "https://a/v1/", "test") == paths.cache_file(
        "work", "https://a/v1", "test"
    )


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, None), (0o644, None), (0o620, "changed by other"), (0o602, "changed by other")]
)
def test_a_file_that_others_can_change_is_told(tmp_path: Path, mode: int, told: str | None) -> None:
    file = tmp_path / "config.toml"
    assert exposure(file) is None
    file.touch()
    file.chmod(mode)
    problem = exposure(file)
    assert problem is None if told is None else problem is not None and told in problem.what
