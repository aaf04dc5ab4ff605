"""`imail-tui webhooks`: who is sent what happens, and what was delivered."""

from typing import TYPE_CHECKING

from cyclopts import App

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.listing import list_records
from imail_tui.cli.options import AtLeastOne, Flag, Many, Shared, say
from imail_tui.cli.output import Field, Heading, print_json, print_rows, when
from imail_tui.domain.text import one_line
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.webhooks import Webhook

if TYPE_CHECKING:
    from imail_tui.services.session import Session
    from imail_tui.services.webhooks import NewSecret

app = App(name="webhooks", help="Who is sent what happens, and what was delivered.")

app.command(
    "imail_tui.cli.webhook_verify:verify_file",
    name="verify",
    help="Say whether a delivery is genuine, and if not which check it failed. Asks no server.",
)

_HEADINGS = (
    Heading("state"),
    Heading("url", key=True),
    Heading("events", drop=1),
    Heading("created", drop=2),
    Heading("id"),
)
_LOG = (
    Heading("status"),
    Heading("type"),
    Heading("attempt", right=True),
    Heading("answer", right=True),
    Heading("ms", right=True, drop=1),
    Heading("next_attempt", drop=2),
    Heading("event_id", drop=3),
    Heading("id"),
)


@app.command(name="list")
def list_webhooks(*, json: Flag = False, connection: Shared) -> int:
    """List all subscriptions.

    For example:
      imail-tui webhooks list --json | jq -r '.[].url'

    Parameters
    ----------
    json
        Print the server's objects as one JSON array.
    """
    return list_records(
        connection,
        lambda session: session.client.webhooks.list(),
        _HEADINGS,
        _row,
        json=json,
        empty="No webhooks. Add one: imail-tui webhooks add URL",
    )


