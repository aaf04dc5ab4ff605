"""The workspace, the public metrics and the events on the wire."""

from typing import Annotated, Literal

from pydantic import StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Moment, closed
from imail_tui.sandbox.schemas.types import Identifier


@closed
class Limits(TypedDict):
    """What the tier allows."""

    daily_limit_max: int
    requests_per_minute: float
    burst: int


@closed
class WorkspaceView(TypedDict):
    """The workspace a key belongs to."""

    id: str
    name: str
    tier: Literal["surge", "velocity", "apex"]
    mode: Literal["live", "test"]
    timezone: str
    classification_enabled: bool
    limits: Limits
    created_at: Moment


@closed
class MetricsView(TypedDict):
    """Numbers of the whole service; rates are fractions."""

    emails_sent_24h: int
    replies_24h: int
    inboxes_connected: int
    inbox_placement_rate: float
    uptime_90d: float
    updated_at: Moment


class EventFilters(Paging):
    """Which events, in the ledger's order: behind `after`, before `before`, `types` as a comma list."""

    after: Identifier | None = None
    before: Identifier | None = None
    types: Annotated[str, StringConstraints(pattern="^[a-z_.]{1,60}(,[a-z_.]{1,60}){0,49}$")] | None = None
    campaign_id: Identifier | None = None
    inbox_id: Identifier | None = None
    lead_id: Identifier | None = None


@closed
class EventLead(TypedDict):
    """The lead an event is about."""

    id: str
    email: str


@closed
class EventBounce(TypedDict):
    """How a mail bounced."""

    category: str
    code: str
    diagnostic: str


@closed
class EventClassification(TypedDict):
    """How a reply was classified."""

    label: str | None
    confidence: float | None


@closed
class EventData(TypedDict, total=False):
    """What an event is about; which fields there are depends on its type."""

    campaign_id: str
    lead: EventLead
    inbox_id: str
    inbox_email: str
    step_id: str
    variant_id: str
    reply_id: str
    thread_id: str
    link: str
    bounce: EventBounce
    classification: EventClassification
    reason: str


@closed
class EventView(TypedDict):
    """Something that happened; webhooks carry the same object."""

    id: str
    type: str
    created_at: Moment
    workspace_id: str
    data: EventData
