"""Webhook subscriptions and deliveries on the wire."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Moment, closed
from imail_tui.sandbox.schemas.types import Body, Changes, Note
from imail_tui.sandbox.schemas.workspace import EventView
from imail_tui.sandbox.versions import EventType

EventTypes = Annotated[list[EventType], Field(min_length=1, max_length=50)]
Url = Annotated[
    str,
    StringConstraints(
        pattern="^https?://([A-Za-z0-9.-]{1,253}|\\[::1\\])(:[0-9]{1,5})?([/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?$",
        max_length=2_000,
    ),
]


class WebhookCreate(Body):
    """A new subscription."""

    url: Url
    events: EventTypes
    description: Note | None = None
    active: bool = True


class WebhookChanges(Changes):
    """A merge patch of a subscription."""

    url: Url = ""
    events: EventTypes = []
    description: Note | None = None
    active: bool = True


class WebhookFilters(Paging):
    """Newest first."""


@closed
class WebhookView(TypedDict):
    """A subscription. `secret` is only in the answers to its creation and to a rotation."""

    id: str
    url: str
    events: list[str]
    description: str | None
    active: bool
    api_version: str
    disabled_at: Moment | None
    disabled_reason: str | None
    created_at: Moment
    updated_at: Moment
    secret: NotRequired[str]


@closed
class DeliveryView(TypedDict):
    """An event on its way to a subscription."""

    id: str
    event_id: str
    type: str
    status: Literal["pending", "delivered", "failed", "abandoned"]
    attempt: int
    response_status: int | None
    response_ms: int | None
    next_attempt_at: Moment | None
    payload: EventView
