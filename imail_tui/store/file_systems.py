"""What kind of file system a path is on: SQLite's locks and its write-ahead log need a local one."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "davfs", "fuse.davfs2", "virtiofs"}
)
_MOUNTS: Final = Path("/proc/self/mountinfo")


def nearest_existing(path: Path) -> Path:
    """The path itself or the closest directory above it that is there, as far as this user can see."""
    for place in (path, *path.parents):
        with suppress(OSError):
            if place.exists():
                return place
    return Path("/")


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that holds a path; None for a local one and where it is not known.

    `mounts` has the format of Linux's /proc/self/mountinfo.
    """
    try:
        lines = os.fsdecode(mounts.read_bytes()).splitlines()
    except OSError:
        return None
    place = nearest_existing(path).resolve()
    best = (-1, "")
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(_unescaped(fields[4]))
        if place.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), after.split(" ")[0])
    return best[1] if best[1] in NETWORK else None


def _unescaped(name: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        name = name.replace(code, character)
    return name
