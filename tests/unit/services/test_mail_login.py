"""Real logins at real servers on this machine: what works, and at which field what does not is told."""

from functools import partial

import pytest

from imail_tui.model.new_inbox import MailServers
from imail_tui.services import mail_login
from imail_tui.services.mail_login import try_logins
from tests.fakes.mail_server import (
    PASSWORD,
    USER,
    Talk,
    imap,
    mail_server,
    nonsense,
    silence,
    smtp,
    trusting,
)


def servers(smtp_port: int, imap_port: int, password: str = PASSWORD, security: str = "tls") -> MailServers:
    both = {"host": "127.0.0.1", "username": USER, "password": password, "security": security}
    return MailServers.model_validate(
        {"smtp": {**both, "port": smtp_port}, "imap": {**both, "port": imap_port}}
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_both_work(security: str) -> None:
    starttls = security == "starttls"
    async with (
        mail_server(partial(smtp, starttls=starttls), tls=not starttls) as sending,
        mail_server(partial(imap, starttls=starttls), tls=not starttls) as reading,
    ):
        assert await try_logins(servers(sending, reading, security=security), trusting) == {}


async def test_a_wrong_password_is_told_in_the_servers_words_made_safe() -> None:
    async with mail_server(smtp, tls=True) as sending, mail_server(imap, tls=True) as reading:
        found = await try_logins(servers(sending, reading, "wrong"), trusting)
    assert found.keys() == {"smtp.password", "imap.password"}
    assert "535 5.7.8" in found["smtp.password"]
    assert "\x1b" not in found["smtp.password"]
    assert "no such user" in found["imap.password"]
    assert "wrong" not in str(found)


async def test_a_certificate_nobody_vouches_for_gets_no_password() -> None:
    heard: list[str] = []

    async def listen(line: object) -> None:
        heard.append("something")

    async with mail_server(listen, tls=True) as sending, mail_server(listen, tls=True) as reading:
        found = await try_logins(servers(sending, reading))
    assert found.keys() == {"smtp.host", "imap.host"}
    assert "certificate is not good" in found["smtp.host"]
    assert heard == []


@pytest.mark.parametrize("talk", [smtp, imap])
async def test_without_tls_nothing_is_logged_in(talk: Talk) -> None:
    async with mail_server(smtp, tls=False) as sending, mail_server(imap, tls=False) as reading:
        at_once = await try_logins(servers(sending, reading), trusting)
        later = await try_logins(servers(sending, reading, security="starttls"), trusting)
    assert at_once.keys() == {"smtp.security", "imap.security"}
    assert later.keys() == {"smtp.port", "imap.port"}


async def test_nobody_there_another_service_and_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_login, "SECONDS", 0.3)
    found = await try_logins(servers(1, 2), trusting)
    assert found.keys() == {"smtp.port", "imap.port"}
    assert "cannot be reached" in found["smtp.port"]
    async with mail_server(nonsense, tls=True) as port:
        found = await try_logins(servers(port, port), trusting)
        assert all("server we understand" in text for text in found.values())
    async with mail_server(silence, tls=True) as port:
        found = await try_logins(servers(port, port), trusting)
        assert found.keys() == {"smtp.host", "imap.host"}
        assert "No answer" in found["imap.host"]


async def test_a_host_that_does_not_exist() -> None:
    both = {"host": "nowhere.invalid", "username": USER, "password": PASSWORD, "port": 465}
    found = await try_logins(MailServers.model_validate({"smtp": both, "imap": both}), trusting)
    assert found.keys() == {"smtp.host", "imap.host"}
