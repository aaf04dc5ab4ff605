"""Inboxes as they change their state, for as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from imail_tui.domain.filters import EVERYTHING
from imail_tui.model.inboxes import Inbox
from imail_tui.model.status import Link
from imail_tui.services.session import Session

_LOST = ("disconnected", "error")
_WORDS = {
    Link.OFFLINE: "The server cannot be reached; trying again.",
    Link.ONLINE: "The server is there again.",
    Link.UNAUTHORIZED: "The server refuses the key; `imail-tui auth rotate` gives another.",
    Link.FORBIDDEN: "The workspace has no API access any more.",
}


@dataclass(frozen=True, slots=True)
class InboxTurn:
    """An inbox in another state than before; `before` None: it was not known."""

    now: Inbox
    before: str | None
    at: datetime

    @property
    def is_loss(self) -> bool:
        """Whether it sends no more, by a fault."""
        return self.now.status in _LOST


async def watch_inboxes(session: Session, told: Callable[[str], None]) -> AsyncIterator[InboxTurn]:
    """All inboxes as they are now, then each change of state. `told` hears how the line to the server is.

    Follows by the session's feed: a listener's webhooks, the ledger, or comparing. Raises `ApiError` only
    for the first look.
    """
    stirred = asyncio.Event()
    link = session.status.link

    def hear() -> None:
        nonlocal link
        now = session.status.link
        if now is not link and now in _WORDS:
            told(_WORDS[now])
        link = now

    endings = (
        session.inboxes.changed.subscribe(lambda _: stirred.set()),
        session.status_changed.subscribe(lambda _: hear()),
    )
    try:
        await session.inboxes.refresh(urgent=True)
        session.feed.start()
        known: dict[str, str] = {}
        while True:
            stirred.clear()
            for inbox in _all(session):
                before = known.get(inbox.id)
                if before != inbox.status:
                    known[inbox.id] = inbox.status
                    yield InboxTurn(inbox, before, session.now())
            await stirred.wait()
    finally:
        for end in endings:
            end()


def _all(session: Session) -> list[Inbox]:
    window = session.inboxes.window(EVERYTHING)
    try:
        return [session.inboxes.parse(row) for row in window.rows(0, window.total)]
    finally:
        window.close()
