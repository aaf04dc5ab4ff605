"""How the interface was left: last area, filters, sorts, theme. Small strings by name, one file a profile."""

import threading
from pathlib import Path

import orjson

from imail_tui.store.files import FileRefused, read_checked, write_private

WRITE_SECONDS = 0.5
"""Changes that come close together are written once."""


class UiState:
    """Remembers in memory at once and on disk soon after. What cannot be read or written is not missed."""

    def __init__(self, path: Path, write_seconds: float = WRITE_SECONDS) -> None:
        self._path = path
        self._write_seconds = write_seconds
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._values = _read(path)

    def recall(self, name: str, /) -> str | None:
        """What was remembered, None if nothing was."""
        return self._values.get(name)

    def remember(self, name: str, value: str, /) -> None:
        """Keep it; returns at once."""
        with self._lock:
            if self._values.get(name) == value:
                return
            self._values[name] = value
            if self._timer is None:
                self._timer = threading.Timer(self._write_seconds, self._write)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
            self._write()

    def _write(self) -> None:
        with self._lock:
            self._timer = None
            try:
                write_private(self._path, orjson.dumps(self._values, option=orjson.OPT_SORT_KEYS))
            except OSError:
                # A read-only home: the interface works, it only starts as new.
                return


def _read(path: Path) -> dict[str, str]:
    try:
        values = orjson.loads(read_checked(path))
    except (OSError, FileRefused, ValueError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: value for name, value in values.items() if isinstance(value, str)}
