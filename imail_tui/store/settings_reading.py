"""From the text of `config.toml` to settings. Loaded only where there is such a file."""

from dataclasses import replace
from datetime import time
from types import MappingProxyType
from typing import Final

from imail_tui.domain.alerts import AlertSettings, Channel, Kind, QuietHours, Rule
from imail_tui.domain.replies.moves import MoveRule, ReplySettings
from imail_tui.model.config import (
    AlertsTable,
    AlertTable,
    BouncesTable,
    InboxDownTable,
    ListenerTable,
    ProfileTable,
    RepliesTable,
    ReplyTable,
)
from imail_tui.model.sources import ListenerDefaults, Retention
from imail_tui.store.config_check import BAD, Checked, Mistake, check_config
from imail_tui.store.profiles import Profile, Settings, SettingsRefused

_VITAL: Final = (("default",), ("profiles",))
"""Entries without which it is not known whose key goes to which server."""


def read_settings(text: str, name: str) -> Settings:
    """What is good in a file of this name. Raises `tomllib.TOMLDecodeError`, SettingsRefused."""
    checked = check_config(text, name)
    vital = next((each for each in checked.mistakes if each.path in _VITAL), None)
    if vital is not None:
        raise SettingsRefused(vital.problem)
    return _settings(checked)


def _settings(checked: Checked) -> Settings:
    config = checked.config
    broken = {each.path[1]: each.problem for each in checked.mistakes if _breaks_a_profile(each)}
    return Settings(
        default=config.default,
        theme=config.theme,
        low_bandwidth=config.low_bandwidth,
        keys=MappingProxyType(config.keys),
        profiles=MappingProxyType(
            {name: _profile(name, table) for name, table in config.profiles.items() if name not in broken}
        ),
        broken=MappingProxyType(broken),
        wrong=MappingProxyType(
            {each.path[0]: each.problem for each in reversed(checked.mistakes) if each.problem.code == BAD}
        ),
        columns=MappingProxyType({"leads": tuple(config.columns.leads)} if config.columns.leads else {}),
        alerts=_alerts(config.alerts),
        retention=Retention(config.events.keep_days, config.events.keep_most),
        listener=_listener(config.listener),
        replies=_replies(config.replies),
        problems=tuple(each.problem for each in checked.mistakes),
    )


def _breaks_a_profile(mistake: Mistake) -> bool:
    """Whether it is not known any more which server is meant, and with what: it would be given the key."""
    path = mistake.path
    return path[0] == "profiles" and mistake.problem.code == BAD and path[2:] != ("theme",)


def _profile(name: str, table: ProfileTable) -> Profile:
    return Profile(
        name,
        base_url=table.base_url.rstrip("/"),
        api_version=table.api_version,
        theme=table.theme,
        api_key_command=None if table.api_key_command is None else tuple(table.api_key_command),
    )


def _listener(table: ListenerTable) -> ListenerDefaults:
    return ListenerDefaults(table.port, tuple(table.hosts or ()), table.tolerance, table.forward_to)


def _replies(table: RepliesTable) -> ReplySettings:
    moves = {label: MoveRule(own.pause_lead, own.add_to_campaign) for label, own in table.moves.items()}
    return ReplySettings(MappingProxyType(moves), table.countdown)


def _alerts(table: AlertsTable) -> AlertSettings:
    tables: dict[Kind, AlertTable | None] = {kind: getattr(table, kind) for kind in Kind}
    rules = {kind: _rule(kind, own, table) for kind, own in tables.items() if own is not None and own.enabled}
    if table.quiet_hours is None:
        return AlertSettings(MappingProxyType(rules))
    start, end = map(time.fromisoformat, table.quiet_hours.split("-"))
    return AlertSettings(MappingProxyType(rules), QuietHours(start, end))


def _rule(kind: Kind, own: AlertTable, every: AlertsTable) -> Rule:
    rule = Rule(
        kind,
        frozenset(map(Channel, own.channels or every.channels)),
        tuple(own.command or every.command or ()),
    )
    match own:
        case InboxDownTable():
            return replace(rule, minutes=own.minutes)
        case BouncesTable():
            return replace(rule, above=own.above)
        case ReplyTable():
            return replace(rule, labels=tuple(own.labels))
        case _:
            return rule
