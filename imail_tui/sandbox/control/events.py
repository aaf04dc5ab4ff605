"""`/__sandbox/events`: what happened, and letting happen what the world did not think of.

Both go through the world's own code, so that every count agrees.
"""

import json
import sqlite3
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.control.stage import LedgerQuery, Stage
from imail_tui.sandbox.errors import conflict, invalid, unknown_reference
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.labels import LABELS
from imail_tui.sandbox.schemas.replies import Label
from imail_tui.sandbox.schemas.types import WHOLE, Body, Identifier, Note
from imail_tui.sandbox.world.happenings import Effect

_EVENTS = "SELECT seq, id, type, created_at, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?"
_LATEST_MAIL = """
SELECT id FROM mail WHERE lead_id = :lead_id AND (:campaign_id IS NULL OR campaign_id = :campaign_id)
ORDER BY sent_at DESC, id DESC LIMIT 1
"""


class _Happening(Body):
    ledger: Literal["test", "live"] = "test"


class _OfMail(_Happening):
    """About the latest mail to a lead, of one campaign if it is named."""

    lead_id: Identifier
    campaign_id: Identifier | None = None


class MailSeen(_OfMail):
    """The mail arrives, is opened, clicked in, or makes its reader unsubscribe."""

    type: Literal["email.delivered", "email.opened", "email.clicked", "unsubscribed", "email.bounced.hard"]


class SoftBounce(_OfMail):
    """The mail comes back for now."""

    type: Literal["email.bounced.soft"]
    category: Literal["mailbox_full", "greylisted", "temporary_failure", "content_rejected"] = "mailbox_full"


class Reply(_OfMail):
    """The lead answers; without `text` in words of the world, without `label` it stays unclassified.

    The classification comes `classify_after_seconds` of world time later, 0 = at once.
    """

    type: Literal["reply.received"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000)] | None = None
    auto: bool = False
    label: Label | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.9
    classify_after_seconds: Annotated[int, Field(ge=0, le=30 * 86_400), WHOLE] = 0


class Classified(_Happening):
    """The classifier judges a reply that has no label."""

    type: Literal["reply.classified"]
    reply_id: Identifier
    label: Label
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.9


class InboxLost(_Happening):
    """A connected inbox loses its connection, until it is reconnected."""

    type: Literal["inbox.disconnected"]
    inbox_id: Identifier
    reason: Note = "OAuth token revoked by the account's owner"


class InboxFound(_Happening):
    """A lost inbox is connected again."""

    type: Literal["inbox.reconnected"]
    inbox_id: Identifier


class WarmupPaused(_Happening):
    """Too much of an inbox's warmup lands in spam."""

    type: Literal["warmup.threshold_paused"]
    inbox_id: Identifier
    spam_rate: Annotated[float, Field(ge=0, le=1)] = 0.06


Happening = Annotated[
    MailSeen | SoftBounce | Reply | Classified | InboxLost | InboxFound | WarmupPaused,
    Field(discriminator="type"),
]


class EventView(TypedDict):
    """Something that happened; `seq` is its place in the ledger."""

    seq: int
    id: str
    type: str
    at: str
    data: dict[str, object]


class EventsPage(TypedDict):
    """Events behind a place; `next` is where to go on."""

    data: list[EventView]
    next: int
    has_more: bool


class Happened(TypedDict):
    """The ids of the events that came of it, in order."""

    event_ids: list[str]


def events_router(stage: Stage) -> APIRouter:
    """The operations on a stage."""
    router = APIRouter()

    @router.get("/events")
    def list_events(query: Annotated[LedgerQuery, Query()]) -> EventsPage:
        with stage.ledger(query.ledger).read() as connection:
            rows = connection.execute(_EVENTS, (query.after, query.limit + 1)).fetchall()
        shown = rows[: query.limit]
        data = [
            EventView(
                seq=row["seq"],
                id=row["id"],
                type=row["type"],
                at=rfc3339(row["created_at"]),
                data=json.loads(row["data"]),
            )
            for row in shown
        ]
        last = shown[-1]["seq"] if shown else query.after
        return EventsPage(data=data, next=last, has_more=len(rows) > query.limit)

    @router.post("/events", status_code=201)
    def let_happen(body: Happening) -> Happened:
        ledger = stage.ledger(body.ledger)
        with ledger.read() as connection:
            effect = _effect(connection, body)
        event_ids = ledger.happen([effect])
        if not event_ids and body.type != "unsubscribed":
            raise conflict("nothing_happened", "The state it is in leaves nothing to happen.")
        return Happened(event_ids=event_ids)

    return router


def _effect(connection: sqlite3.Connection, body: Happening) -> Effect:
    """What is told to the world; its instant is filled in when it happens."""
    if isinstance(body, Classified):
        _check(connection, "reply", "reply_id", body.reply_id)
        return Effect(0, "classified", body.reply_id, compact([body.label, None, body.confidence]))
    if isinstance(body, (InboxLost, InboxFound, WarmupPaused)):
        _check(connection, "inbox", "inbox_id", body.inbox_id)
        kind, told = _of_inbox(body)
        return Effect(0, kind, body.inbox_id, compact(told))
    kind, told = _of_mail(body)
    return Effect(0, kind, _latest_mail(connection, body), compact(told))


def _of_inbox(body: InboxLost | InboxFound | WarmupPaused) -> tuple[str, list[object]]:
    if isinstance(body, InboxLost):
        return "disconnected", [body.reason]
    return ("reconnected", []) if isinstance(body, InboxFound) else ("warmup_paused", [body.spam_rate])


def _of_mail(body: MailSeen | SoftBounce | Reply) -> tuple[str, list[object]]:
    """The world's name of it, and the label or category, delay of the judgement, confidence and words."""
    if isinstance(body, SoftBounce):
        return "bounced_soft", [body.category]
    if isinstance(body, MailSeen):
        detail = "mailbox_not_found" if body.type == "email.bounced.hard" else ""
        return body.type.removeprefix("email.").replace(".", "_"), [detail, None, 0.0]
    judged = None if body.label is None else body.classify_after_seconds * 1000
    words = [] if body.text is None else [body.text]
    if body.text is None and body.label not in (None, *LABELS):
        raise invalid("text", f"text is required: the world has no words for {body.label}.")
    unlabelled = "auto_reply" if body.auto else "question"
    told: list[object] = [body.label or unlabelled, judged, body.confidence, *words]
    return "auto_replied" if body.auto else "replied", told


def _latest_mail(connection: sqlite3.Connection, body: MailSeen | SoftBounce | Reply) -> str:
    _check(connection, "lead", "lead_id", body.lead_id)
    if body.campaign_id is not None:
        _check(connection, "campaign", "campaign_id", body.campaign_id)
    wanted = {"lead_id": body.lead_id, "campaign_id": body.campaign_id}
    row = connection.execute(_LATEST_MAIL, wanted).fetchone()
    if row is None:
        raise conflict("nothing_sent", "No mail has gone to this lead yet.")
    return str(row["id"])


def _check(connection: sqlite3.Connection, table: str, field: str, wanted: str) -> None:
    if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (wanted,)).fetchone() is None:
        raise unknown_reference(field, f"{table} {wanted}")
