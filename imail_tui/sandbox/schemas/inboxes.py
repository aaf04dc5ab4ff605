"""Inboxes on the wire."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Day, Moment, closed
from imail_tui.sandbox.schemas.types import (
    WHOLE,
    Body,
    Changes,
    Email,
    Filters,
    Instant,
    Note,
    ReadInt,
    Search,
)

Provider = Literal["google", "microsoft", "smtp"]
Status = Literal["pending_setup", "connected", "disconnected", "paused", "error"]
InboxLimit = Annotated[int, Field(ge=1, le=2_000), WHOLE]
Gap = Annotated[int, Field(ge=0, le=86_400), WHOLE]
Check = Literal["pass", "fail", "unknown"]


class Server(Body):
    """A mail server and its credentials; the password never comes back."""

    host: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9.:-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65_535), WHOLE]
    username: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    security: Literal["tls", "starttls"]


class InboxCreate(Body):
    """A new inbox: by its provider's sign-in page, or by its servers (`smtp`)."""

    email: Email
    display_name: Note | None = None
    provider: Provider
    daily_limit: InboxLimit = 50
    smtp: Server | None = None
    imap: Server | None = None


class Reconnect(Body):
    """New credentials, for an inbox of provider `smtp`."""

    smtp: Server | None = None
    imap: Server | None = None


class WarmupChanges(Changes):
    """Switch warmup on or off."""

    enabled: bool = False


class InboxChanges(Changes):
    """A merge patch of an inbox."""

    display_name: Note | None = None
    daily_limit: InboxLimit = 1
    min_gap_seconds: Gap = 0
    paused: bool = False
    warmup: WarmupChanges = WarmupChanges()


class InboxFilters(Paging):
    """Which inboxes, in what order; newest first by default."""

    status: Status | None = None
    provider: Provider | None = None
    q: Search | None = None
    updated_since: Instant | None = None
    sort: Literal["email", "-email", "created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"


class HistoryRange(Filters):
    """How many days back, today included."""

    days: Annotated[int, Field(ge=1, le=365), ReadInt] = 30


@closed
class WarmupView(TypedDict):
    """Warmup of an inbox; `score` 0 to 100, `spam_rate` a fraction."""

    enabled: bool
    status: Literal["off", "warming", "ready", "threshold_paused"]
    day: int
    target_per_day: int
    sent_today: int
    score: int
    spam_rate: float


@closed
class HealthView(TypedDict):
    """Health of an inbox; `score` 0 to 100, `bounce_rate_7d` a fraction, null when nothing was sent."""

    score: int
    bounce_rate_7d: float | None
    spf: Check
    dkim: Check
    dmarc: Check


@closed
class InboxView(TypedDict):
    """An inbox."""

    id: str
    email: str
    display_name: str | None
    provider: Provider
    status: Status
    status_reason: str | None
    setup_url: str | None
    daily_limit: int
    min_gap_seconds: int
    sent_today: int
    warmup: WarmupView
    health: HealthView
    last_sync_at: Moment | None
    disconnected_at: Moment | None
    created_at: Moment
    updated_at: Moment


@closed
class SetupLink(TypedDict):
    """The page on which an inbox is connected."""

    setup_url: str


@closed
class InboxDay(TypedDict):
    """One UTC day of an inbox."""

    date: Day
    sent: int
    warmup_sent: int
    warmup_score: int
    bounced: int
    spam_rate: float
    connected_seconds: int
