"""Campaigns on the wire."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Moment, closed
from imail_tui.sandbox.schemas.steps import Step, Steps
from imail_tui.sandbox.schemas.types import (
    NOT_BLANK,
    WHOLE,
    Body,
    Changes,
    Date,
    Email,
    Identifier,
    Instant,
    Search,
    Slug,
    Zone,
)

Status = Literal["draft", "active", "paused", "completed", "archived"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Name = Annotated[str, StringConstraints(max_length=120, pattern=NOT_BLANK)]
InboxIds = Annotated[list[Identifier], Field(min_length=1, max_length=1_000)]
DailyLimit = Annotated[int, Field(ge=1, le=100_000), WHOLE]
LeadIds = Annotated[list[Identifier], Field(min_length=1, max_length=5_000)]


class SendWindow(Body):
    """When mail may leave."""

    timezone: Zone | Literal["lead"] = "lead"
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = ["mon", "tue", "wed", "thu", "fri"]
    start: TimeOfDay = "09:00"
    end: TimeOfDay = "17:00"
    start_date: Date | None = None
    end_date: Date | None = None
    exclude_dates: Annotated[list[Date], Field(max_length=366)] = []


class SendWindowChanges(Changes):
    """A merge patch of the window; null removes what may be absent."""

    timezone: Zone | Literal["lead"] | None = None
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] | None = None
    start: TimeOfDay | None = None
    end: TimeOfDay | None = None
    start_date: Date | None = None
    end_date: Date | None = None
    exclude_dates: Annotated[list[Date], Field(max_length=366)] | None = None


class CampaignCreate(Body):
    """A new campaign, a draft until it is launched."""

    name: Name
    inbox_ids: InboxIds
    steps: Steps
    daily_limit: DailyLimit | None = None
    send_window: SendWindow | None = None
    track_opens: bool = True
    track_clicks: bool = True
    stop_on_reply: bool = True


class CampaignChanges(Changes):
    """A merge patch of a campaign; `status` launches, pauses or archives it. `steps` is replaced whole."""

    name: Name = ""
    status: Status = "draft"
    inbox_ids: InboxIds = []
    steps: Steps = []
    daily_limit: DailyLimit | None = None
    send_window: SendWindowChanges | None = None
    track_opens: bool | None = None
    track_clicks: bool | None = None
    stop_on_reply: bool | None = None


CampaignSort = Literal[
    "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at", "sent_today", "-sent_today"
]


class CampaignFilters(Paging):
    """Which campaigns, in what order; newest first by default."""

    status: Status | None = None
    q: Search | None = None
    updated_since: Instant | None = None
    sort: CampaignSort = "-created_at"


class TestMail(Body):
    """Send one step to an address, with a lead's fields filled in when given."""

    to: Email
    step_id: Slug
    lead_id: Identifier | None = None


class Enrollments(Body):
    """Leads to add to a campaign."""

    lead_ids: LeadIds


class EnrollmentChanges(Body):
    """Hold a lead's mails, or let them go on."""

    paused: bool


@closed
class WindowView(TypedDict):
    """A campaign's sending window."""

    timezone: str
    days: list[str]
    start: str
    end: str
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    exclude_dates: NotRequired[list[str]]


@closed
class LeadCounts(TypedDict):
    """Leads of a campaign by enrollment status."""

    queued: int
    active: int
    replied: int
    completed: int
    bounced: int
    unsubscribed: int
    paused: int


@closed
class CampaignRow(TypedDict):
    """A campaign in a list: everything but its steps."""

    id: str
    name: str
    status: Status
    inbox_ids: list[str]
    step_count: NotRequired[int]
    daily_limit: int
    send_window: WindowView
    track_opens: bool
    track_clicks: bool
    stop_on_reply: bool
    sent_today: int
    reply_rate_7d: float | None
    lead_counts: LeadCounts
    created_at: Moment
    updated_at: Moment


@closed
class CampaignView(CampaignRow):
    """A whole campaign."""

    steps: list[Step]


@closed
class StepProgress(TypedDict):
    """How far leads have come at one step."""

    step_id: str
    reached: int
    waiting: int
    sent: int


@closed
class EnrolledCounts(TypedDict):
    """What became of leads added to a campaign."""

    enrolled: int
    already_enrolled: int
    suppressed: int


@closed
class TestMailView(TypedDict):
    """A test mail on its way."""

    id: str
    to: str
    step_id: str
    status: Literal["scheduled"]
