"""`imail-tui inboxes`: the mailboxes of the workspace."""

import asyncio
import json as json_lines
import os
import sys
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.listing import list_records
from imail_tui.cli.options import AtLeastOne, Flag, Shared
from imail_tui.cli.output import Field, Heading
from imail_tui.domain.notification import notification
from imail_tui.domain.text import one_line
from imail_tui.model.inboxes import Inbox

if TYPE_CHECKING:
    from imail_tui.services.inbox_watch import InboxTurn
    from imail_tui.services.session import Session

app = App(name="inboxes", help="The mailboxes mail is sent from.")

for _name, _help in {
    "show": "State, warmup and health of an inbox, and what sends from it.",
    "add": "Connect a mailbox by Google, Microsoft, or SMTP and IMAP.",
    "pause": "Send nothing from inboxes until `resume`.",
    "resume": "Let paused inboxes go on.",
    "limit": "Set how many mails a day inboxes may send.",
    "reconnect": "Connect an inbox that was lost.",
    "rm": "Delete an inbox; says first what depends on it.",
}.items():
    app.command(f"imail_tui.cli.inbox_acts:{_name}", name=_name, help=_help)

Status = Literal["connected", "paused", "disconnected", "pending_setup", "error"]

HEADINGS = (
    Heading("status"),
    Heading("email", key=True),
    Heading("provider", drop=2),
    Heading("sent_today", right=True),
    Heading("daily_limit", right=True),
    Heading("warmup", drop=1),
    Heading("health", right=True),
    Heading("id", drop=3),
)


@app.command(name="list")
def list_inboxes(
    *,
    status: Status | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """List all inboxes.

    For example:
      imail-tui inboxes list --status disconnected

    Parameters
    ----------
    status
        Only those in this state.
    json
        Print the server's objects as one JSON array.
    """
    return list_records(
        connection,
        lambda session: session.client.inboxes.list(status=status),
        HEADINGS,
        inbox_row,
        json=json,
        empty="No inboxes. Add one: imail-tui inboxes add EMAIL",
    )


@app.command
def watch(
    *,
    exit_on: Status | None = None,
    count: AtLeastOne | None = None,
    notify: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Print a line whenever an inbox changes its state, until interrupted. Runs for weeks.

    For example:
      imail-tui inboxes watch --notify
      imail-tui inboxes watch --exit-on disconnected && mail -s "inbox lost" me@example.com </dev/null

    Parameters
    ----------
    exit_on
        Leave with exit code 0 as soon as an inbox is in this state.
    count
        Leave with exit code 0 after so many lines.
    notify
        Show lost inboxes as notifications of the terminal, too.
    json
        Print one JSON object a line.
    """

    async def command(session: "Session") -> Exit:
        return await _watch(session, exit_on, count, json=json, notify=notify)

    return run_on_workspace(connection, command)


async def _watch(
    session: "Session", exit_on: str | None, count: int | None, *, json: bool, notify: bool
) -> Exit:
    from imail_tui.services.inbox_watch import watch_inboxes

    left = count
    try:
        async for change in watch_inboxes(session, lambda words: print(words, file=sys.stderr, flush=True)):
            if change.before is not None or change.now.status == exit_on:
                _print_change(change, json=json)
                if notify and change.is_loss and sys.stderr.isatty():
                    text = f"{change.now.email} is {change.now.status}"
                    sys.stderr.write(notification(text, in_tmux="TMUX" in os.environ))
                    sys.stderr.flush()
                left = None if left is None else left - 1
            if change.now.status == exit_on or left == 0:
                return Exit.OK
    except asyncio.CancelledError:
        # Interrupted: that is how it ends.
        return Exit.INTERRUPTED
    return Exit.OK


def _print_change(change: "InboxTurn", *, json: bool) -> None:
    inbox = change.now
    if json:
        said = {
            "at": change.at.isoformat(timespec="milliseconds"),
            "email": inbox.email,
            "id": inbox.id,
            "before": change.before,
            "status": inbox.status,
            "reason": inbox.status_reason,
        }
        print(json_lines.dumps(said), flush=True)
        return
    parts = [f"{change.at.astimezone():%Y-%m-%d %H:%M:%S}", inbox.status.ljust(13), inbox.email]
    if inbox.status_reason:
        parts.append(inbox.status_reason)
    print(one_line("  ".join(parts)), flush=True)


def inbox_row(inbox: Inbox) -> tuple[Field, ...]:
    """One line of the list."""
    return (
        inbox.status,
        inbox.email,
        inbox.provider,
        inbox.sent_today,
        inbox.daily_limit,
        inbox.warmup.status,
        inbox.health.score,
        inbox.id,
    )
