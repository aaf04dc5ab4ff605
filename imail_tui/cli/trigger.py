"""`imail-tui trigger`: let something happen in a sandbox, to see what becomes of it."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Literal

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import print_json
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session

_INBOXES = {"inbox.disconnected": "connected", "inbox.reconnected": "disconnected"}
"""The state an inbox must be in for it to happen."""
_OF_INBOX = (*_INBOXES, "warmup.threshold_paused")


Happening = Literal[
    "inbox.disconnected",
    "inbox.reconnected",
    "reply.received",
    "reply.classified",
    "email.delivered",
    "email.opened",
    "email.clicked",
    "email.bounced.hard",
    "email.bounced.soft",
    "unsubscribed",
    "warmup.threshold_paused",
]


def trigger(
    event: Happening,
    /,
    *,
    inbox: str | None = None,
    lead: str | None = None,
    reply: str | None = None,
    label: str | None = None,
    text: str | None = None,
    reason: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Let something happen in a sandbox: the world moves, counters and webhooks follow.

    Without a name something that fits is chosen. Prints the ids of the events.

    For example:
      imail-tui trigger inbox.disconnected
      imail-tui trigger reply.received --text "Sounds good, call me" --label interested

    Parameters
    ----------
    event
        What happens.
    inbox
        Id or address of the inbox.
    lead
        Id or address of the lead.
    reply
        Id of the reply that is classified.
    label
        Label of the reply.
    text
        What the reply says.
    reason
        Why the inbox is lost.
    json
        Print one JSON array: `id`.
    """
    given = {"reply_id": reply, "label": label, "text": text, "reason": reason}
    fields = {name: value for name, value in given.items() if value is not None}

    async def command(session: "Session") -> Exit:
        # Only the sandbox has controls; no other command loads them.
        from imail_tui.sandbox.testing import ControlRefused, SandboxControl
        from imail_tui.services.naming import find_inbox, find_lead

        if inbox is not None:
            fields["inbox_id"] = (await find_inbox(session.client, inbox)).id
        if lead is not None:
            fields["lead_id"] = (await find_lead(session.client, lead)).id
        missing = await _missing(session, event, fields)
        if isinstance(missing, Problem):
            return tell(missing)
        control = SandboxControl(session.profile.base_url)
        ledger: Literal["live", "test"] = "live" if session.status.mode == "live" else "test"
        try:
            ids = await asyncio.to_thread(partial(control.happen, event, ledger=ledger, **fields, **missing))
        except ControlRefused as error:
            where = "" if error.status != 404 or error.code != "not_found" else session.profile.base_url
            what = str(error) if not where else "This server has no controls: it is no sandbox of ours."
            return tell(Problem(what, "imail-tui trigger --help lists what can happen.", where, code="usage"))
        except OSError as error:
            return tell(Problem(f"The sandbox cannot be reached: {error}", code="offline"))
        if json:
            print_json([{"id": each} for each in ids])
        else:
            print("\n".join(map(one_line, ids)))
        return Exit.OK

    return run_on_workspace(connection, command)


async def _missing(session: "Session", event: str, given: dict[str, str]) -> dict[str, str] | Problem:
    """Names of things that fit, where none was given."""
    if event in _OF_INBOX:
        if "inbox_id" in given:
            return {}
        inboxes = await session.client.inboxes.list(status=_INBOXES.get(event)).page()
        found = [inbox.id for inbox in inboxes.items]
        return {"inbox_id": found[0]} if found else _nothing(f"{_INBOXES.get(event)} inbox")
    if event == "reply.classified":
        if "reply_id" in given:
            return {}
        replies = await session.client.replies.list().page()
        found = [reply.id for reply in replies.items if reply.classification is None]
        return {"reply_id": found[0]} if found else _nothing("reply without a label")
    if "lead_id" in given:
        return {}
    events = await session.client.events.list(types=("email.delivered",)).page()
    found = [each.text("lead.id") or each.text("lead_id") for each in events.items]
    return {"lead_id": found[-1]} if found and found[-1] else _nothing("lead with mail")


def _nothing(what: str) -> Problem:
    return Problem(
        f"There is no {what} for that to happen to.", "Name one, or step the sandbox on.", code="usage"
    )
