from pathlib import Path

import pytest

from imail_tui.store.file_systems import nearest_existing, network_file_system

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / {0}/home rw,relatime shared:2 master:1 - nfs4 server:/home rw
24 23 0:6 / {0}/home/local rw - tmpfs tmpfs rw
25 22 0:7 / {0}/with\040blank rw - fuse.sshfs me@there: rw
a line that means nothing
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    for folder in ("home/local", "with blank"):
        (tmp_path / folder).mkdir(parents=True)
    file = tmp_path / "mounts"
    file.write_text(MOUNTS.replace("{0}", str(tmp_path.resolve())), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("other", None),
        ("home", "nfs4"),
        ("home/me/.local/share", "nfs4"),
        ("home/local/share", None),
        ("homely", None),
        ("with blank/x", "fuse.sshfs"),
    ],
)
def test_the_closest_mount_decides(mounts: Path, tmp_path: Path, place: str, kind: str | None) -> None:
    assert network_file_system(tmp_path / place, mounts) == kind


def test_where_the_system_does_not_tell(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, tmp_path / "nothing") is None


def test_the_closest_directory_that_is_there(tmp_path: Path) -> None:
    assert nearest_existing(tmp_path / "a" / "b") == tmp_path
    assert nearest_existing(Path("/")) == Path("/")
