"""The servers of a mailbox from options; its passwords never from an argument, which every user can read."""

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Group, Parameter

from imail_tui.cli.key_input import can_ask, hidden_line
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json

if TYPE_CHECKING:
    from pydantic import ValidationError

    from imail_tui.model.new_inbox import MailServers

Security = Literal["tls", "starttls"]
File = Annotated[str | None, Parameter(allow_leading_hyphen=True)]

_PORTS = {("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("imap", "tls"): 993, ("imap", "starttls"): 143}
_STDIN = "-"
LONGEST = 1_000
"""Characters of a password."""


@Parameter(name="*", group=Group("Mail servers (for --provider smtp)", sort_key=1))
@dataclass(frozen=True, slots=True)
class Servers:
    """Options of an inbox that is connected by its servers."""

    smtp_host: str | None = None
    "Server that takes its mail."

    smtp_port: int | None = None
    "465, or 587 with starttls, without it."

    smtp_security: Security = "tls"
    "How the connection is encrypted."

    imap_host: str | None = None
    "Server its mail is read from; the SMTP server without it."

    imap_port: int | None = None
    "993, or 143 with starttls, without it."

    imap_security: Security = "tls"
    "How the connection is encrypted."

    user: str | None = None
    "Name to log in with; the address without it."

    password_file: File = None
    "Private file with the password of both servers; - is standard input."

    password_env: str | None = None
    "Environment variable with the password of both servers."

    imap_password_env: str | None = None
    "Environment variable with the IMAP password where it is another one."

    check_login: Annotated[bool, Parameter(negative="")] = False
    "Try both logins from this machine first."


def body_of(email: str, provider: str, daily_limit: int, display_name: str | None, servers: Servers) -> Json:
    """What `POST /inboxes` takes. Raises `Refused` for what is missing or wrong."""
    from pydantic import ValidationError

    from imail_tui.model.new_inbox import NewSignInInbox

    try:
        checked = NewSignInInbox(email=email, daily_limit=daily_limit)
    except ValidationError as error:
        raise _refusal(error) from None
    body: Json = {"email": checked.email, "provider": provider, "daily_limit": daily_limit}
    if display_name:
        body["display_name"] = display_name
    return body | servers_of(email, servers).wire() if provider == "smtp" else body


def servers_of(email: str, servers: Servers) -> "MailServers":
    """Both servers with their passwords. Raises `Refused`, `KeyRefused`."""
    from pydantic import ValidationError

    from imail_tui.model.new_inbox import MailServers
    from imail_tui.services.refused import Refused

    if servers.smtp_host is None:
        remedy = "Name the server: --smtp-host mail.example.com"
        raise Refused(Problem("An inbox by SMTP needs its servers.", remedy, "--smtp-host", code="usage"))
    password = _password(servers)
    other = _from_environment(servers.imap_password_env) if servers.imap_password_env else password
    given = {
        "smtp": (servers.smtp_host, servers.smtp_port, servers.smtp_security, password),
        "imap": (servers.imap_host or servers.smtp_host, servers.imap_port, servers.imap_security, other),
    }
    try:
        return MailServers.model_validate(
            {
                name: {
                    "host": host,
                    "port": port or _PORTS[name, security],
                    "username": servers.user or email,
                    "password": secret,
                    "security": security,
                }
                for name, (host, port, security, secret) in given.items()
            }
        )
    except ValidationError as error:
        raise _refusal(error) from None


def _password(servers: Servers) -> str:
    from imail_tui.services.refused import Refused

    if servers.password_env:
        return _from_environment(servers.password_env)
    if servers.password_file is not None and servers.password_file != _STDIN:
        from imail_tui.services.mail_login import password_in_file

        return password_in_file(servers.password_file)
    if servers.password_file == _STDIN and not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST + 1).rstrip("\r\n")
    if not can_ask():
        remedy = "Pipe it in with --password-file -, or name a variable with --password-env."
        raise Refused(Problem("There is no terminal to ask for the password on.", remedy, code="usage"))
    return hidden_line("Password of the mailbox: ", "Pipe it in with --password-file -.")


def _from_environment(name: str) -> str:
    from imail_tui.services.refused import Refused

    # Taken out, so that nothing we start inherits it.
    value = os.environ.pop(name, "")
    if not value:
        raise Refused(Problem(f"{name} is not set.", "Set it to the password.", name, code="usage"))
    return value


def _refusal(error: "ValidationError") -> Exception:
    from imail_tui.services.refused import Refused

    issue = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, issue["loc"]))
    return Refused(Problem(f"{issue['msg']}.", "Correct the option.", where=where, code="usage"))
