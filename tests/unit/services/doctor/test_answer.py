"""What an answer tells, without a server."""

from datetime import UTC, datetime, timedelta

import pytest

from imail_tui.api.wire import Answer
from imail_tui.model.secret import Secret
from imail_tui.services.doctor.answer import (
    Asked,
    judge_answer,
    judge_clock,
    judge_deprecation,
    judge_rate_headers,
    judge_status,
    judge_version,
    judge_workspace,
)
from imail_tui.services.doctor.finding import Finding, Verdict

NOW = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)
KEY = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")
WORKSPACE = (
    b'{"id":"wsp_1","name":"Acme","tier":"surge","mode":"test",'
    b'"limits":{"requests_per_minute":100,"burst":240}}'
)
ERROR = b'{"error":{"code":"%s","message":"Said so."},"request_id":"req_1"}'
Pair = tuple[str, str]


def asked(
    status: int = 200,
    body: bytes = WORKSPACE,
    *headers: Pair,
    secret: Secret | None = KEY,
    version: str | None = None,
    seconds: float = 0.0,
) -> Asked:
    return Asked(Answer(status, headers, body, seconds), secret, version, NOW)


def error(code: str) -> bytes:
    return ERROR % code.encode()


def verdict_of(finding: Finding) -> str:
    return finding.verdict.value


def http_date(when: datetime) -> str:
    return f"{when:%a, %d %b %Y %H:%M:%S} GMT"


@pytest.mark.parametrize(
    ("look", "verdict", "words"),
    [
        (asked(seconds=0.023), "ok", "200 in 23 ms"),
        (asked(401, error("unauthorized")), "error", "req_1"),
        (asked(401, error("unauthorized"), secret=None), "ok", "asks for a key"),
        (asked(403, error("tier_required")), "error", "Said so."),
        (asked(404, error("not_found")), "error", "no list of inboxes"),
        (asked(429, error("rate_limited")), "warning", "Said so."),
        (asked(503, error("internal")), "error", "req_1"),
        (asked(200, b"<html>Welcome"), "error", "not the imail API"),
        (asked(502, b"<html>Bad gateway"), "error", "<html>Bad gateway"),
        (asked(200, b""), "error", "is empty"),
        (asked(200, b"[]"), "error", "not the imail API"),
        (asked(301, b"", ("Location", "https://imail.example/v1")), "error", "https://imail.example/v1"),
        (asked(302, b""), "error", "another place"),
    ],
)
def test_status(look: Asked, verdict: str, words: str) -> None:
    finding = judge_status(look)
    assert verdict_of(finding) == verdict
    assert words in finding.what
    assert bool(finding.remedy) == (verdict != "ok")


def test_whose_key_it_is() -> None:
    finding = judge_workspace(asked())
    assert finding.what == "Acme: Surge, TEST, 100 requests a minute, burst 240"
    assert finding.verdict is Verdict.OK


def test_a_ledger_other_than_the_keys() -> None:
    finding = judge_workspace(asked(secret=Secret("imk_live_0123456789ABCDEFGHJKMNPQRS")))
    assert finding.verdict is Verdict.WARNING
    assert "prefix" in finding.what


@pytest.mark.parametrize(
    ("look", "verdict"), [(asked(401, b""), "skipped"), (asked(200, b'{"data":[]}'), "ok")]
)
def test_a_server_that_does_not_tell_whose_key_it_is(look: Asked, verdict: str) -> None:
    assert verdict_of(judge_workspace(look)) == verdict


@pytest.mark.parametrize(
    ("ahead", "verdict", "words"),
    [
        (0, "ok", "the same as the server's"),
        (1, "ok", "the same as the server's"),
        (-20, "ok", "20 s behind"),
        (20, "ok", "20 s ahead of"),
        (90, "warning", "90 s ahead of"),
        (-3600, "warning", "3,600 s behind"),
    ],
)
def test_clocks(ahead: int, verdict: str, words: str) -> None:
    date = NOW - timedelta(seconds=ahead + 0.5)
    finding = judge_clock(asked(200, WORKSPACE, ("Date", http_date(date))))
    assert verdict_of(finding) == verdict
    assert words in finding.what


def test_half_of_the_time_on_the_way_is_no_difference() -> None:
    date = NOW - timedelta(seconds=5)
    finding = judge_clock(asked(200, WORKSPACE, ("Date", http_date(date)), seconds=9.0))
    assert "the same" in finding.what


def test_world_time_is_told_apart() -> None:
    finding = judge_clock(
        asked(200, WORKSPACE, ("Date", http_date(NOW)), ("Imail-Now", "2027-01-01T00:00:00Z"))
    )
    assert finding.verdict is Verdict.OK
    assert "2027-01-01 00:00 (Imail-Now)" in finding.what


@pytest.mark.parametrize("headers", [(), (("Date", "soon"),), (("Date", http_date(NOW)), ("Age", "30"))])
def test_no_clock_to_compare_with(headers: tuple[Pair, ...]) -> None:
    assert judge_clock(asked(200, WORKSPACE, *headers)).verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("reset", "dialect"),
    [
        ("12", "Reset in seconds"),
        (str(int(NOW.timestamp()) + 12), "Reset in epoch seconds"),
        (str(int(NOW.timestamp() + 12) * 1000), "Reset in epoch milliseconds"),
        (http_date(NOW + timedelta(seconds=12)), "Reset as a date"),
        ("soon", "Reset cannot be read"),
        (None, "no Reset"),
    ],
)
def test_dialects_of_the_budget(reset: str | None, dialect: str) -> None:
    told = [("X-RateLimit-Remaining", "17"), ("X-RateLimit-Limit", "240"), ("Date", http_date(NOW))]
    if reset is not None:
        told.append(("X-RateLimit-Reset", reset))
    finding = judge_rate_headers(asked(200, WORKSPACE, *told))
    assert finding.verdict is Verdict.OK
    assert finding.what.startswith("17 of 240 left")
    assert ("full in 12 s" in finding.what) == (dialect not in ("no Reset", "Reset cannot be read"))
    assert dialect in finding.what


def test_a_server_without_budget_headers_is_a_warning_only_where_they_belong() -> None:
    assert judge_rate_headers(asked()).verdict is Verdict.WARNING
    assert judge_rate_headers(asked(401, b"")).verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("look", "verdict"),
    [
        (asked(), "ok"),
        (asked(version="2026-05-10"), "ok"),
        (asked(400, error("unknown_version"), version="1999-01-01"), "error"),
    ],
)
def test_versions(look: Asked, verdict: str) -> None:
    finding = judge_version(look)
    assert verdict_of(finding) == verdict
    assert look.version is None or look.version in finding.what


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ((), "nothing announced"),
        ((("Deprecation", "@1688169599"),), "deprecated since 2023-06-30"),
        ((("Deprecation", "true"), ("Sunset", "Sun, 11 Nov 2029 23:59:59 GMT")), "it ends on 2029-11-11"),
        ((("Sunset", "@99999999999999999999"),), "@99999999999999999999"),
    ],
)
def test_announced_ends(headers: tuple[Pair, ...], words: str) -> None:
    finding = judge_deprecation(asked(200, WORKSPACE, *headers))
    assert words in finding.what
    assert finding.verdict is (Verdict.WARNING if headers else Verdict.OK)


def test_every_answer_gives_the_same_checks_in_the_same_order() -> None:
    looks = (asked(), asked(503, b"<html>"), asked(401, b"", secret=None))
    orders = {tuple(finding.check for finding in judge_answer(look)) for look in looks}
    assert orders == {("server", "workspace", "clock", "rate-headers", "version", "deprecation")}
