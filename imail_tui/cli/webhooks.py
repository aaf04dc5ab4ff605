"""`imail-tui webhooks`: who is sent what happens, what was delivered, and whether a delivery is genuine."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.listing import list_records
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.domain.signatures import HEADER, TOLERANCE_SECONDS, Verified, verify
from imail_tui.domain.text import one_line
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.problem import Problem
from imail_tui.model.webhooks import Webhook

if TYPE_CHECKING:
    from imail_tui.services.session import Session
    from imail_tui.services.webhooks import NewSecret

app = App(name="webhooks", help="Who is sent what happens, and what was delivered.")

_HEADINGS = (Heading("state"), Heading("url"), Heading("events"), Heading("created"), Heading("id"))
_LOG = (
    Heading("status"),
    Heading("type"),
    Heading("attempt", right=True),
    Heading("answer", right=True),
    Heading("ms", right=True),
    Heading("next_attempt"),
    Heading("event_id"),
    Heading("id"),
)


@app.command(name="list")
def list_webhooks(*, json: Flag = False, connection: Shared) -> int:
    """List all subscriptions.

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
        empty="No webhooks. Create one: imail-tui webhooks create URL",
    )


@app.command
def create(
    url: str,
    /,
    *,
    events: tuple[str, ...] = (),
    in_file: Flag = False,
    show_secret: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Subscribe a URL. Its signing secret is given once, and kept for `imail-tui listen`.

    For example:
      imail-tui webhooks create https://hooks.example.com/x --events inbox.disconnected

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
        made = await session.webhooks.rotate(await _id(session, webhook), in_file=in_file)
        return _print_secret(made, json=json, show=show_secret)

    return run_on_workspace(connection, command)


@app.command
def pause(webhook: str, /, *, connection: Shared) -> int:
    """Send nothing to a subscription until `resume`.

    Parameters
    ----------
    webhook
        Its id or URL.
    """
    return _switch(webhook, connection, active=False)


@app.command
def resume(webhook: str, /, *, connection: Shared) -> int:
    """Let a paused or disabled subscription go on.

    Parameters
    ----------
    webhook
        Its id or URL.
    """
    return _switch(webhook, connection, active=True)


@app.command(name="rm")
def delete(webhook: str, /, *, yes: Flag = False, connection: Shared) -> int:
    """End a subscription, and forget its secret. This cannot be undone.

    For example:
      imail-tui webhooks rm https://hooks.example.com/x --yes

    Parameters
    ----------
    webhook
        Its id or URL.
    yes
        Do not ask.
    """

    async def command(session: "Session") -> Exit:
        from imail_tui.services.naming import find_webhook

        found = await find_webhook(session.client, webhook)
        facts = ("Its secret is forgotten; what it was not told yet, it is not told.",)
        check_consent(session, f"Delete {found.url}?", found.id, facts, yes=yes)
        await session.webhooks.delete(found.id)
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def test(webhook: str, /, *, connection: Shared) -> int:
    """Have a test event sent.

    Parameters
    ----------
    webhook
        Its id or URL.
    """

    async def command(session: "Session") -> Exit:
        await session.webhooks.test(await _id(session, webhook))
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def deliveries(webhook: str, /, *, most: int = 50, json: Flag = False, connection: Shared) -> int:
    """The newest attempts to deliver.

    Parameters
    ----------
    webhook
        Its id or URL.
    most
        How many to print.
    json
        Print the server's objects, payloads included, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        log = await session.webhooks.deliveries(await _id(session, webhook), most)
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
                each.next_attempt_at.isoformat() if each.next_attempt_at else None,
                each.event_id,
                each.id,
            )
            for each in log
        ]
        print_rows(_LOG, rows, empty="Nothing was delivered yet. Try: imail-tui webhooks test ID")
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def redeliver(delivery_id: str, /, *, connection: Shared) -> int:
    """Have one delivery sent again.

    Parameters
    ----------
    delivery_id
        Id in the log of deliveries.
    """

    async def command(session: "Session") -> Exit:
        await session.webhooks.redeliver(delivery_id)
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command(name="verify")
def verify_file(
    file: str,
    /,
    *,
    secret_env: tuple[str, ...],
    header: tuple[str, ...] = (),
    at: float | None = None,
    tolerance: float = TOLERANCE_SECONDS,
) -> int:
    """Say whether a delivery is genuine, and if not which check it failed. Asks no server.

    The file holds a whole request (lines of headers, an empty line, the body)
    or only the raw body, with the signature's headers as options.

    For example:
      imail-tui webhooks verify body.json --secret-env SECRET --header "Imail-Signature: t=1,v1=ab"

    Parameters
    ----------
    file
        File with the delivery, byte for byte as it came.
    secret_env
        Environment variable with a signing secret; may be repeated.
    header
        Header of the delivery, such as `Imail-Signature: t=…,v1=…`; may be repeated.
    at
        Unix time to judge the signature's age by; now by default.
    tolerance
        Seconds it may be old.
    """
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        return tell(Problem(f"The file cannot be read: {error.strerror}.", where=file, code="usage"))
    secrets = [os.environ.get(name, "").strip() for name in secret_env]
    unset = next((name for name, secret in zip(secret_env, secrets, strict=True) if not secret), None)
    if unset is not None:
        return tell(Problem(f"{unset} is not set.", "Set it to the webhook's secret.", unset, code="usage"))
    headers, body = _read_delivery(content, header)
    verdict = verify(body, headers, secrets, time.time() if at is None else at, tolerance)
    if isinstance(verdict, Verified):
        signed = "" if verdict.signed_at is None else f", signed at {verdict.signed_at}"
        print(f"Genuine: {verdict.scheme}, by the secret in {secret_env[verdict.secret]}{signed}.")
        return Exit.OK
    scheme = f" ({verdict.scheme})" if verdict.scheme else ""
    print(f"Refused: {verdict.check}{scheme}. The body has {len(body)} bytes.")
    return Exit.FAILED


def _read_delivery(
    content: bytes, given: Sequence[str]
) -> tuple[list[tuple[str | bytes, str | bytes]], bytes]:
    """Headers and body of a whole request, or the given headers of a body that is all there is."""
    headers: list[tuple[str | bytes, str | bytes]] = [
        (name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in given)
    ]
    if headers or HEADER.lower().encode() not in content[:16_384].lower():
        return headers, content
    head, _, body = content.partition(b"\r\n\r\n" if b"\r\n\r\n" in content else b"\n\n")
    lines = [line.partition(b":") for line in head.splitlines()]
    return [(name.strip(), value.strip()) for name, colon, value in lines if colon], body


async def _id(session: "Session", which: str) -> str:
    from imail_tui.services.naming import find_webhook

    return (await find_webhook(session.client, which)).id


def _switch(webhook: str, connection: Connection, *, active: bool) -> int:
    async def command(session: "Session") -> Exit:
        await session.webhooks.switch(await _id(session, webhook), active=active)
        return Exit.OK

    return run_on_workspace(connection, command)


def _print_secret(made: "NewSecret", *, json: bool, show: bool) -> Exit:
    webhook = made.webhook.wire()
    webhook.pop("secret", None)
    if json:
        print_json(
            {**webhook, "kept": made.kept or None} | ({"secret": made.secret.reveal()} if show else {})
        )
    else:
        print(one_line(f"{made.webhook.id}  {made.webhook.url}"))
        if made.kept:
            print(one_line(f"The secret is kept: {made.kept}."))
        if show:
            print(one_line(made.secret.reveal()))
    if made.not_kept is not None and not show:
        remedy = f"imail-tui webhooks rotate {made.webhook.id} --in-file (or --show-secret)"
        return tell(Problem(made.not_kept.what, remedy, code="secret_not_kept"))
    return Exit.OK


def _row(webhook: Webhook) -> tuple[Field, ...]:
    state = "disabled" if webhook.disabled_at else "active" if webhook.active else "paused"
    created = webhook.created_at.isoformat() if webhook.created_at else None
    return (state, webhook.url, ",".join(webhook.events), created, webhook.id)
