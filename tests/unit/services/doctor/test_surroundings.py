"""Terminal, config, key, certificate and files, each as it is found well and unwell."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.services.doctor.files import check_files
from imail_tui.services.doctor.finding import Finding
from imail_tui.services.doctor.keys import check_key
from imail_tui.services.doctor.network import check_network, judge_certificate
from imail_tui.services.doctor.settings import Chosen, check_settings
from imail_tui.services.doctor.terminal import Screen, check_terminal
from imail_tui.store.cache import Cache
from imail_tui.store.files import write_private
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

WIDE = Screen((120, 40), "utf-8")
PROFILE = Profile("work", "http://127.0.0.1:9/v1")
KEY = "imk_live_0123456789ABCDEFGHJKMNPQRS"


def verdicts(findings: "list[Finding] | tuple[Finding, ...]") -> dict[str, str]:
    """The verdict of each check; of several of one check the last."""
    return {finding.check: finding.verdict.value for finding in findings}


def words_of(findings: "list[Finding] | tuple[Finding, ...]", check: str) -> str:
    return " ".join(f"{each.what} {each.remedy}" for each in findings if each.check == check)


@pytest.mark.parametrize(
    ("environment", "screen", "check", "verdict", "words"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, WIDE, "terminal", "ok", "16 million"),
        ({"TERM": "xterm-256color"}, WIDE, "terminal", "ok", "256 colours"),
        ({"TERM": "xterm"}, WIDE, "terminal", "ok", "16 colours"),
        ({"TERM": "xterm", "NO_COLOR": ""}, WIDE, "terminal", "ok", "no colours"),
        ({"TERM": "dumb"}, WIDE, "terminal", "error", "dumb"),
        ({}, WIDE, "terminal", "error", "not set"),
        ({"TERM": "xterm"}, Screen(None, "utf-8"), "terminal", "skipped", "not a terminal"),
        ({"TERM": "xterm"}, Screen(None, "utf-8"), "size", "skipped", "not a terminal"),
        ({}, WIDE, "locale", "ok", "UTF-8"),
        ({}, Screen((80, 24), "iso8859-1"), "locale", "warning", "iso8859-1"),
        ({}, Screen((80, 24), ""), "locale", "warning", "unknown"),
        ({}, Screen((80, 24), "UTF-8"), "size", "ok", "80x24"),
        ({}, Screen((79, 24), "UTF-8"), "size", "warning", "80x24"),
        ({}, Screen((59, 40), "UTF-8"), "size", "error", "60x15"),
        ({}, WIDE, "clipboard", "ok", "OSC 52"),
        ({"TMUX": "/nowhere/tmux,1,0", "PATH": ""}, WIDE, "clipboard", "warning", "does not answer"),
        ({"SSH_CONNECTION": "a b"}, WIDE, "line", "ok", "SSH"),
    ],
)
async def test_terminals(
    environment: Mapping[str, str],
    screen: Screen,
    check: str,
    verdict: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "PATH" in environment:
        monkeypatch.setenv("PATH", environment["PATH"])
    findings = await check_terminal(environment, screen)
    assert verdicts(findings)[check] == verdict
    assert words in words_of(findings, check)


@pytest.mark.parametrize(
    ("version", "setting", "verdict", "words"),
    [
        ("tmux 3.4", "external", "ok", "set-clipboard external"),
        ("tmux 3.4", "off", "warning", "set-clipboard external"),
        ("tmux 3.1c", "on", "warning", "3.2"),
        ("tmux next-3.6", "on", "ok", "next-3.6"),
    ],
)
async def test_tmux(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, setting: str, verdict: str, words: str
) -> None:
    script = tmp_path / "tmux"
    script.write_text(
        f'#!/bin/sh\ncase "$1" in -V) echo "{version}";; *) echo {setting};; esac\n', encoding="ascii"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    findings = await check_terminal({"TMUX": "yes"}, WIDE)
    assert verdicts(findings)["clipboard"] == verdict
    assert words in words_of(findings, "clipboard")


def settings_of(paths: Paths, text: str | None, name: str | None = None, url: str | None = None) -> Chosen:
    if text is not None:
        write_private(paths.settings_file, text.encode())
    return check_settings(paths, name, url, lambda keys: [Problem("twice", "change it")] if keys else [])


def test_no_config_is_fine(paths: Paths) -> None:
    chosen = settings_of(paths, None)
    assert verdicts(chosen.findings) == {"config": "ok", "keymap": "ok", "profile": "ok"}
    assert chosen.sure


def test_a_config_that_cannot_be_read_names_the_line_and_no_server_is_asked(paths: Paths) -> None:
    chosen = settings_of(paths, 'theme = "x"\n[keys\n')
    assert verdicts(chosen.findings) == {"config": "error", "keymap": "skipped", "profile": "skipped"}
    assert "line 2" in words_of(chosen.findings, "config")
    assert not chosen.sure


def test_a_server_given_by_hand_is_sure_with_any_config(paths: Paths) -> None:
    chosen = settings_of(paths, "[keys\n", url="http://127.0.0.1:9/v1/")
    assert chosen.sure
    assert chosen.profile.base_url == "http://127.0.0.1:9/v1"


def test_settings_that_mean_nothing_and_keys_that_clash(paths: Paths) -> None:
    chosen = settings_of(paths, 'colour = 1\n[keys]\n"a.b" = "x"\n')
    assert verdicts(chosen.findings) == {"config": "warning", "keymap": "warning", "profile": "ok"}
    assert ":1: colour" in words_of(chosen.findings, "config")


@pytest.mark.parametrize(("name", "url"), [("nobody", None), (None, "nowhere"), (None, "ftp://x/v1")])
def test_no_server_is_asked_when_the_choice_makes_no_sense(
    paths: Paths, name: str | None, url: str | None
) -> None:
    chosen = settings_of(paths, None, name, url)
    assert verdicts(chosen.findings)["profile"] == "error"
    assert not chosen.sure


async def test_a_key_is_told_by_four_characters_and_leaves_the_environment(paths: Paths) -> None:
    environment = {"IMAIL_API_KEY": KEY}
    look = await check_key(paths, PROFILE, environment)
    assert look.found is not None
    assert look.found.secret == Secret(KEY)
    assert look.finding.what == "LIVE key imk_…PQRS from environment"
    assert environment == {}


async def test_what_does_not_look_like_a_key(paths: Paths) -> None:
    look = await check_key(paths, PROFILE, {"IMAIL_API_KEY": "sk-somebody-elses-key-0001"})
    assert look.finding.verdict == "warning"
    assert "somebody" not in look.finding.what


async def test_a_key_file_that_others_read(paths: Paths, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY, encoding="ascii")
    file.chmod(0o644)
    look = await check_key(paths, PROFILE, {"IMAIL_API_KEY_FILE": str(file)})
    assert (look.found, look.finding.verdict.value) == (None, "error")
    assert "chmod 600" in look.finding.remedy


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ISSUER = ((("countryName", "SE"),), (("organizationName", "Proper Authority"),))


@pytest.mark.parametrize(
    ("ends", "verdict", "words"),
    [
        ("Jun 10 12:00:00 2026 GMT", "ok", "100 days left"),
        ("Mar 12 12:00:00 2026 GMT", "warning", "10 days left"),
        (None, "ok", "Proper Authority"),
    ],
)
def test_certificates(ends: str | None, verdict: str, words: str) -> None:
    certificate = {"issuer": ISSUER, **({"notAfter": ends} if ends else {})}
    finding = judge_certificate("TLSv1.3", certificate, NOON)
    assert finding.verdict == verdict
    assert words in finding.what
    assert "TLSv1.3, issued by Proper Authority" in finding.what


def test_a_certificate_that_says_nothing() -> None:
    assert "an unnamed authority" in judge_certificate("TLSv1.3", {}, NOON).what


async def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = await check_network("https://nowhere.invalid/v1")
    assert verdicts(findings) == {"dns": "error", "connection": "skipped", "tls": "skipped"}


async def test_a_name_that_cannot_be_one() -> None:
    findings = await check_network(f"https://{'x' * 70}.example/v1")
    assert verdicts(findings)["dns"] == "error"


async def test_behind_a_proxy_nothing_is_claimed_and_its_password_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    findings = await check_network("https://api.example/v1")
    assert set(verdicts(findings).values()) == {"skipped"}
    assert "proxy.example:3128" in findings[0].what
    assert "secret" not in findings[0].what


def test_a_fresh_home_is_fine(paths: Paths) -> None:
    findings = check_files(paths, PROFILE, ("live", "test"))
    assert set(verdicts(findings).values()) <= {"ok", "warning"}
    assert verdicts(findings)["cache"] == "ok"
    assert verdicts(findings)["runtime"] == "ok"
    assert verdicts(findings)["request-log"] == "ok"


def test_a_sound_cache_and_one_that_is_damaged(paths: Paths) -> None:
    path = paths.cache_file("work", PROFILE.base_url, "live")
    Cache.open(path).close()
    assert "live: 0." in words_of(check_files(paths, PROFILE, ("live",)), "cache")
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    findings = check_files(paths, PROFILE, ("live",))
    assert verdicts(findings)["cache"] == "error"
    assert "Delete it" in words_of(findings, "cache")


def test_a_cache_that_others_read(paths: Paths) -> None:
    path = paths.cache_file("work", PROFILE.base_url, "live")
    Cache.open(path).close()
    path.chmod(0o644)
    assert "chmod 600" in words_of(check_files(paths, PROFILE, ("live",)), "cache")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path / "home" / "below")})
    found = verdicts(check_files(paths, PROFILE, ("live",)))
    assert (found["cache"], found["runtime"], found["request-log"]) == ("warning",) * 3


def test_a_home_that_cannot_be_looked_into(tmp_path: Path) -> None:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path / ("x" * 300))})
    found = verdicts(check_files(paths, PROFILE, ("live",)))
    assert found["runtime"] == "warning"
    assert found["disk"] in ("ok", "warning")
    assert "config" in verdicts(check_settings(paths, None, None, lambda _: []).findings)


def test_directories_that_others_could_change(paths: Paths) -> None:
    paths.runtime.mkdir(parents=True)
    paths.runtime.chmod(0o777)
    findings = check_files(paths, PROFILE, ("live",))
    assert verdicts(findings)["runtime"] == "warning"
    assert "chmod 700" in words_of(findings, "runtime")
    paths.runtime.chmod(0o755)
    assert "look into" in words_of(check_files(paths, PROFILE, ("live",)), "runtime")


def test_a_log_that_is_a_directory(paths: Paths) -> None:
    paths.request_log_file.mkdir(parents=True)
    findings = check_files(paths, PROFILE, ("live",))
    assert verdicts(findings)["request-log"] == "warning"
    assert "not a regular file" in words_of(findings, "request-log")


def test_no_home_at_all() -> None:
    nowhere = Path("relative")
    findings = check_files(Paths(nowhere, nowhere, nowhere, nowhere), PROFILE, ("live",))
    assert verdicts(findings) == {"cache": "error"}
    assert "HOME" in words_of(findings, "cache")
