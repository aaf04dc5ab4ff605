"""The front door: `imail-tui` and `python -m imail_tui`."""

import gc
import os
import resource
import sys

PIPE_CLOSED = 141
"""What a shell reports of a command that SIGPIPE ended."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Everything we write holds addresses and mail: for the user's eyes only.
    os.umask(0o077)
    # A core file would hold the key.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.argv[1:] == ["--version"]:
        from imail_tui.cli.version import version_line

        print(version_line())
        return
    # Looking for plugins of pydantic reads the metadata of every installed package; we have none.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Importing makes no garbage, and looking for it costs a tenth of the way to the first picture.
    gc.disable()
    if not sys.argv[1:]:
        # The command line's parser is not needed to open the app, which is what one waits for most often.
        from imail_tui.cli.connection import Connection
        from imail_tui.cli.open import open_workspace_app

        sys.exit(open_workspace_app(Connection()))
    try:
        code: int | None = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the pipe has seen enough, as `head` does. Without a place for what is left Python
        # would complain while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    sys.exit(code)


def _run() -> int | None:
    """Run the command that is named; gives its exit code."""
    if sys.argv[1:3] == ["campaigns", "lint"]:
        # Editors and hooks lint at each save; parser and models would take four times as long to load.
        from imail_tui.cli.lint_report import plain_words, report

        words = plain_words(sys.argv[3:])
        if words is not None:
            return report(*words)
    if sys.argv[1:2] == ["stats"]:
        # Numbers from the cache are there in the time the parser takes to load and to read its tree.
        from imail_tui.cli.stats_report import plain_words as plain_stats
        from imail_tui.cli.stats_report import show_stats

        asked = plain_stats(sys.argv[2:])
        if asked is not None:
            return show_stats(asked)
    from imail_tui.cli.root import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
