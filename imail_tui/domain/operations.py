"""The operations of the API that the client uses: what a server's own document is compared with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Area(StrEnum):
    """What an operation belongs to, by the name a person knows it under."""

    WORKSPACE = "workspace"
    INBOXES = "inboxes"
    CAMPAIGNS = "campaigns"
    LEADS = "leads"
    SUPPRESSIONS = "suppressions"
    REPLIES = "replies"
    ANALYTICS = "analytics"
    EVENTS = "events"
    WEBHOOKS = "webhooks"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path template relative to the base URL; every parameter of the template is `{}`.

    `gives` is what a person has of it. `query`: parameters the client relies on.
    """

    method: str
    path: str
    area: Area
    gives: str
    query: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Method and template, such as `GET /replies/{}`."""
        return f"{self.method} {self.path}"

    @property
    def shown(self) -> str:
        """Method and template as documents write them: `GET /replies/{id}`."""
        return self.key.replace("{}", "{id}")


_PAGE: Final = ("limit", "cursor")
_CHANGES: Final = (*_PAGE, "q", "updated_since")

GET_WORKSPACE: Final = Operation("GET", "/workspace", Area.WORKSPACE, "the workspace's name, tier and limits")

LIST_INBOXES: Final = Operation("GET", "/inboxes", Area.INBOXES, "inboxes", (*_CHANGES, "sort"))
GET_INBOX: Final = Operation("GET", "/inboxes/{}", Area.INBOXES, "one inbox")
CHANGE_INBOX: Final = Operation("PATCH", "/inboxes/{}", Area.INBOXES, "pausing an inbox")
CREATE_INBOX: Final = Operation("POST", "/inboxes", Area.INBOXES, "adding an inbox")
RECONNECT_INBOX: Final = Operation("POST", "/inboxes/{}/reconnect", Area.INBOXES, "reconnecting an inbox")
INBOX_HISTORY: Final = Operation(
    "GET", "/inboxes/{}/history", Area.INBOXES, "an inbox's last days", ("days",)
)

DELETE_INBOX: Final = Operation("DELETE", "/inboxes/{}", Area.INBOXES, "deleting an inbox")

LIST_CAMPAIGNS: Final = Operation("GET", "/campaigns", Area.CAMPAIGNS, "campaigns", (*_CHANGES, "sort"))
GET_CAMPAIGN: Final = Operation("GET", "/campaigns/{}", Area.CAMPAIGNS, "a campaign's steps")
CHANGE_CAMPAIGN: Final = Operation("PATCH", "/campaigns/{}", Area.CAMPAIGNS, "launching and pausing")
CREATE_CAMPAIGN: Final = Operation("POST", "/campaigns", Area.CAMPAIGNS, "creating a campaign")
TEST_CAMPAIGN: Final = Operation("POST", "/campaigns/{}/test", Area.CAMPAIGNS, "sending a step as a test")
CAMPAIGN_PROGRESS: Final = Operation("GET", "/campaigns/{}/progress", Area.CAMPAIGNS, "how far leads are")
DELETE_CAMPAIGN: Final = Operation("DELETE", "/campaigns/{}", Area.CAMPAIGNS, "deleting a campaign")
HOLD_LEAD: Final = Operation(
    "PATCH", "/campaigns/{}/leads/{}", Area.CAMPAIGNS, "holding one lead of a campaign"
)
REMOVE_LEAD: Final = Operation(
    "DELETE", "/campaigns/{}/leads/{}", Area.CAMPAIGNS, "taking a lead out of a campaign"
)
ENROLL: Final = Operation("POST", "/campaigns/{}/leads", Area.CAMPAIGNS, "enrolling existing leads")

LIST_LEADS: Final = Operation("GET", "/leads", Area.LEADS, "leads", (*_CHANGES, "sort"))
GET_LEAD: Final = Operation("GET", "/leads/{}", Area.LEADS, "one lead")
CREATE_LEAD: Final = Operation("POST", "/leads", Area.LEADS, "creating a lead")
BULK_LEADS: Final = Operation("POST", "/leads/bulk", Area.LEADS, "importing many leads at once")
CHANGE_LEAD: Final = Operation("PATCH", "/leads/{}", Area.LEADS, "changing a lead")
DELETE_LEAD: Final = Operation("DELETE", "/leads/{}", Area.LEADS, "deleting a lead")
LOOK_UP: Final = Operation("POST", "/leads/lookup", Area.LEADS, "looking up addresses")

SUPPRESS: Final = Operation("POST", "/suppressions", Area.SUPPRESSIONS, "suppressing an address")

LIST_SUPPRESSIONS: Final = Operation("GET", "/suppressions", Area.SUPPRESSIONS, "suppressed addresses", _PAGE)
UNSUPPRESS: Final = Operation("DELETE", "/suppressions/{}", Area.SUPPRESSIONS, "lifting a suppression")

LIST_REPLIES: Final = Operation("GET", "/replies", Area.REPLIES, "replies", _CHANGES)
GET_REPLY: Final = Operation("GET", "/replies/{}", Area.REPLIES, "one reply")
CHANGE_REPLY: Final = Operation("PATCH", "/replies/{}", Area.REPLIES, "labelling a reply, marking it read")
GET_THREAD: Final = Operation("GET", "/threads/{}", Area.REPLIES, "the conversation around a reply")

ANSWER_REPLY: Final = Operation("POST", "/replies/{}/send", Area.REPLIES, "answering a reply")
LIST_MESSAGES: Final = Operation("GET", "/messages", Area.REPLIES, "scheduled messages", ("status", *_PAGE))
CANCEL_MESSAGE: Final = Operation("DELETE", "/messages/{}", Area.REPLIES, "cancelling a message")
RAW_MESSAGE: Final = Operation("GET", "/messages/{}/raw", Area.REPLIES, "a message as it is on the wire")

GET_ANALYTICS: Final = Operation(
    "GET", "/analytics", Area.ANALYTICS, "analytics", ("group_by", "from", "to", "format")
)
LIST_EVENTS: Final = Operation("GET", "/events", Area.EVENTS, "events", ("after", "lead_id", *_PAGE))
GET_METRICS: Final = Operation("GET", "/metrics", Area.METRICS, "imail's public numbers")
CREATE_WEBHOOK: Final = Operation("POST", "/webhooks", Area.WEBHOOKS, "creating a webhook")
CHANGE_WEBHOOK: Final = Operation("PATCH", "/webhooks/{}", Area.WEBHOOKS, "changing a webhook")
DELETE_WEBHOOK: Final = Operation("DELETE", "/webhooks/{}", Area.WEBHOOKS, "deleting a webhook")
ROTATE_WEBHOOK: Final = Operation("POST", "/webhooks/{}/rotate", Area.WEBHOOKS, "a new webhook secret")
WEBHOOK_DELIVERIES: Final = Operation(
    "GET", "/webhooks/{}/deliveries", Area.WEBHOOKS, "what webhooks delivered", _PAGE
)
TEST_WEBHOOK: Final = Operation("POST", "/webhooks/{}/test", Area.WEBHOOKS, "test events")
REDELIVER: Final = Operation("POST", "/deliveries/{}/redeliver", Area.WEBHOOKS, "delivering an event again")
LIST_WEBHOOKS: Final = Operation("GET", "/webhooks", Area.WEBHOOKS, "webhooks", _PAGE)

OPERATIONS: Final = (
    GET_WORKSPACE,
    LIST_INBOXES,
    GET_INBOX,
    CHANGE_INBOX,
    RECONNECT_INBOX,
    INBOX_HISTORY,
    CREATE_INBOX,
    DELETE_INBOX,
    LIST_CAMPAIGNS,
    GET_CAMPAIGN,
    CHANGE_CAMPAIGN,
    CAMPAIGN_PROGRESS,
    ENROLL,
    CREATE_CAMPAIGN,
    DELETE_CAMPAIGN,
    HOLD_LEAD,
    REMOVE_LEAD,
    TEST_CAMPAIGN,
    LIST_LEADS,
    GET_LEAD,
    CREATE_LEAD,
    BULK_LEADS,
    CHANGE_LEAD,
    DELETE_LEAD,
    LOOK_UP,
    SUPPRESS,
    LIST_SUPPRESSIONS,
    UNSUPPRESS,
    LIST_REPLIES,
    GET_REPLY,
    CHANGE_REPLY,
    GET_THREAD,
    ANSWER_REPLY,
    LIST_MESSAGES,
    CANCEL_MESSAGE,
    RAW_MESSAGE,
    GET_ANALYTICS,
    LIST_EVENTS,
    LIST_WEBHOOKS,
    Operation("GET", "/webhooks/{}", Area.WEBHOOKS, "one webhook"),
    CREATE_WEBHOOK,
    CHANGE_WEBHOOK,
    DELETE_WEBHOOK,
    ROTATE_WEBHOOK,
    WEBHOOK_DELIVERIES,
    TEST_WEBHOOK,
    REDELIVER,
    GET_METRICS,
)
"""An operation that is not here is sent without a look at the document."""

MAIN: Final[Mapping[str, Operation]] = {
    Area.INBOXES: LIST_INBOXES,
    Area.CAMPAIGNS: LIST_CAMPAIGNS,
    Area.LEADS: LIST_LEADS,
    Area.REPLIES: LIST_REPLIES,
    Area.ANALYTICS: GET_ANALYTICS,
    Area.EVENTS: LIST_EVENTS,
    Area.WEBHOOKS: LIST_WEBHOOKS,
}
"""The operation without which an area of the app (by its id) has nothing to show, in the app's order."""

_BY_KEY: Final = {each.key: each for each in OPERATIONS}


def find_operation(method: str, path: str) -> Operation | None:
    """The operation a request's path belongs to, None for one that is not in the table.

    `path` is relative to the base URL with its ids filled in and quoted.
    """
    keys = (f"{method} {template}" for template in templates_of(path))
    return next((_BY_KEY[key] for key in keys if key in _BY_KEY), None)


def templates_of(path: str) -> Iterator[str]:
    """Templates a path may fill, the literal one first: `/leads/bulk` is no lead.

    Ids are never first, and never side by side.
    """
    yield path
    match path.split("/")[1:]:
        case [first, _, *rest]:
            yield "/".join(("", first, "{}", *rest))
            if len(rest) == 2:
                yield "/".join(("", first, "{}", rest[0], "{}"))
