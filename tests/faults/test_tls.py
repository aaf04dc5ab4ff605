"""Certificates nobody vouches for, and servers that do not speak TLS at all."""

import ssl
from pathlib import Path

import pytest

from imail_tui.api.errors import Unreachable
from tests.fakes.raw_server import raw_server, says
from tests.faults.conftest import QUICK, Connect

OK = says(200, b'{"id":"led_1"}')
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")


async def test_a_certificate_nobody_vouches_for_is_never_accepted_and_not_retried(connect: Connect) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(SELF_SIGNED)
    async with raw_server(OK, tls=tls) as server:
        with pytest.raises(Unreachable) as caught:
            await connect(server.url).leads.get("led_1")
        assert caught.value.problem.code == "certificate"
        assert not caught.value.retryable
        assert server.requests == []


async def test_a_certificate_the_user_trusts_is_accepted(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(SELF_SIGNED)
    async with raw_server(OK, tls=tls) as server:
        assert (await connect(server.url).leads.get("led_1")).id == "led_1"


async def test_a_server_without_tls_is_unreachable(connect: Connect) -> None:
    async with raw_server(OK) as server:
        with pytest.raises(Unreachable) as caught:
            await connect(server.url.replace("http:", "https:"), deadlines=QUICK).leads.get("led_1")
        assert not caught.value.in_doubt
