"""The words for signals and operators, shared by all who tell a condition."""

SIGNAL_WORDS = {
    "opened": ("opened", "did not open"),
    "clicked": ("clicked", "did not click"),
    "replied": ("replied", "did not reply"),
    "bounced": ("bounced", "did not bounce"),
    "unsubscribed": ("unsubscribed", "did not unsubscribe"),
}
"""By signal: that it happened, that it did not."""

OPERATOR_WORDS = {
    "eq": "is",
    "ne": "is not",
    "contains": "contains",
    "exists": "is set",
    "gt": "is more than",
    "lt": "is less than",
    "in": "is one of",
}
