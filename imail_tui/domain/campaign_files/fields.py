"""Which fields of a campaign a file holds, and in which order they stand.

A file holds what a person decides. What the server keeps itself (state, counters, times) is left out; a field
that this version does not know is kept, after those it knows.
"""

from collections.abc import Mapping

from imail_tui.domain.sequence.violations import Raw, is_object

SERVER_FIELDS = frozenset(
    {
        "id",
        "status",
        "created_at",
        "updated_at",
        "lead_counts",
        "sent_today",
        "reply_rate_7d",
        "step_count",
        "workspace_id",
    }
)
FILE_FIELDS = frozenset({"lint"})
"""What only a file knows; the server never sees it."""

_CAMPAIGN = (
    "name",
    "inbox_ids",
    "daily_limit",
    "send_window",
    "track_opens",
    "track_clicks",
    "stop_on_reply",
    "steps",
)
_WINDOW = ("timezone", "days", "start", "end", "start_date", "end_date", "exclude_dates")
_STEP = ("id", "type", "subject", "body", "weight", "variants", "delay", "business_days", "branches")
_VARIANT = ("id", "weight", "active", "subject", "body")
_BRANCH = ("label", "when", "next")
_LAST = ("next", "else")
_ORDERS = {"": _CAMPAIGN, "send_window": _WINDOW, "steps": _STEP, "variants": _VARIANT, "branches": _BRANCH}
_ATOM = ("signal", "of_step", "label", "field", "op", "value", "percent", "within_days", "negate")


def content(campaign: Raw) -> dict[str, object]:
    """What a file holds of a campaign the server gave, in the order of a file."""
    return ordered({key: value for key, value in campaign.items() if key not in SERVER_FIELDS})


def for_server(campaign: Raw) -> dict[str, object]:
    """What the server is sent of a file."""
    return {key: value for key, value in campaign.items() if key not in SERVER_FIELDS | FILE_FIELDS}


def ordered(campaign: Raw) -> dict[str, object]:
    """The same campaign with its fields in the order of a file."""
    found = _sorted(campaign, "")
    assert isinstance(found, dict)
    return found


def _sorted(value: object, kind: str) -> object:
    if isinstance(value, list):
        return [_sorted(item, kind) for item in value]
    if not isinstance(value, Mapping):
        return value
    order = _ATOM if "signal" in value else _ORDERS.get(kind, ())
    first = [key for key in order if key in value]
    last = [key for key in _LAST if key in value and key not in first]
    rest = [key for key in value if key not in first and key not in last]
    return {key: _sorted(value[key], key) for key in (*first, *rest, *last)}


def mentions_steps(campaign: Raw) -> bool:
    """Whether it is a whole campaign: rows of lists come without their steps."""
    steps = campaign.get("steps")
    return isinstance(steps, list) and all(map(is_object, steps))
