"""What a world made by hand may say. Things name each other by address or name, never by id."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from imail_tui.sandbox.schemas.campaigns import DailyLimit, Name, SendWindow
from imail_tui.sandbox.schemas.inboxes import Gap, InboxLimit, Provider
from imail_tui.sandbox.schemas.leads import LeadCreate
from imail_tui.sandbox.schemas.replies import Label
from imail_tui.sandbox.schemas.steps import Steps
from imail_tui.sandbox.schemas.types import WHOLE, Body, Email, Note, Zone

_Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 60), WHOLE]


class WorkspaceByHand(Body):
    """The workspace; both its keys get the same world."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)] = "By hand"
    timezone: Zone = "Europe/Berlin"
    classification_enabled: bool = True


class InboxByHand(Body):
    """A sender. `warmup` is the day it is on, 0 = off."""

    email: Email
    display_name: Note | None = None
    provider: Provider = "google"
    status: Literal["pending_setup", "connected", "disconnected", "paused", "error"] = "connected"
    status_reason: Note | None = None
    daily_limit: InboxLimit = 50
    min_gap_seconds: Gap = 90
    warmup_day: Annotated[int, Field(ge=0, le=1_000), WHOLE] = 0


class CampaignByHand(Body):
    """A campaign as the API takes it, but with addresses: of its inboxes, and of its leads (or `all`)."""

    name: Name
    status: Literal["draft", "active", "paused"] = "draft"
    inboxes: Annotated[list[Email], Field(min_length=1, max_length=1_000)]
    steps: Steps
    leads: Literal["all"] | list[Email] = []
    daily_limit: DailyLimit | None = None
    send_window: SendWindow | None = None
    track_opens: bool = True
    track_clicks: bool = True
    stop_on_reply: bool = True


class ReplyByHand(Body):
    """An answer of a lead to the first mail of a campaign, which this makes up too, an hour before.

    The lead has left the campaign by it. Without `label` nobody has classified it.
    """

    lead: Email
    campaign: Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
    minutes_ago: _Minutes = 0
    auto: bool = False
    label: Label | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.9
    read: bool = False
    done: bool = False


class SuppressionByHand(Body):
    """An address or a domain that gets no mail."""

    value: Annotated[str, StringConstraints(pattern="^\\S{1,254}$")]
    reason: Note = "manual"


class WorldByHand(Body):
    """A whole small world."""

    workspace: WorkspaceByHand = WorkspaceByHand()
    inboxes: Annotated[list[InboxByHand], Field(max_length=10_000)] = []
    leads: Annotated[list[LeadCreate], Field(max_length=100_000)] = []
    suppressions: Annotated[list[SuppressionByHand], Field(max_length=100_000)] = []
    campaigns: Annotated[list[CampaignByHand], Field(max_length=1_000)] = []
    replies: Annotated[list[ReplyByHand], Field(max_length=100_000)] = []
