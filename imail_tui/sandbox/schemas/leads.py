"""Leads and suppressions on the wire."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints, WithJsonSchema
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Moment, closed
from imail_tui.sandbox.schemas.types import (
    DOMAIN_PATTERN,
    EMAIL_PATTERN,
    Body,
    Changes,
    Email,
    Identifier,
    Instant,
    Note,
    Search,
    Text,
    Zone,
)

EnrollmentStatus = Literal["queued", "active", "paused", "replied", "completed", "bounced", "unsubscribed"]
CustomName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
CustomValue = Annotated[str, StringConstraints(max_length=2_000)] | int | float | bool | None
Custom = Annotated[dict[CustomName, CustomValue], Field(max_length=100)]

LEAD_FIELDS = (
    "email",
    "first_name",
    "last_name",
    "company",
    "title",
    "phone",
    "website",
    "linkedin_url",
    "city",
    "state",
    "country",
    "timezone",
)
"""Writable standard fields."""

BULK_MAX = 5_000
"""Leads or addresses in one call (documented by imail for bulk)."""


class LeadCreate(Body):
    """A new lead."""

    email: Email
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    title: Text | None = None
    phone: Text | None = None
    website: Text | None = None
    linkedin_url: Text | None = None
    city: Text | None = None
    state: Text | None = None
    country: Text | None = None
    timezone: Zone | None = None
    custom: Custom = {}


class LeadChanges(Changes):
    """A merge patch of a lead; `custom` merges, a null in it deletes that name."""

    email: Email = ""
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    title: Text | None = None
    phone: Text | None = None
    website: Text | None = None
    linkedin_url: Text | None = None
    city: Text | None = None
    state: Text | None = None
    country: Text | None = None
    timezone: Zone | None = None
    custom: Custom | None = None


_BULK_LEADS: dict[str, object] = {
    "type": "array",
    "maxItems": BULK_MAX,
    "items": {
        "type": "object",
        "description": "A lead as in POST /leads. One that breaks a rule fails alone, with its own result.",
    },
}
"""The rules of a single lead are left out: breaking one is no fault of the request."""


class LeadsBulk(Body):
    """Many leads at once."""

    campaign_id: Identifier | None = None
    on_duplicate: Literal["skip", "update"] = "skip"
    leads: Annotated[list[dict[str, object]], WithJsonSchema(_BULK_LEADS)]


class LeadsLookup(Body):
    """Addresses to look up."""

    emails: Annotated[list[Annotated[str, StringConstraints(max_length=320)]], Field(max_length=BULK_MAX)]


class LeadFilters(Paging):
    """Which leads, in what order; newest first by default.

    `status` is the enrollment's: in `campaign_id` when that is given, else in any campaign.
    """

    campaign_id: Identifier | None = None
    status: EnrollmentStatus | None = None
    q: Search | None = None
    updated_since: Instant | None = None
    sort: Literal["email", "-email", "created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"


class SuppressionCreate(Body):
    """An address or a domain that shall get no mail."""

    value: Annotated[str, StringConstraints(pattern=f"{EMAIL_PATTERN}|{DOMAIN_PATTERN}", max_length=254)]
    reason: Annotated[Note, StringConstraints(min_length=1)] = "manual"


@closed
class EnrollmentView(TypedDict):
    """A lead's place in a campaign."""

    campaign_id: str
    status: EnrollmentStatus
    step_id: str | None
    next_at: Moment | None


@closed
class LeadView(TypedDict):
    """A lead."""

    id: str
    email: str
    first_name: str | None
    last_name: str | None
    company: str | None
    title: str | None
    phone: str | None
    website: str | None
    linkedin_url: str | None
    city: str | None
    state: str | None
    country: str | None
    timezone: str | None
    custom: dict[str, str | int | float | bool | None]
    verification: str
    classification: str | None
    suppressed: bool
    enrollments: list[EnrollmentView]
    created_at: Moment
    updated_at: Moment
    last_contacted_at: Moment | None


BulkCode = Literal[
    "invalid_email",
    "missing_email",
    "duplicate_in_workspace",
    "duplicate_in_request",
    "suppressed",
    "custom_field_invalid",
    "invalid_field",
]
Outcome = Literal["created", "updated", "skipped", "failed"]


@closed
class BulkResult(TypedDict):
    """What became of one lead."""

    index: int
    outcome: Outcome
    id: NotRequired[str]
    code: NotRequired[BulkCode]
    message: NotRequired[str]
    field: NotRequired[str]


@closed
class BulkAnswer(TypedDict):
    """What became of all of them; one result each, in their order."""

    created: int
    updated: int
    skipped: int
    failed: int
    results: list[BulkResult]


@closed
class LeadMatch(TypedDict):
    """What the workspace knows of an address; `id` null = no such lead."""

    email: str
    id: str | None
    suppressed: bool
    campaign_ids: list[str]


@closed
class LookupAnswer(TypedDict):
    """One match for each address, in their order."""

    data: list[LeadMatch]


@closed
class SuppressionView(TypedDict):
    """An address or domain that gets no mail."""

    value: str
    reason: str
    created_at: Moment
