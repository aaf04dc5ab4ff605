"""Settings that apply while the app runs: the file is looked at now and then, and read when it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from imail_tui.domain.alerts import AlertSettings
from imail_tui.model.problem import Problem
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Settings, SettingsRefused, load_settings


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What a running app takes on. `columns`: of lists by their area. `problems`: with line and key."""

    theme: str | None
    keys: Mapping[str, str]
    alerts: AlertSettings
    columns: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...] = ()


class SettingsWatch:
    """The settings of a start, and their file from then on."""

    def __init__(self, paths: Paths, settings: Settings, profile: str) -> None:
        self._file = paths.settings_file
        self._paths = paths
        self._profile = profile
        self.now = _live(settings, profile)
        self._seen = self._stamp()

    def look(self) -> LiveSettings | None:
        """The settings if the file changed since the last look, else None. One `stat`, in a thread.

        A file of which nothing can be made leaves everything as it is, with a problem that says why.
        """
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            self.now = _live(load_settings(self._paths), self._profile)
        except SettingsRefused as error:
            return replace(self.now, problems=(error.problem,))
        return self.now

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            about = self._file.stat()
        except OSError:
            return None
        return about.st_mtime_ns, about.st_size, about.st_ino


def _live(settings: Settings, name: str) -> LiveSettings:
    profile = settings.profiles.get(name)
    own = profile.theme if profile is not None else None
    return LiveSettings(
        own or settings.theme, settings.keys, settings.alerts, settings.columns, settings.problems
    )
