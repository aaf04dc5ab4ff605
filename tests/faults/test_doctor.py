"""The whole examination where everything may be broken: always the same report, always in time."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from imail_tui.services.doctor import keys, network
from imail_tui.services.doctor import server as server_check
from imail_tui.services.doctor.examination import Patient, examine
from imail_tui.services.doctor.finding import Finding, Verdict
from imail_tui.services.doctor.terminal import Screen
from imail_tui.store.files import write_private
from imail_tui.store.paths import Paths
from tests.fakes.raw_server import RawServer, Reply, drips, http, raw_server, says, says_raw, says_then_stalls
from tests.patience import PATIENCE

KEY = "imk_test_01HZSENTINELSENTINEL"
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")
JSON = ("Content-Type", "application/json")
OK = says(200, b'{"id":"wsp_1","name":"Acme","tier":"surge","mode":"test"}', JSON)
ORDER = [
    *("terminal", "locale", "size", "clipboard", "line", "config", "keymap", "profile", "key", "keyring"),
    *("dns", "connection", "tls", "server", "workspace", "clock", "rate-headers", "version", "deprecation"),
    *("capabilities", "cache", "runtime", "request-log", "disk"),
]


async def report(
    home: Path, url: str | None = None, *, key: str | None = KEY, seconds: float = 10.0, **environment: str
) -> list[Finding]:
    """All findings with a key in the environment, on a plain terminal, with no secret store."""
    variables = {"TERM": "xterm", "IMAIL_TUI_HOME": str(home), **environment}
    if key is not None:
        variables["IMAIL_API_KEY"] = key
    patient = Patient(variables, None, url, Screen((80, 24), "utf-8"), lambda _: [])
    return [finding async for finding in examine(patient, seconds)]


def verdict(findings: Sequence[Finding], check: str) -> str:
    (found,) = {finding.verdict for finding in findings if finding.check == check}
    return found.value


def text(findings: Sequence[Finding], check: str = "") -> str:
    return " ".join(f"{each.what} {each.remedy}" for each in findings if check in ("", each.check))


def errors(findings: Sequence[Finding]) -> set[str]:
    return {finding.check for finding in findings if finding.verdict is Verdict.ERROR}


def asked_for_workspace(server: RawServer) -> int:
    return Counter(seen.target for seen in server.requests)["/v1/workspace"]


@pytest.fixture(autouse=True)
def _no_secret_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


async def test_all_is_well_and_told_in_order(tmp_path: Path) -> None:
    async with raw_server(OK) as server:
        findings = await report(tmp_path, server.url)
    assert list(dict.fromkeys(finding.check for finding in findings)) == ORDER
    assert errors(findings) == set()
    assert "Acme" in text(findings, "workspace")
    assert KEY not in text(findings)
    assert asked_for_workspace(server) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(200, b"<html>Sign in to the hotel's network</html>"), "not the imail API"),
        (says(502, b"<html>\x1b]0;owned\x07Bad gateway"), "Bad gateway"),
        (says(301, b"", ("Location", "https://elsewhere.example/v1")), "https://elsewhere.example/v1"),
        (says_raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "broke"),
        (says_raw(http(200, b"{", length=500)), "broke"),
        (
            says(500, b'{"error":{"code":"internal","message":"Fell over."},"request_id":"req_9"}', JSON),
            "req_9",
        ),
    ],
    ids=["portal", "gateway", "moved", "no HTTP", "cut", "fault"],
)
async def test_an_answer_that_is_none_is_one_error_at_the_server(
    tmp_path: Path, answer: Reply, words: str
) -> None:
    async with raw_server(answer) as server:
        findings = await report(tmp_path, server.url)
    assert errors(findings) == {"server"}
    assert words in text(findings, "server")
    assert verdict(findings, "connection") == "ok"
    assert asked_for_workspace(server) == 1, "a request that may have cost a token is not repeated"


@pytest.mark.parametrize(
    "answer", [says_then_stalls(b""), drips(http(200, b"x" * 5_000), 0.05)], ids=["silent", "dripping"]
)
async def test_a_server_that_never_ends_its_answer_is_left_in_time(tmp_path: Path, answer: Reply) -> None:
    async with raw_server(answer) as server, asyncio.timeout(PATIENCE):
        findings = await report(tmp_path, server.url, seconds=1.0)
    assert "server" in errors(findings)
    assert verdict(findings, "disk") in ("ok", "warning")


async def test_nobody_listens(tmp_path: Path) -> None:
    findings = await report(tmp_path, "http://127.0.0.1:9/v1")
    assert errors(findings) == {"connection", "server"}
    assert "refused" in text(findings, "connection")
    assert verdict(findings, "capabilities") == "skipped"


async def test_without_a_key_the_server_is_looked_at_all_the_same(tmp_path: Path) -> None:
    refusal = b'{"error":{"code":"unauthorized","message":"Which key?"},"request_id":"req_1"}'
    async with raw_server(says(401, refusal, JSON)) as server:
        findings = await report(tmp_path, server.url, key=None)
    assert errors(findings) == {"key"}
    assert "asks for a key" in text(findings, "server")


async def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(SELF_SIGNED)
    async with raw_server(OK, tls=tls) as server:
        findings = await report(tmp_path, server.url)
    assert errors(findings) == {"tls", "server"}
    assert "self-signed" in text(findings, "tls")
    assert server.requests == [], "the key went nowhere"


async def test_a_certificate_that_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(SELF_SIGNED)
    async with raw_server(OK, tls=tls) as server:
        findings = await report(tmp_path, server.url)
    assert errors(findings) == set()
    assert "TLSv1." in text(findings, "tls")
    assert "days left" in text(findings, "tls")


async def test_plain_text_behind_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(server_check, "ANSWER_SECONDS", 0.3)
    async with raw_server(OK) as server:
        findings = await report(tmp_path, server.url.replace("http:", "https:"))
    assert errors(findings) == {"tls", "server"}
    assert "no answer" in text(findings, "tls")


async def test_a_key_command_that_hangs_leaves_the_rest_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "KEY_SECONDS", 0.3)
    async with raw_server(OK) as server:
        config = f'[profiles.default]\nbase_url = "{server.url}"\napi_key_command = ["sleep", "30"]\n'
        write_private(Paths.find({"IMAIL_TUI_HOME": str(tmp_path)}).settings_file, config.encode())
        findings = await report(tmp_path, key=None)
    assert errors(findings) == {"key"}
    assert "api_key_command" in text(findings, "key")
    assert verdict(findings, "connection") == "ok"


async def test_the_key_is_not_sent_where_the_config_does_not_say_where(tmp_path: Path) -> None:
    write_private(Paths.find({"IMAIL_TUI_HOME": str(tmp_path)}).settings_file, b"[profiles\n")
    findings = await report(tmp_path)
    assert errors(findings) == {"config"}
    assert verdict(findings, "server") == "skipped"


async def test_it_costs_two_tokens_at_most(tmp_path: Path) -> None:
    missing = says(404, b'{"error":{"code":"not_found","message":"No."},"request_id":"req_1"}', JSON)
    async with raw_server(missing) as server:
        findings = await report(tmp_path, server.url)
    charged = [seen for seen in server.requests if "openapi" not in seen.target]
    assert [seen.target for seen in charged] == ["/v1/workspace", "/v1/inboxes?limit=1"]
    assert errors(findings) == {"server"}


async def test_a_home_of_nobody(tmp_path: Path) -> None:
    findings = await report(tmp_path, IMAIL_TUI_HOME="~nobody-of-that-name/x")
    assert errors(findings) == {"home"}
