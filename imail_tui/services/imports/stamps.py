"""By what a file is known to be as it was: cheap enough to look at behind every block that is read."""

import os
from typing import Final, TypeAlias

Stamp: TypeAlias = tuple[int, int, int]
"""Inode, size in bytes, and when it was last written, in nanoseconds."""
NO_STAMP: Final[Stamp] = (0, 0, 0)


def stamp_of(about: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return about.st_ino, about.st_size, about.st_mtime_ns
