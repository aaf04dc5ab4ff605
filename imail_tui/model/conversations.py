"""A conversation: all replies of one thread as one row. It is made here, the API has none."""

from datetime import datetime

from imail_tui.model.record import Entity, Many
from imail_tui.model.replies import Reply


class Conversation(Entity):
    """One thread as far as its replies tell. `id` is the thread's, or the reply's where it has none.

    `head` is the reply that decides: the latest of a person, else the latest. It comes without its `text`.
    """

    head: Reply
    reply_ids: Many[str] = []
    """All its replies, oldest first."""
    unread_ids: Many[str] = []
    waiting_since: datetime | None = None
    """Since when somebody waits for an answer; None when nobody does."""
    answered_at: datetime | None = None
    automatic: bool = False
    linked: bool = True
    """Whether it belongs to a lead."""
    stance: str = ""
    """The sentiment of its label; `unknown` without one."""

    @property
    def reply_id(self) -> str:
        """The reply that decides."""
        return self.head.id

    @property
    def count(self) -> int:
        """How many replies it has."""
        return len(self.reply_ids)

    @property
    def unread(self) -> int:
        """How many of them were not read."""
        return len(self.unread_ids)
