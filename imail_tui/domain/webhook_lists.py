"""Webhooks and their deliveries as lists: what they can be filtered and sorted by."""

from typing import Final

from imail_tui.domain.listing import Field, FieldType, ListSpec, Sort

WEBHOOKS: Final = ListSpec(
    kind="webhooks",
    fields=(
        Field("url", "url", FieldType.TEXT),
        Field("active", "active", FieldType.FLAG),
        Field("created", "created_at", FieldType.TIME),
        Field("id", "id", FieldType.TEXT),
    ),
    searched=("url", "description", "id"),
    order=Sort("created"),
)

DELIVERIES: Final = ListSpec(
    kind="deliveries",
    fields=(
        # Ids are in the order of time.
        Field("id", "id", FieldType.TEXT),
        Field("status", "status", FieldType.WORD),
        Field("type", "type", FieldType.WORD),
        Field("event", "event_id", FieldType.TEXT),
        Field("attempt", "attempt", FieldType.NUMBER),
        Field("answer", "response_status", FieldType.NUMBER),
        Field("ms", "response_ms", FieldType.NUMBER),
    ),
    searched=("type", "event_id", "id", "payload"),
    order=Sort("id", descending=True),
)
