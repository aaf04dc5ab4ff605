"""What `--version` prints, without loading anything heavy."""


def version_line() -> str:
    """`imail-tui X.Y.Z`."""
    from importlib.metadata import version

    return f"imail-tui {version('imail-tui')}"
