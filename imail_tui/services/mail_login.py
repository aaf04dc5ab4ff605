"""Trying a mailbox's logins from this machine, before its passwords are sent anywhere else.

A real connection with TLS checked, a real login, nothing sent and nothing read. What fails is told at the
field that is probably wrong; the imail server may still reach what this machine cannot.
"""

import asyncio
import contextlib
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from imail_tui.domain.text import one_line
from imail_tui.model.new_inbox import MailServer
from imail_tui.model.problem import Problem
from imail_tui.services.detached import run_detached
from imail_tui.services.refused import Refused
from imail_tui.store.files import FileRefused, read_checked

SECONDS: Final = 10.0
"""For each step of a login: connecting, TLS, each answer."""
ALL_SECONDS: Final = 30.0
_SAID: Final = 160
"""Characters of a server's answer that are shown."""


class Servers(Protocol):
    """Something with the two servers of a mailbox."""

    @property
    def smtp(self) -> MailServer:
        """Where mail is sent."""

    @property
    def imap(self) -> MailServer:
        """Where mail is read."""


def password_in_file(path: str) -> str:
    """The first line of a private file. Raises `Refused`."""
    try:
        text = read_checked(Path(path).expanduser(), private=True).decode()
    except FileRefused as error:
        raise Refused(error.problem) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise Refused(Problem(f"The password cannot be read: {why}.", where=path, code="usage")) from None
    return text.partition("\n")[0].rstrip("\r")


async def try_logins(
    servers: Servers, context: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> dict[str, str]:
    """What is wrong, by field path such as `smtp.password`; empty when both logins work. Never raises.

    `context` makes what certificates are checked with. Texts may be foreign.
    """
    smtp, imap = await asyncio.gather(
        _in_time("smtp", lambda: _try("smtp", servers.smtp, context, _smtp)),
        _in_time("imap", lambda: _try("imap", servers.imap, context, _imap)),
    )
    return smtp | imap


async def _in_time(name: str, login: Callable[[], dict[str, str]]) -> dict[str, str]:
    # A server that answers a letter a second is left, and its thread with it.
    try:
        async with asyncio.timeout(ALL_SECONDS):
            return await run_detached(login)
    except TimeoutError:
        return {f"{name}.host": f"The login took more than {ALL_SECONDS:.0f} s."}


class _Refused(Exception):
    """The server does not take user or password; the text is its answer."""


def _try(
    name: str,
    server: MailServer,
    context: Callable[[], ssl.SSLContext],
    login: Callable[[MailServer, ssl.SSLContext], None],
) -> dict[str, str]:
    try:
        login(server, context())
    except _Refused as error:
        return {f"{name}.password": f"The login was refused: {one_line(str(error), _SAID)}"}
    except ssl.SSLCertVerificationError as error:
        why = one_line(error.verify_message, _SAID).rstrip(".")
        return {f"{name}.host": f"Its certificate is not good: {why}."}
    except ssl.SSLError as error:
        other = "starttls" if server.security == "tls" else "tls"
        why = one_line(error.reason or str(error), _SAID)
        return {f"{name}.security": f"TLS failed ({why}): another port, or {other}?"}
    except socket.gaierror:
        return {f"{name}.host": "No host has that name."}
    except TimeoutError:
        return {f"{name}.host": _no_answer()}
    except (smtplib.SMTPException, imaplib.IMAP4.error, EOFError) as error:
        # Before OSError: smtplib's errors are of that kind, and hide a timeout.
        if isinstance(error.__context__, TimeoutError):
            return {f"{name}.host": _no_answer()}
        what = one_line(str(error), _SAID) or type(error).__name__
        return {f"{name}.port": f"What answers there is no {name.upper()} server we understand: {what}"}
    except OSError as error:
        return {f"{name}.port": f"It cannot be reached: {error.strerror or one_line(str(error), _SAID)}."}
    except UnicodeError:
        return {f"{name}.password": "It has letters this login cannot carry."}
    return {}


def _no_answer() -> str:
    return f"No answer within {SECONDS:.0f} s: is the port right?"


def _smtp(server: MailServer, context: ssl.SSLContext) -> None:
    password = server.password.get_secret_value()
    with (
        smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        if server.security == "tls"
        else smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    ) as connection:
        if server.security == "starttls":
            connection.starttls(context=context)
        try:
            connection.login(server.username, password)
        except smtplib.SMTPAuthenticationError as error:
            said = error.smtp_error
            text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
            raise _Refused(f"{error.smtp_code} {text}") from None


def _imap(server: MailServer, context: ssl.SSLContext) -> None:
    connection = (
        imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=SECONDS)
        if server.security == "tls"
        else imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    )
    try:
        if server.security == "starttls":
            connection.starttls(context)
        try:
            connection.login(server.username, server.password.get_secret_value())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            said = error.args[0] if error.args else b""
            raise _Refused(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None
        connection.logout()
    finally:
        # The end of a connection that broke tells nothing new.
        with contextlib.suppress(OSError):
            connection.shutdown()
