"""Replies, their threads and the messages in them."""

from datetime import datetime

from imail_tui.api.channel import Channel, path_of
from imail_tui.api.pages import Pages
from imail_tui.api.reading import nothing, raw_body, record
from imail_tui.api.resources.listing import PAGE_SIZE, listing
from imail_tui.model.record import Json
from imail_tui.model.replies import Message, Reply, Thread


class Replies:
    """`/replies`, newest first. All verbs raise `ApiError`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def list(
        self,
        *,
        campaign_id: str | None = None,
        inbox_id: str | None = None,
        classification: str | None = None,
        unread: bool | None = None,
        done: bool | None = None,
        snoozed: bool | None = None,
        since: datetime | None = None,
        updated_since: datetime | None = None,
        q: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Pages[Reply]:
        """Replies, filtered by the server; `limit` is the page size."""
        return listing(
            self._channel,
            "/replies",
            Reply,
            {
                "campaign_id": campaign_id,
                "inbox_id": inbox_id,
                "classification": classification,
                "unread": unread,
                "done": done,
                "snoozed": snoozed,
                "since": since,
                "updated_since": updated_since,
                "q": q,
                "limit": limit,
            },
        )

    async def get(self, reply_id: str) -> Reply:
        """One whole reply."""
        return await self._channel.get(path_of("replies", reply_id), record(Reply))

    async def patch(self, reply_id: str, changes: Json, *, if_match: datetime | str | None = None) -> Reply:
        """Change `read`, `done`, `snoozed_until`, `lead_id` or `classification` (a label or null)."""
        return await self._channel.patch(path_of("replies", reply_id), changes, record(Reply), if_match)

    async def send(
        self,
        reply_id: str,
        body: str,
        *,
        inbox_id: str | None = None,
        send_after_seconds: int | None = None,
    ) -> Message:
        """Answer a reply; the server holds the countdown."""
        optional = {"inbox_id": inbox_id, "send_after_seconds": send_after_seconds}
        message: Json = {"body": body}
        message.update({name: value for name, value in optional.items() if value is not None})
        return await self._channel.post(path_of("replies", reply_id, "send"), message, record(Message))

    async def send_again(self, reply_id: str, body: bytes, key: str) -> Message:
        """Answer a reply with a request the caller keeps: `body` is its JSON, `key` its Idempotency-Key.

        A server that does not say that it knows keys gets it once.
        """
        path = path_of("replies", reply_id, "send")
        return await self._channel.post_again(path, body, key, record(Message), listed_only=True)


class Threads:
    """`/threads`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get(self, thread_id: str) -> Thread:
        """A whole conversation. Raises `ApiError`."""
        return await self._channel.get(path_of("threads", thread_id), record(Thread))


class Messages:
    """`/messages`. All verbs raise `ApiError`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def list(self, *, status: str | None = None, limit: int = PAGE_SIZE) -> Pages[Message]:
        """Messages, such as those scheduled."""
        return listing(self._channel, "/messages", Message, {"status": status, "limit": limit})

    async def raw(self, message_id: str) -> bytes:
        """The message as it is on the wire (message/rfc822)."""
        path = path_of("messages", message_id, "raw")
        return await self._channel.get(path, raw_body, accept="message/rfc822")

    async def cancel(self, message_id: str) -> None:
        """Stop a scheduled message. Raises `Conflict` when it is too late."""
        await self._channel.delete(path_of("messages", message_id), nothing)
