"""The person's own editor, while the app waits behind it."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported


class EditorFailed(Exception):
    """The editor could not be started, or ended with an error; the message says what to do."""


def edit_text(app: App[None], text: str, suffix: str) -> str | None:
    """A text as it comes back from `$VISUAL` or `$EDITOR`, else vi; None when it did not change.

    The file is private and gone afterwards. Raises `EditorFailed`.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    handle, name = tempfile.mkstemp(prefix="imail-", suffix=suffix)
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
        before = path.read_bytes()
        _run(app, command, name)
        after = path.read_bytes()
    except (OSError, ValueError) as error:
        raise EditorFailed(f"The editor {command} cannot be used: {error}. Set EDITOR.") from None
    finally:
        path.unlink(missing_ok=True)
    return None if after == before else after.decode("utf-8", "replace").replace("\r\n", "\n")


def _run(app: App[None], command: str, name: str) -> None:
    try:
        with app.suspend():
            code = subprocess.call([*shlex.split(command), name])  # noqa: S603 (the person's own command)
    except SuspendNotSupported:
        raise EditorFailed("There is no terminal to open an editor in.") from None
    if code:
        raise EditorFailed(f"{command} ended with {code}; nothing was changed.")
