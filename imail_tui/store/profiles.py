"""Profiles and settings: `config.toml`, written by people and by us.

default = "work"                    # the profile used without --profile
theme = "imail-dark"

[keys]                              # keys of commands, by the ids that `imail-tui keys` lists
"table.down" = "down,j"

[alerts]
quiet_hours = "22:00-07:00"         # local time; what stands when they end is told then
channels = ["toast", "bell"]        # of toast, bell, notify, title; toast without this
command = ["notify-send", "imail"]  # run without a shell, the alert as JSON on its input

[alerts.inbox_down]                 # also bounces (above = 0.05), warmup_paused, campaign_stalled
minutes = 5                         # a rule may have channels and a command of its own, or enabled = false

[alerts.reply]
labels = ["interested"]

[events]
keep_days = 90                      # events are kept on this machine for so long,
keep_most = 1000000                 # and at most so many

[listener]                          # what `imail-tui listen` takes where no option says otherwise
port = 8787
hosts = ["hooks.example.com"]
tolerance = 300
forward_to = "http://localhost:3000/hook"

[replies]
countdown = 20                      # seconds an answer waits in the outbox

[replies.moves.not_now]             # what a label sets in motion, shown before it happens
pause_lead = true
add_to_campaign = "cmp_01HZ8KABC"

[profiles.work]
base_url = "https://api.imail.now/v1"
api_version = "2026-05-10"          # pins Imail-Version
api_key_command = ["pass", "show", "imail"]
theme = "imail-light"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from imail_tui.domain.alerts import AlertSettings, Channel, Kind, QuietHours, Rule
from imail_tui.domain.replies.moves import NO_MOVES, MoveRule, ReplySettings
from imail_tui.model.problem import Problem
from imail_tui.model.sources import LISTENING, RETENTION, ListenerDefaults, Retention
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.paths import Paths
from imail_tui.store.toml_lines import Value, line_of, with_value, without_table

DEFAULT_BASE_URL: Final = "https://api.imail.now/v1"
DEFAULT_PROFILE: Final = "default"
NAME_RULE: Final = "up to 40 letters a-z, digits, - and _, beginning with a letter or a digit"
"""What a profile may be called: it becomes part of file names, of a table's name and of an account's."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_VERSION: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


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
    """Everything in `config.toml`. `problems`: entries that were passed over."""

    default: str = DEFAULT_PROFILE
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    profiles: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))
    alerts: AlertSettings = field(default_factory=AlertSettings)
    retention: Retention = RETENTION
    listener: ListenerDefaults = LISTENING
    replies: ReplySettings = NO_MOVES
    problems: tuple[Problem, ...] = ()

    def profile(self, name: str | None = None) -> Profile:
        """The profile of that name (None: the default one), an empty one when there is none."""
        name = name or self.default
        return self.profiles.get(name) or Profile(name)


