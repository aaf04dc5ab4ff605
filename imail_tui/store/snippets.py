"""Texts kept for answers: one file each under `snippets` in the settings' directory, written by people."""

from pathlib import Path
from typing import Final

from imail_tui.domain.replies.answering import Snippet
from imail_tui.store.files import FileRefused, read_checked

_MOST: Final = 200
_LONGEST: Final = 20_000


def read_snippets(*folders: Path) -> list[Snippet]:
    """The snippets of some folders by name, of one name the last folder's, as far as they can be read."""
    found: dict[str, Snippet] = {}
    for folder in folders:
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".md"))
        except OSError:
            continue
        for path in files[:_MOST]:
            try:
                text = read_checked(path).decode()
            except (OSError, FileRefused, UnicodeDecodeError):
                continue
            found[path.stem] = Snippet(path.stem, text[:_LONGEST].rstrip("\n"))
    return [found[name] for name in sorted(found)]
