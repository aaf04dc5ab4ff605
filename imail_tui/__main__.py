"""The front door: `imail-tui` and `python -m imail_tui`."""

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Everything we write holds addresses and mail: for the user's eyes only.
    os.umask(0o077)
    if sys.argv[1:] == ["--version"]:
        from imail_tui.cli.version import version_line

        print(version_line())
        return
    from imail_tui.cli.root import app

    sys.exit(app.meta())


if __name__ == "__main__":
    main()