class SettingsRefused(Exception):
    """`config.toml` cannot be used; `problem` names line and key."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def load_settings(paths: Paths) -> Settings:
    """The settings; without a file the defaults. Raises SettingsRefused."""
    text = _read(paths)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(paths, str(error), "Correct the line.") from None
    return _Reader(paths, text).settings(document)


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


class _Reader:
    """Reads a parsed document, with a problem for each value that is not what it should be."""

    def __init__(self, paths: Paths, text: str) -> None:
        self._paths = paths
        self._text = text
        self._problems: list[Problem] = []

    def settings(self, document: Mapping[str, object]) -> Settings:
        """All of it."""
        self._unknown(
            (), document, {"default", "theme", "keys", "profiles", "alerts", "events", "listener", "replies"}
        )
        profiles = {
            name: self._profile(name, entry) for name, entry in self._table((), document, "profiles").items()
        }
        keys = self._table((), document, "keys")
        default = self._string((), document, "default") or DEFAULT_PROFILE
        if not is_profile_name(default):
            raise self._misnamed((), "default")
        return Settings(
            default=default,
            theme=self._string((), document, "theme"),
            keys={name: text for name in keys if (text := self._string(("keys",), keys, name)) is not None},
            profiles=profiles,
            alerts=self._alerts(self._table((), document, "alerts")),
            retention=self._retention(self._table((), document, "events")),
            listener=self._listener(self._table((), document, "listener")),
            replies=self._replies(self._table((), document, "replies")),
            problems=tuple(self._problems),
        )

    def _profile(self, name: str, entry: object) -> Profile:
        table = ("profiles", name)
        if not is_profile_name(name):
            raise self._misnamed(("profiles",), name)
        if not isinstance(entry, dict):
            raise self._wrong(("profiles",), name, "a table")
        self._unknown(table, entry, {"base_url", "api_version", "theme", "api_key_command"})
        base_url = self._string(table, entry, "base_url")
        if base_url is not None and not is_base_url(base_url):
            raise self._wrong(table, "base_url", "an http(s) address")
        api_version = self._string(table, entry, "api_version")
        if api_version is not None and not is_api_version(api_version):
            raise self._wrong(table, "api_version", "a version such as 2026-05-10")
        return Profile(
            name,
            base_url=(base_url or DEFAULT_BASE_URL).rstrip("/"),
            api_version=api_version,
            theme=self._string(table, entry, "theme"),
            api_key_command=self._strings(table, entry, "api_key_command"),
        )

    def _retention(self, entry: Mapping[str, object]) -> Retention:
        table, defaults = ("events",), RETENTION
        self._unknown(table, entry, {"keep_days", "keep_most"})
        days, most = self._number(table, entry, "keep_days"), self._number(table, entry, "keep_most", 1e9)
        return Retention(
            defaults.days if days is None else days, defaults.most if most is None else int(most)
        )

    def _listener(self, entry: Mapping[str, object]) -> ListenerDefaults:
        table, defaults = ("listener",), LISTENING
        self._unknown(table, entry, {"port", "hosts", "tolerance", "forward_to"})
        port = self._number(table, entry, "port", 65_535)
        tolerance = self._number(table, entry, "tolerance")
        return ListenerDefaults(
            defaults.port if port is None else int(port),
            self._strings(table, entry, "hosts") or defaults.hosts,
            defaults.tolerance if tolerance is None else tolerance,
            self._string(table, entry, "forward_to"),
        )

    def _replies(self, entry: Mapping[str, object]) -> ReplySettings:
        table, defaults = ("replies",), NO_MOVES
        self._unknown(table, entry, {"countdown", "moves"})
        countdown = self._number(table, entry, "countdown", 3_600)
        moves = self._table(table, entry, "moves")
        rules = {label: self._move((*table, "moves"), moves, label) for label in moves}
        seconds = defaults.countdown if countdown is None else int(countdown)
        return ReplySettings(MappingProxyType(rules), seconds)

    def _move(self, table: tuple[str, ...], moves: Mapping[str, object], label: str) -> MoveRule:
        own, place = self._table(table, moves, label), (*table, label)
        self._unknown(place, own, {"pause_lead", "add_to_campaign"})
        pauses = own.get("pause_lead", False)
        if not isinstance(pauses, bool):
            raise self._wrong(place, "pause_lead", "true or false")
        return MoveRule(pauses, self._string(place, own, "add_to_campaign"))

    def _alerts(self, entry: Mapping[str, object]) -> AlertSettings:
        table, defaults = ("alerts",), AlertSettings()
        self._unknown(table, entry, {"quiet_hours", "channels", "command", *Kind})
        every = Rule(
            Kind.REPLY,
            self._channels(table, entry) or frozenset({Channel.TOAST}),
            self._strings(table, entry, "command") or (),
        )
        rules: dict[Kind, Rule] = {}
        for kind in Kind:
            own = self._table(table, entry, kind)
            if self._enabled((*table, kind), own, kind in defaults.rules or bool(own)):
                rules[kind] = self._rule(kind, own, every)
        return AlertSettings(MappingProxyType(rules), self._quiet_hours(table, entry))

    def _rule(self, kind: Kind, entry: Mapping[str, object], every: Rule) -> Rule:
        table = ("alerts", kind)
        own = {Kind.INBOX_DOWN: {"minutes"}, Kind.BOUNCES: {"above"}, Kind.REPLY: {"labels"}}.get(kind, set())
        self._unknown(table, entry, {"enabled", "channels", "command", *own})
        labels = self._strings(table, entry, "labels")
        if kind is Kind.REPLY and not labels:
            raise self._wrong(("alerts", kind), "labels", 'a list of labels such as ["interested"]')
        rule = Rule(
            kind,
            self._channels(table, entry) or every.channels,
            self._strings(table, entry, "command") or every.command,
            labels=labels or (),
        )
        minutes, above = self._number(table, entry, "minutes"), self._number(table, entry, "above")
        if above is not None and above > 1:
            raise self._wrong(table, "above", "a share such as 0.05")
        rule = rule if minutes is None else replace(rule, minutes=minutes)
        return rule if above is None else replace(rule, above=above)

    def _channels(self, table: tuple[str, ...], entry: Mapping[str, object]) -> frozenset[Channel] | None:
        value = entry.get("channels")
        if value is None:
            return None
        if isinstance(value, list) and all(each in [*Channel] for each in value):
            return frozenset(map(Channel, value))
        raise self._wrong(table, "channels", f"a list of {', '.join(Channel)}")

    def _quiet_hours(self, table: tuple[str, ...], entry: Mapping[str, object]) -> QuietHours | None:
        text = self._string(table, entry, "quiet_hours")
        if text is None:
            return None
        try:
            start, end = map(time.fromisoformat, text.split("-"))
        except ValueError:
            raise self._wrong(table, "quiet_hours", 'local times such as "22:00-07:00"') from None
        return QuietHours(start, end)

    def _enabled(self, table: tuple[str, ...], entry: Mapping[str, object], default: bool) -> bool:
        value = entry.get("enabled", default)
        if isinstance(value, bool):
            return value
        raise self._wrong(table, "enabled", "true or false")

    def _number(
        self, table: tuple[str, ...], entry: Mapping[str, object], key: str, most: float = 1e6
    ) -> float | None:
        value = entry.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most:
            return float(value)
        raise self._wrong(table, key, f"a number from 0 to {most:,.0f}")

    def _string(self, table: tuple[str, ...], entry: Mapping[str, object], key: str) -> str | None:
        value = entry.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(table, key, "text in quotes")

    def _strings(
        self, table: tuple[str, ...], entry: Mapping[str, object], key: str
    ) -> tuple[str, ...] | None:
        value = entry.get(key)
        if value is None:
            return None
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._wrong(table, key, 'a list of words such as ["pass", "show", "imail"]')

    def _table(self, table: tuple[str, ...], entry: Mapping[str, object], key: str) -> dict[str, object]:
        value = entry.get(key, {})
        if isinstance(value, dict):
            return value
        raise self._wrong(table, key, "a table")

    def _unknown(self, table: tuple[str, ...], entry: Mapping[str, object], known: set[str]) -> None:
        for key in entry.keys() - known:
            where = self._where(table, key)
            remedy = f"Known here: {', '.join(sorted(known))}."
            self._problems.append(Problem("This setting is not known.", remedy, where, "unknown_setting"))

    def _wrong(self, table: tuple[str, ...], key: str, wanted: str) -> SettingsRefused:
        return SettingsRefused(
            Problem(
                f"The value must be {wanted}.", "Correct the line.", self._where(table, key), "bad_setting"
            )
        )

    def _misnamed(self, table: tuple[str, ...], key: str) -> SettingsRefused:
        remedy = f"A name has {NAME_RULE}."
        where = self._where(table, key)
        return SettingsRefused(Problem("A profile cannot be called so.", remedy, where, "bad_setting"))

    def _where(self, table: tuple[str, ...], key: str) -> str:
        line = line_of(self._text, table, key)
        place = f"{self._paths.settings_file}:{line}" if line else str(self._paths.settings_file)
        return f"{place}: {'.'.join((*table, key))}"


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
