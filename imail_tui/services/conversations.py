"""Conversations: the replies as people work through them, one row a thread."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.folding import folded
from imail_tui.domain.listing import CONVERSATIONS, ListSpec, Sort
from imail_tui.domain.replies.views import ALL, UNREAD, VIEWS, View, read_view_filter, unread_text
from imail_tui.model.conversations import Conversation
from imail_tui.model.record import Json
from imail_tui.model.replies import Reply
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.replies import Replies
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.conversations import ANSWERED
from imail_tui.store.windows import Window


class Conversations:
    """The cache's conversations. It asks the server by way of the replies they are made of."""

    kind = CONVERSATIONS.kind

    def __init__(self, bench: Workbench, replies: Replies, campaigns: Campaigns, inboxes: Inboxes) -> None:
        self._bench = bench
        self._replies = replies
        self._campaigns = campaigns
        self._inboxes = inboxes
        self.changed: Signal[frozenset[str]] = Signal()
        """Ids of conversations that are new or differ; an empty set when others wrote some."""
        replies.changed.subscribe(self._follow)

    @property
    def spec(self) -> ListSpec:
        """What they can be sorted and filtered by."""
        return CONVERSATIONS

    @property
    def complete(self) -> bool:
        """Whether every reply the server has is here."""
        return self._replies.complete

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> Window:
        """Those that pass a filter of `read_filter`, newest first unless told otherwise. Sends nothing."""
        return self._bench.cache.window(self.kind, rows, sort)

    def read_filter(self, text: str, view: View = ALL) -> Filter:
        """The conditions of a view and of a filter line below it, read at this moment."""
        return read_view_filter(f"{view.text} {text}", self._bench.line.now(), self._named)

    def parse(self, row: Json) -> Conversation:
        """The conversation of a row."""
        return Conversation.model_validate(row)

    def get(self, conversation_id: str) -> Conversation | None:
        """One conversation."""
        row = self._bench.cache.get(self.kind, conversation_id)
        return None if row is None else self.parse(row)

    def of_reply(self, reply_id: str) -> Conversation | None:
        """The conversation a reply belongs to."""
        conversation_id = self._bench.cache.conversations_of([reply_id]).get(reply_id)
        return None if conversation_id is None else self.get(conversation_id)

    def replies_of(self, conversation_id: str) -> list[Reply]:
        """The whole replies of a conversation, oldest first."""
        conversation = self.get(conversation_id)
        ids = conversation.reply_ids if conversation is not None else ()
        return [reply for reply_id in ids if (reply := self._replies.get(reply_id)) is not None]

    def counts(self, views: Iterable[View] = VIEWS) -> Mapping[str, int]:
        """How many conversations are in each view, and under `UNREAD` how many were not read."""
        named = {view.id: view.text for view in views} | {UNREAD: unread_text()}
        now = self._bench.line.now()
        filters = [read_view_filter(text, now, self._named) for text in named.values()]
        return dict(zip(named, self._bench.cache.counts(self.kind, filters), strict=True))

    async def mark_answered(self, conversation_id: str, at: datetime | None) -> None:
        """Note that a person answered a conversation at a moment; None: the answer was taken back."""
        document: Json | None = None if at is None else {"at": at.isoformat()}
        if document is None:
            await self._bench.write(lambda cache: cache.drop(ANSWERED, conversation_id))
        else:
            await self._bench.keep(ANSWERED, conversation_id, document)
        self.changed.emit(frozenset({conversation_id}))

    def age(self) -> float | None:
        """Seconds since replies were last fetched, None = never."""
        return self._replies.age()

    async def refresh(self, *, urgent: bool = False) -> None:
        """Bring the replies up to date. Raises `ApiError`."""
        await self._replies.refresh(urgent=urgent)

    async def load_more(self) -> bool:
        """Load older replies; False when all are here. Raises `ApiError`."""
        return await self._replies.load_more()

    async def load_all(self) -> None:
        """Load every reply the server has. Raises `ApiError`."""
        await self._replies.refresh(urgent=True)
        while await self._replies.load_more():
            pass

    async def search(self, words: str) -> int:
        """Have the server look for replies that are not here. Raises `ApiError`."""
        return await self._replies.search(words)

    def _named(self, field: str, part: str) -> tuple[str, ...]:
        if field == "campaign":
            names = {campaign.id: campaign.name for campaign in self._campaigns.all()}
        else:
            names = {inbox.id: inbox.email for inbox in self._inboxes.all()}
        return tuple(each for each, name in names.items() if part in folded(name))

    def _follow(self, reply_ids: frozenset[str]) -> None:
        if not reply_ids:
            self.changed.emit(frozenset())
            return
        self.changed.emit(frozenset(self._bench.cache.conversations_of(reply_ids).values()))