@app.command
def add(
    url: str,
    /,
    *,
    events: Many = (),
    in_file: Flag = False,
    show_secret: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Subscribe a URL. Its signing secret is given once, and kept for `imail-tui listen`.

    For example:
      imail-tui webhooks add https://hooks.example.com/x --events inbox.disconnected

    Parameters
    ----------
    url
        Where the server sends to.
    events
        Type of event; may be repeated. All by default.
    in_file
        Keep the secret in a private file (mode 0600, not encrypted) instead of the secret store.
    show_secret
        Print the secret: it cannot be shown again.
    json
        Print one JSON object.
    """

    async def command(session: "Session") -> Exit:
        made = await session.webhooks.create(url, events or EVENT_TYPES, in_file=in_file)
        return _print_secret(made, json=json, show=show_secret)

    return run_on_workspace(connection, command)


@app.command
def rotate(
    webhook: str,
    /,
    *,
    in_file: Flag = False,
    show_secret: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Have a new secret; the old one signs too for 24 hours, and both are kept.

    For example:
      imail-tui webhooks rotate https://hooks.example.com/x

    Parameters
    ----------
    webhook
        Its id or URL.
    in_file
        Keep the secret in a private file instead of the secret store.
    show_secret
        Print the secret: it cannot be shown again.
    json
        Print one JSON object.
    """

    async def command(session: "Session") -> Exit:
        made = await session.webhooks.rotate((await _find(session, webhook)).id, in_file=in_file)
        return _print_secret(made, json=json, show=show_secret)

    return run_on_workspace(connection, command)


@app.command
def pause(webhook: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Send nothing to a subscription until `resume`.

    For example:
      imail-tui webhooks pause https://hooks.example.com/x

    Parameters
    ----------
    webhook
        Its id or URL.
    json
        Print the subscription as it is then.
    """
    return _switch(webhook, connection, active=False, json=json)


@app.command
def resume(webhook: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Let a paused or disabled subscription go on.

    For example:
      imail-tui webhooks resume https://hooks.example.com/x

    Parameters
    ----------
    webhook
        Its id or URL.
    json
        Print the subscription as it is then.
    """
    return _switch(webhook, connection, active=True, json=json)


@app.command(name="rm")
def delete(webhook: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """End a subscription, and forget its secret. This cannot be undone.

    For example:
      imail-tui webhooks rm https://hooks.example.com/x --yes

    Parameters
    ----------
    webhook
        Its id or URL.
    yes
        Do not ask.
    json
        Print the subscription as it was.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, webhook)
        facts = ("Its secret is forgotten; what it was not told yet, it is not told.",)
        check_consent(session, f"Delete {found.url}?", found.id, facts, yes=yes)
        await session.webhooks.delete(found.id)
        say(f"{found.url} ({found.id}) was deleted.")
        if json:
            print_json(found.wire())
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command(name="test")
def send_test(webhook: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Have a test event sent.

    For example:
      imail-tui webhooks test https://hooks.example.com/x

    Parameters
    ----------
    webhook
        Its id or URL.
    json
        Print the subscription.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, webhook)
        await session.webhooks.test(found.id)
        say(f"A test event is on its way. See `imail-tui webhooks deliveries {found.id}`.")
        return _printed(found, json=json)

    return run_on_workspace(connection, command)


@app.command
def deliveries(webhook: str, /, *, most: AtLeastOne = 50, json: Flag = False, connection: Shared) -> int:
    """List the newest attempts to deliver.

    For example:
      imail-tui webhooks deliveries https://hooks.example.com/x --most 5

    Parameters
    ----------
    webhook
        Its id or URL.
    most
        At most so many.
    json
        Print the server's objects, payloads included, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        log = await session.webhooks.deliveries((await _find(session, webhook)).id, most)
        if json:
            print_json([each.wire() for each in log])
            return Exit.OK
        rows = [
            (
                each.status,
                each.type,
                each.attempt,
                each.response_status,
                each.response_ms,
                when(each.next_attempt_at),
                each.event_id,
                each.id,
            )
            for each in log
        ]
        print_rows(_LOG, rows, empty="Nothing was delivered yet. Try: imail-tui webhooks test ID")
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def redeliver(delivery: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Have one delivery sent again.

    For example:
      imail-tui webhooks redeliver dlv_01HZ8KABC

    Parameters
    ----------
    delivery
        Its id, as `webhooks deliveries` prints it.
    json
        Print one JSON object: `id`.
    """

    async def command(session: "Session") -> Exit:
        await session.webhooks.redeliver(delivery)
        say(f"{delivery} is on its way again.")
        if json:
            print_json({"id": delivery})
        return Exit.OK

    return run_on_workspace(connection, command)


async def _find(session: "Session", which: str) -> Webhook:
    from imail_tui.services.naming import find_webhook

    return await find_webhook(session.client, which)


def _switch(webhook: str, connection: Connection, *, active: bool, json: bool) -> int:
    async def command(session: "Session") -> Exit:
        found = await _find(session, webhook)
        return _printed(await session.webhooks.switch(found.id, active=active), json=json)

    return run_on_workspace(connection, command)


def _printed(webhook: Webhook, *, json: bool) -> Exit:
    if json:
        print_json(webhook.wire())
    else:
        print_rows(_HEADINGS, [_row(webhook)], empty="")
    return Exit.OK


def _print_secret(made: "NewSecret", *, json: bool, show: bool) -> Exit:
    webhook = made.webhook.wire()
    webhook.pop("secret", None)
    if json:
        shown: Json = {"secret": made.secret.reveal()} if show else {}
        print_json({**webhook, "kept": made.kept or None, **shown})
    else:
        print_rows(_HEADINGS, [_row(made.webhook)], empty="")
        if show:
            print("secret", one_line(made.secret.reveal()), sep="\t")
    if made.kept:
        say(f"The secret is kept: {made.kept}.")
    if made.not_kept is not None and not show:
        remedy = f"imail-tui webhooks rotate {made.webhook.id} --in-file (or --show-secret)"
        return tell(Problem(made.not_kept.what, remedy, code="secret_not_kept"))
    return Exit.OK


def _row(webhook: Webhook) -> tuple[Field, ...]:
    state = "disabled" if webhook.disabled_at else "active" if webhook.active else "paused"
    return (state, webhook.url, ",".join(webhook.events), when(webhook.created_at), webhook.id)
