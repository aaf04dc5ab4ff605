"""Changes of an inbox that can be taken back: pausing, resuming, the daily limit. Pure."""

from dataclasses import dataclass, field

from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json


@dataclass(frozen=True, slots=True)
class InboxChange:
    """One change. `body` is what PATCH takes, `shown` what the inbox's row says once it is done.

    `only_from`: statuses it makes sense in; empty = all.
    """

    verb: str
    body: Json = field(hash=False)
    shown: Json = field(hash=False)
    only_from: frozenset[str] = frozenset()

    def applies_to(self, inbox: Inbox) -> bool:
        """Whether it would change this inbox."""
        if self.only_from and inbox.status not in self.only_from:
            return False
        row = inbox.wire()
        return any(row.get(name) != value for name, value in self.shown.items())

    def inverse(self, before: Inbox) -> "InboxChange | None":
        """What makes the inbox as it was; None where it is not known how it was."""
        if self == PAUSE:
            return RESUME
        if self == RESUME:
            return PAUSE
        return None if before.daily_limit is None else limit_to(before.daily_limit)


PAUSE = InboxChange("Pause", {"paused": True}, {"status": "paused"}, frozenset({"connected"}))
RESUME = InboxChange("Resume", {"paused": False}, {"status": "connected"}, frozenset({"paused"}))


def limit_to(mails: int) -> InboxChange:
    """At most so many mails a day."""
    return InboxChange(f"Limit to {mails} a day", {"daily_limit": mails}, {"daily_limit": mails})


LIMIT_MOST = 2_000
"""Mails a day an inbox may be set to: the API's bound."""


def limit_fault(text: str) -> str | None:
    """What is wrong with a typed daily limit, None = nothing."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()) or not 1 <= int(stripped[:9]) <= LIMIT_MOST:
        return f"a whole number from 1 to {LIMIT_MOST:,}"
    return None
