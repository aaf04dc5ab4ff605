"""Profiles and settings: `config.toml`, written by people and by us. `model.config` says what is in it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from imail_tui.domain.alerts import AlertSettings
from imail_tui.domain.replies.moves import NO_MOVES, ReplySettings
from imail_tui.model.problem import Problem
from imail_tui.model.profile_rules import NAME_PATTERN, VERSION_PATTERN
from imail_tui.model.sources import LISTENING, RETENTION, ListenerDefaults, Retention
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.paths import Paths
from imail_tui.store.toml_lines import Value, with_value, without_table

DEFAULT_BASE_URL: Final = "https://api.imail.now/v1"
DEFAULT_PROFILE: Final = "default"
_NAME: Final = re.compile(NAME_PATTERN)
_VERSION: Final = re.compile(VERSION_PATTERN)


@dataclass(frozen=True, slots=True)
class Profile:
    """One workspace on one server. `api_key_command` prints the key; None = not set."""

    name: str
    base_url: str = DEFAULT_BASE_URL
    api_version: str | None = None
    theme: str | None = None
    api_key_command: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What is good in `config.toml`.

    `columns`: keys of columns by the list they are of.
    `problems`: entries that were passed over, with line and key. `wrong`: the first wrong value by the name
    it is under at the top. `broken`: profiles that must not be used.
    """

    default: str = DEFAULT_PROFILE
    theme: str | None = None
    low_bandwidth: bool | None = None
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    profiles: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))
    wrong: Mapping[str, Problem] = field(default_factory=lambda: MappingProxyType({}))
    broken: Mapping[str, Problem] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    alerts: AlertSettings = field(default_factory=AlertSettings)
    retention: Retention = RETENTION
    listener: ListenerDefaults = LISTENING
    replies: ReplySettings = NO_MOVES
    problems: tuple[Problem, ...] = ()

    def profile(self, name: str | None = None) -> Profile:
        """The profile of that name (None: the default one), an empty one when there is none.

        Raises SettingsRefused for one that must not be used.
        """
        name = name or self.default
        if name in self.broken:
            raise SettingsRefused(self.broken[name])
        return self.profiles.get(name) or Profile(name)


class SettingsRefused(Exception):
    """`config.toml` cannot be used; `problem` names line and key."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def load_settings(paths: Paths) -> Settings:
    """What is good in the settings; without a file the defaults.

    Raises SettingsRefused where nothing can be made of the file, or the default profile cannot be told.
    """
    text = _read(paths)
    if not text:
        # Nothing to judge: validators need not be built.
        return Settings()
    from imail_tui.store.settings_reading import read_settings

    try:
        return read_settings(text, str(paths.settings_file))
    except tomllib.TOMLDecodeError as error:
        raise _refused(paths, str(error), "Correct the line.") from None


def save_setting(paths: Paths, table: tuple[str, ...], key: str, value: Value | None) -> None:
    """Set one value (None removes it); the rest of the file stays as it is. Raises SettingsRefused."""
    try:
        changed = with_value(_read(paths), table, key, value)
        write_private(paths.settings_file, changed.encode())
    except (OSError, ValueError) as error:
        raise _refused(paths, str(error), "Change it in an editor.") from None


def save_profile(paths: Paths, profile: Profile) -> None:
    """Write a profile's values. Raises SettingsRefused."""
    values: dict[str, Value | None] = {
        "base_url": profile.base_url,
        "api_version": profile.api_version,
        "theme": profile.theme,
        "api_key_command": profile.api_key_command,
    }
    for key, value in values.items():
        save_setting(paths, ("profiles", profile.name), key, value)


def remove_profile(paths: Paths, name: str) -> None:
    """Take a profile out of the file; the rest, with its comments, stays. Raises SettingsRefused."""
    try:
        changed = without_table(_read(paths), ("profiles", name))
        write_private(paths.settings_file, changed.encode())
    except (OSError, ValueError) as error:
        raise _refused(paths, str(error), "Change it in an editor.") from None


def is_profile_name(text: str) -> bool:
    """Whether a profile may be called so: `NAME_RULE`."""
    return _NAME.fullmatch(text) is not None


def is_api_version(text: str) -> bool:
    """Whether it can be sent as `Imail-Version`."""
    return _VERSION.fullmatch(text) is not None


def is_base_url(text: str) -> bool:
    """Whether it is an address a client can be pointed at."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _read(paths: Paths) -> str:
    try:
        return read_checked(paths.settings_file).decode()
    except FileNotFoundError:
        return ""
    except FileRefused as error:
        raise SettingsRefused(error.problem) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(paths, str(error), "Make it a text file that you can read.") from None


def _refused(paths: Paths, what: str, remedy: str) -> SettingsRefused:
    return SettingsRefused(Problem(what, remedy, where=str(paths.settings_file), code="settings_refused"))
