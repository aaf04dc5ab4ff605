"""What `--version` prints, without loading anything heavy."""

from importlib.metadata import version


def version_line() -> str:
    """`imail-tui X.Y.Z`."""
    return f"imail-tui {version('imail-tui')}"
