"""The morning queue: how many replies wait in which pile, who waits longest, and what to do first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imail_tui.domain.labels import Sentiment
from imail_tui.domain.replies.views import VIEWS, View
from imail_tui.domain.shown import plural
from imail_tui.model.conversations import Conversation

if TYPE_CHECKING:
    from imail_tui.services.session import Session

FIRST: Final = 10
_BY_ID: Final = {view.id: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class MorningQueue:
    """`counts` by view; `positive` and `unclassified`: who waits longest, longest first; `failed` answers.

    `actions`: what to do, in sentences, the most urgent first. `complete`: every reply is here.
    """

    counts: Mapping[str, int]
    oldest: Conversation | None
    positive: tuple[Conversation, ...]
    unclassified: tuple[Conversation, ...]
    failed: int
    actions: tuple[str, ...]
    complete: bool


async def morning_queue(session: "Session") -> MorningQueue:
    """The queue by what is here; refresh the replies before. Sends nothing."""
    needing = _first(session, _BY_ID["needs_me"], None)
    positive = [each for each in needing if each.stance == Sentiment.POSITIVE]
    unclassified = [each for each in needing if each.stance == Sentiment.UNKNOWN]
    waiting = [each for each in needing if each.waiting_since is not None]
    failed = sum(item.state == "failed" for item in await session.outbox.items())
    counts = session.conversations.counts()
    return MorningQueue(
        counts,
        min(waiting, key=lambda each: str(each.waiting_since), default=None),
        tuple(positive[:FIRST]),
        tuple(unclassified[:FIRST]),
        failed,
        tuple(_actions(counts, failed)),
        session.conversations.complete,
    )


def _first(session: "Session", view: View, most: int | None) -> list[Conversation]:
    window = session.conversations.window(session.conversations.read_filter("", view), view.sort)
    try:
        return [session.conversations.parse(row) for row in window.rows(0, most or window.total)]
    finally:
        window.close()


def _actions(counts: Mapping[str, int], failed: int) -> list[str]:
    found: list[str] = []
    if failed:
        found.append(f"Look at {plural(failed, 'answer')} that did not leave: replies outbox.")
    if counts["positive"]:
        found.append(f"Answer {plural(counts['positive'], 'positive reply')}: replies list --view positive.")
    if counts["unclassified"]:
        number = plural(counts["unclassified"], "reply")
        found.append(f"Label {number} that nobody judged: replies list --view unclassified.")
    if counts["unlinked"]:
        number = plural(counts["unlinked"], "reply")
        found.append(f"Find out whose {number} of unknown addresses are: replies list --view unlinked.")
    return found
