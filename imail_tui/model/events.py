"""Events of the workspace's ledger, the same objects webhooks carry."""

from imail_tui.model.record import Entity, Json

EVENT_TYPES = (
    "email.sent",
    "email.delivered",
    "email.opened",
    "email.clicked",
    "email.bounced.hard",
    "email.bounced.soft",
    "reply.received",
    "reply.classified",
    "warmup.threshold_paused",
    "inbox.disconnected",
    "inbox.reconnected",
)
"""Types imail documents; unknown ones pass through."""


class Event(Entity):
    """Something that happened, with its payload as it came."""

    type: str = ""
    workspace_id: str | None = None
    data: Json = {}

    def text(self, key: str) -> str:
        """A string of the payload, or of an object in it by `outer.inner`; "" when absent."""
        value: object = self.data
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""


def event_of(row: Json) -> Event:
    """The event of a row as the server sent it."""
    return Event.model_validate(row)
