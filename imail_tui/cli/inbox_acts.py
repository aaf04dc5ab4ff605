"""`imail-tui inboxes show|add|pause|resume|limit|reconnect|rm`."""

import contextlib
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.inboxes import HEADINGS, inbox_row
from imail_tui.cli.mailbox_options import Servers, body_of, servers_of
from imail_tui.cli.options import Flag, Shared, required, say
from imail_tui.cli.output import Field, print_facts, print_json, print_rows
from imail_tui.domain.inbox_changes import LIMIT_MOST, PAUSE, RESUME, InboxChange, limit_to
from imail_tui.domain.inbox_stake import Stake, stake_of
from imail_tui.domain.text import one_line
from imail_tui.model.inboxes import Inbox

if TYPE_CHECKING:
    from imail_tui.model.new_inbox import MailServers
    from imail_tui.services.session import Session

Provider = Literal["google", "microsoft", "smtp"]
Mails = Annotated[int, Parameter(validator=Number(gte=1, lte=LIMIT_MOST))]


def show(inbox: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Show state, warmup and health of an inbox, and which campaigns send from it.

    For example:
      imail-tui inboxes show anna@acme.example

    Parameters
    ----------
    inbox
        Its id or address.
    json
        Print the server's object.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, inbox)
        if json:
            print_json(found.wire())
        else:
            print_facts(_facts(found, await _stake(session, found)))
        return Exit.OK

    return run_on_workspace(connection, command)


def add(
    email: str,
    /,
    *,
    provider: Provider = "google",
    display_name: str | None = None,
    daily_limit: Mails = 50,
    servers: Servers | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Connect a mailbox. For Google and Microsoft it prints the page that finishes it, with its QR code.

    With --provider smtp the two servers are needed. Passwords are never arguments: they are asked for without
    showing them, read from a private file (- is standard input), or from an environment variable.

    For example:
      imail-tui inboxes add anna@acme.example
      imail-tui inboxes add bo@acme.example --provider smtp --smtp-host mail.acme.example --password-file -

    Parameters
    ----------
    email
        Its address.
    provider
        Where it lives.
    display_name
        The name its mails come from.
    daily_limit
        Mails a day.
    json
        Print the server's object.
    """

    async def command(session: "Session") -> Exit:
        body = body_of(email, provider, daily_limit, display_name, servers or Servers())
        if servers is not None and servers.check_login and provider == "smtp":
            await _try_logins(servers_of(email, servers))
        made = await session.inboxes.add(body)
        if json:
            print_json(made.wire())
        else:
            _print([made])
            _print_page(made.setup_url)
        return Exit.OK

    return run_on_workspace(connection, command)


def pause(*inboxes: str, json: Flag = False, connection: Shared) -> int:
    """Send nothing from inboxes until `resume`.

    For example:
      imail-tui inboxes pause anna@acme.example bo@acme.example

    Parameters
    ----------
    inboxes
        Their ids or addresses.
    json
        Print the inboxes as they are then, as one JSON array.
    """
    return _change(inboxes, PAUSE, connection, json=json)


def resume(*inboxes: str, json: Flag = False, connection: Shared) -> int:
    """Let paused inboxes go on.

    For example:
      imail-tui inboxes resume anna@acme.example

    Parameters
    ----------
    inboxes
        Their ids or addresses.
    json
        Print the inboxes as they are then, as one JSON array.
    """
    return _change(inboxes, RESUME, connection, json=json)


def limit(mails: Mails, /, *inboxes: str, json: Flag = False, connection: Shared) -> int:
    """Set how many mails a day inboxes may send.

    For example:
      imail-tui inboxes limit 40 anna@acme.example bo@acme.example

    Parameters
    ----------
    mails
        Mails a day.
    inboxes
        Their ids or addresses.
    json
        Print the inboxes as they are then, as one JSON array.
    """
    return _change(inboxes, limit_to(mails), connection, json=json)


def reconnect(
    inbox: str, /, *, servers: Servers | None = None, json: Flag = False, connection: Shared
) -> int:
    """Connect an inbox that was lost: prints the page that does it, or logs in to the servers of one by SMTP.

    For example:
      imail-tui inboxes reconnect anna@acme.example
      imail-tui inboxes reconnect bo@acme.example --smtp-host mail.acme.example --password-env MAIL_PASSWORD

    Parameters
    ----------
    inbox
        Its id or address.
    json
        Print one JSON object: the inbox, with `setup_url`.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, inbox)
        credentials = None
        if found.provider == "smtp":
            given = servers_of(found.email, servers or Servers())
            if servers is not None and servers.check_login:
                await _try_logins(given)
            credentials = given.wire()
        url = await session.inboxes.reconnect(found.id, credentials)
        now = session.inboxes.get(found.id) or found
        if json:
            print_json({**now.wire(), "setup_url": url})
        else:
            _print([now])
            _print_page(url)
        return Exit.OK

    return run_on_workspace(connection, command)


def rm(inbox: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Delete an inbox; says first which campaigns depend on it. This cannot be undone.

    While an active campaign sends from it the server refuses: pause that, or take the inbox out of it.

    For example:
      imail-tui inboxes rm anna@acme.example --yes

    Parameters
    ----------
    inbox
        Its id or address.
    yes
        Do not ask.
    json
        Print the inbox as it was.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, inbox)
        if not yes:
            facts = depends(await _stake(session, found))
            check_consent(session, f"Delete {found.email}?", found.email, facts, yes=yes)
        await session.inboxes.delete(found.id)
        say(f"{found.email} ({found.id}) was deleted.")
        if json:
            print_json(found.wire())
        return Exit.OK

    return run_on_workspace(connection, command)


def depends(stake: Stake) -> list[str]:
    """What depends on an inbox, in words."""
    if not stake.campaigns:
        return ["No campaign sends from it."]
    return [f"{campaign.status} campaign {campaign.name} sends from it." for campaign in stake.campaigns]


async def _find(session: "Session", which: str) -> Inbox:
    from imail_tui.services.naming import find_inbox

    return await find_inbox(session.client, which)


async def _stake(session: "Session", inbox: Inbox) -> Stake:
    return stake_of(inbox, [row async for row in session.client.campaigns.list()])


def _change(which: Sequence[str], change: InboxChange, connection: Shared, *, json: bool) -> int:
    """Change inboxes, and print them as they are then. Those that are so already are left alone."""

    async def command(session: "Session") -> Exit:
        # All names are looked up before anything is changed.
        ids = [
            (await session.inboxes.fetch((await _find(session, each)).id)).id
            for each in required(which, "inboxes")
        ]
        changed = await session.inboxes.change(dict.fromkeys(ids, change))
        now = [inbox for each in dict.fromkeys(ids) if (inbox := session.inboxes.get(each)) is not None]
        if json:
            print_json([inbox.wire() for inbox in now])
        else:
            _print(now)
        names = {inbox.id: inbox.email for inbox in now}
        codes = [tell(problem.at(names.get(each, each))) for each, problem in changed.refused.items()]
        return codes[0] if codes else Exit.OK

    return run_on_workspace(connection, command)


async def _try_logins(servers: "MailServers") -> None:
    from imail_tui.model.problem import Problem
    from imail_tui.services.mail_login import try_logins
    from imail_tui.services.refused import Refused

    for field, what in (await try_logins(servers)).items():
        raise Refused(Problem(what, "Nothing was sent to imail.", where=field, code="mail_login"))


def _print(inboxes: Iterable[Inbox]) -> None:
    print_rows(HEADINGS, map(inbox_row, inboxes), empty="No inbox was changed.")


def _print_page(url: str | None) -> None:
    """The page that connects an inbox: on a terminal as a code for a phone, too."""
    if not url:
        return
    if not sys.stdout.isatty():
        print("setup_url", one_line(url), sep="\t")
        return
    from imail_tui.domain.qr import qr_lines

    print(one_line(f"Open {url}"))
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    # One that no code can hold can still be opened.
    with contextlib.suppress(ValueError):
        print("\n".join(qr_lines(url, ascii_only=not utf8)))


def _facts(inbox: Inbox, stake: Stake) -> list[tuple[str, Field]]:
    warmup, health = inbox.warmup, inbox.health
    return [
        ("email", inbox.email),
        ("id", inbox.id),
        ("display_name", inbox.display_name),
        ("provider", inbox.provider),
        ("status", inbox.status),
        ("status_reason", inbox.status_reason),
        ("setup_url", inbox.setup_url),
        ("sent_today", inbox.sent_today),
        ("daily_limit", inbox.daily_limit),
        ("min_gap_seconds", inbox.min_gap_seconds),
        ("warmup", warmup.status),
        ("warmup_day", warmup.day),
        ("warmup_score", warmup.score),
        ("warmup_spam_rate", warmup.spam_rate),
        ("health", health.score),
        ("bounce_rate_7d", health.bounce_rate_7d),
        ("spf", health.spf),
        ("dkim", health.dkim),
        ("dmarc", health.dmarc),
        ("campaigns", ", ".join(f"{each.name} ({each.status})" for each in stake.campaigns)),
        ("mails_not_sent_today", stake.mails_today),
        ("last_sync_at", inbox.last_sync_at.isoformat() if inbox.last_sync_at else None),
        ("disconnected_at", inbox.disconnected_at.isoformat() if inbox.disconnected_at else None),
    ]
