"""`imail-tui listen`: take the workspace's webhooks on this machine."""

import asyncio
import json as json_lines
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import AtLeastOne, Flag, Many, Shared
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.background import Started
    from imail_tui.services.listener.forwarding import Forwarded
    from imail_tui.services.listener.receiver import Received
    from imail_tui.services.listening import ListenPlan
    from imail_tui.services.session import Session


def listen(
    *,
    port: int | None = None,
    bind: str = "127.0.0.1",
    host: Many = (),
    allow_remote: Flag = False,
    secret_env: Many = (),
    secret_file: Many = (),
    tolerance: float | None = None,
    events: Many = (),
    forward_to: str | None = None,
    subscribe: Flag = False,
    public_url: str | None = None,
    count: AtLeastOne | None = None,
    json: Flag = False,
    daemon: Flag = False,
    stop: Flag = False,
    connection: Shared,
) -> int:
    """Take webhooks: what happens is on every screen of this machine at once, without asking the server.

    It listens on this machine only, behind your proxy or tunnel, on a path
    nobody can guess and that stays the same; deliveries are believed by their
    signature and acknowledged when they are on the disk. Secrets of webhooks
    created with `imail-tui webhooks add` are known, at once.

    For example:
      imail-tui listen --subscribe                     against a sandbox
      imail-tui listen --host hooks.example.com        behind a proxy
      imail-tui listen --forward-to http://localhost:3000/hook --events reply

    Parameters
    ----------
    port
        Port to listen on, 0 = any free one; 8787 by default.
    bind
        Address to listen on.
    host
        Name that senders or your proxy use in `Host`; may be repeated.
    allow_remote
        Let other machines connect directly.
    secret_env
        Environment variable with a signing secret; may be repeated. IMAIL_WEBHOOK_SECRET by default.
    secret_file
        Private file with a signing secret; may be repeated.
    tolerance
        Seconds a signature may be old, 300 by default; 86400 for a server that does not sign retries anew.
    events
        Types to print and pass on, such as `reply.received` or `inbox`; all are kept.
    forward_to
        URL to pass deliveries on to, as they came.
    subscribe
        Subscribe at the server while it runs.
    public_url
        With --subscribe: how the server reaches this machine, without the path.
    count
        Leave with exit code 0 after so many deliveries.
    json
        Print one JSON object a line.
    daemon
        Run in the background.
    stop
        Stop the listener of this workspace.
    """
    from imail_tui.services.background import run_in_background
    from imail_tui.services.listener.server import CannotListen, ListenerOptions
    from imail_tui.services.listening import ListenPlan, secrets_given
    from imail_tui.services.opening import NotOpened, listener_defaults

    if stop:
        return run_on_workspace(connection, _stop, connect=False)
    try:
        known = listener_defaults(os.environ)
        secrets = secrets_given(os.environ, secret_env, secret_file)
    except (CannotListen, NotOpened) as error:
        return tell(error.problem)
    options = ListenerOptions(bind, known.port if port is None else port, host or known.hosts, allow_remote)
    plan = ListenPlan(
        options,
        secrets,
        known.tolerance if tolerance is None else tolerance,
        events,
        forward_to or known.forward_to,
        subscribe,
        public_url,
    )

    def run(started: "Started") -> int:
        async def command(session: "Session") -> Exit:
            return await _run(session, plan, started, count, json=json)

        return run_on_workspace(connection, command, connect=subscribe)

    if not daemon:
        return run(_in_foreground)
    outcome = run_in_background(run)
    if isinstance(outcome, int):
        return outcome
    print(outcome)
    return Exit.OK


def _in_foreground(log: Path, said: str) -> None:
    del log
    # Standard output is for what comes in.
    print(said, file=sys.stderr, flush=True)


async def _run(
    session: "Session", plan: "ListenPlan", started: "Started", count: int | None, *, json: bool
) -> Exit:
    from imail_tui.services.listener.forwarding import BadForward
    from imail_tui.services.listener.server import CannotListen
    from imail_tui.services.listening import Telling, listening, until_signalled

    ended = asyncio.Event()
    left = count

    def received(each: "Received") -> None:
        nonlocal left
        (_json_line if json else _line)(each)
        left = None if left is None else left - 1
        if left == 0:
            ended.set()

    telling = Telling(received, _forwarded_json if json else _forwarded_line, tell)
    try:
        async with listening(session, plan, telling) as url:
            started(session.listener_log, f"Listening at {url}")
            await until_signalled(ended)
    except (CannotListen, BadForward) as error:
        return tell(error.problem)
    return Exit.OK


async def _stop(session: "Session") -> Exit:
    from imail_tui.services.listening import stop_listener

    pid = stop_listener(session)
    if pid is None:
        return tell(Problem("No listener runs for this workspace.", code="not_offered"))
    print(f"Stopped the listener, process {pid}.")
    return Exit.OK


def _line(received: "Received") -> None:
    event = received.event
    said = [datetime.now().astimezone().strftime("%H:%M:%S"), received.fate.value.ljust(7)]
    if event is not None:
        who = event.text("lead.email") or event.text("inbox_email") or event.text("inbox_id")
        said += [event.type.ljust(25), who, event.id]
    print(one_line("  ".join([*said, received.why]).rstrip()), flush=True)


def _json_line(received: "Received") -> None:
    event = received.event.wire() if received.event else None
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(
        json_lines.dumps({"at": at, "fate": received.fate, "why": received.why, "event": event}), flush=True
    )


def _forwarded_line(forwarded: "Forwarded") -> None:
    event = forwarded.received.event
    how = forwarded.why if forwarded.status is None else f"answered {forwarded.status}"
    print(one_line(f"          passed on: {how}  {event.id if event else ''}"), flush=True)


def _forwarded_json(forwarded: "Forwarded") -> None:
    event = forwarded.received.event
    said = {"forwarded": event.id if event else None, "status": forwarded.status, "why": forwarded.why}
    print(json_lines.dumps(said), flush=True)
