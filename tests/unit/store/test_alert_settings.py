"""Alert rules in `config.toml`: what they mean, and what is said of a line that means nothing."""

from datetime import time
from pathlib import Path

import pytest

from imail_tui.domain.alerts import AlertSettings, Channel, Kind, QuietHours
from imail_tui.model.sources import ListenerDefaults, Retention
from imail_tui.services.opening import NotOpened, listener_defaults
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import load_settings


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})


def read(paths: Paths, text: str) -> AlertSettings:
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(text)
    settings = load_settings(paths)
    assert settings.problems == ()
    return settings.alerts


def test_without_a_word_the_defaults(paths: Paths) -> None:
    alerts = read(paths, "")
    assert set(alerts.rules) == {*Kind} - {Kind.REPLY}
    assert {rule.channels for rule in alerts.rules.values()} == {frozenset({Channel.TOAST})}
    assert alerts.quiet is None


def test_everything_at_once(paths: Paths) -> None:
    alerts = read(
        paths,
        """
        [alerts]
        quiet_hours = "22:00-07:30"
        channels = ["bell", "title"]
        command = ["notify-send", "imail"]
        [alerts.inbox_down]
        minutes = 5
        channels = ["notify"]
        [alerts.bounces]
        above = 0.08
        command = ["page-me"]
        [alerts.warmup_paused]
        enabled = false
        [alerts.reply]
        labels = ["interested"]
        """,
    )
    assert alerts.quiet == QuietHours(time(22), time(7, 30))
    assert set(alerts.rules) == {*Kind} - {Kind.WARMUP_PAUSED}
    down, bounces, reply = (alerts.rules[kind] for kind in (Kind.INBOX_DOWN, Kind.BOUNCES, Kind.REPLY))
    assert (down.minutes, down.command) == (5, ("notify-send", "imail"))
    assert down.channels == {Channel.NOTIFY}
    assert (bounces.above, bounces.command) == (0.08, ("page-me",))
    assert reply.labels == ("interested",)
    assert reply.channels == {Channel.BELL, Channel.TITLE}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[alerts]\nquiet_hours = "late"', "2: alerts.quiet_hours"),
        ('[alerts]\nchannels = ["pigeon"]', "2: alerts.channels"),
        ("[alerts]\ncommand = []", "2: alerts.command"),
        ('[alerts.inbox_down]\nminutes = "5"', "2: alerts.inbox_down.minutes"),
        ("[alerts.inbox_down]\nminutes = -1", "2: alerts.inbox_down.minutes"),
        ("[alerts.bounces]\nabove = 5", "2: alerts.bounces.above"),
        ("[alerts.bounces]\nenabled = 1", "2: alerts.bounces.enabled"),
        ("[alerts.reply]\nlabels = []", "1: alerts.reply"),
        ("[alerts.reply]\nlabels = 3", "2: alerts.reply.labels"),
        ("alerts = 3", "1: alerts"),
    ],
)
def test_what_means_nothing_is_told_with_its_line(paths: Paths, text: str, where: str) -> None:
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(text)
    (problem,) = load_settings(paths).problems
    assert problem.where.endswith(f"config.toml:{where}")


def test_how_long_events_are_kept_and_how_to_listen(paths: Paths) -> None:
    paths.settings_file.parent.mkdir(parents=True)
    assert load_settings(paths).retention == Retention(90, 1_000_000)
    paths.settings_file.write_text(
        "[events]\nkeep_days = 30\nkeep_most = 5000\n"
        '[listener]\nport = 9000\nhosts = ["hooks.example.com"]\ntolerance = 86400\n'
        'forward_to = "http://localhost:3000/x"\n'
    )
    settings = load_settings(paths)
    assert settings.retention == Retention(30, 5_000)
    assert settings.listener == ListenerDefaults(
        9000, ("hooks.example.com",), 86_400.0, "http://localhost:3000/x"
    )
    paths.settings_file.write_text("[listener]\nport = 70000\n")
    settings = load_settings(paths)
    assert settings.wrong["listener"].where.endswith("config.toml:2: listener.port")
    # What is open to the network is never made up.
    with pytest.raises(NotOpened):
        listener_defaults({"IMAIL_TUI_HOME": str(paths.config.parent)})


def test_what_is_not_known_is_passed_over_and_said(paths: Paths) -> None:
    paths.settings_file.parent.mkdir(parents=True)
    paths.settings_file.write_text("[alerts.inbox_down]\nhours = 3\n")
    (problem,) = load_settings(paths).problems
    assert problem.where is not None
    assert "alerts.inbox_down.hours" in problem.where
