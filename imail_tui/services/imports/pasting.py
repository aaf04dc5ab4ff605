"""What was pasted or dragged into a terminal: the path of a file, or rows out of a spreadsheet."""

import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit


def pasted_path(text: str) -> Path | None:
    """The path that terminals paste for a file that was dragged: quoted, escaped, a URL; None = no file."""
    line = text.strip()
    if not line or "\n" in line:
        return None
    candidates = [line]
    if line.startswith("file://"):
        candidates.insert(0, unquote(urlsplit(line).path))
    try:
        parts = shlex.split(line)
    except ValueError:
        parts = []
    if len(parts) == 1:
        candidates.append(parts[0])
    for candidate in candidates:
        path = Path(candidate).expanduser()
        try:
            if path.is_file():
                return path
        except OSError:
            continue
    return None


def is_rows(text: str) -> bool:
    """Whether what was pasted looks like rows of a table rather than a word or a path."""
    return "\n" in text.strip() and ("@" in text or "\t" in text)
