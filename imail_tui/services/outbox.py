"""The outbox: answers are kept while they are written, leave once, and can be stopped while the server waits.

What is about to leave is on disk under its Idempotency-Key before the first byte of it is sent. Where the
answer was lost, or the process ended, it is found out what became of it before anything is sent again.
"""

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import orjson

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, BadRequest, Conflict, NotFound, NotOffered, TooLarge
from imail_tui.domain.capabilities import Capabilities, Keyed
from imail_tui.domain.replies.answering import LONGEST, find_sent, fresh_text
from imail_tui.domain.replies.moves import COUNTDOWN
from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.replies import Message, Reply
from imail_tui.services.conversations import Conversations
from imail_tui.services.refused import Refused
from imail_tui.services.replies import Replies
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.outbox_journal import OutboxJournal

_T = TypeVar("_T")

_REPEATABLE: Final = timedelta(minutes=10)
"""How long after an answer was sent off it may leave by itself; later nobody expects it to."""
_SETTLED: Final = timedelta(seconds=2)
"""How long after its time an answer is asked about: the server needs a moment to send it."""
_UNDER_WAY: Final = timedelta(minutes=2)
"""How long another process may be sending an answer before it is taken for left behind."""
_PAUSES: Final = (1.0, 30.0)
"""Seconds between two looks at what is on its way or waits, at least and at most."""
_DOUBTFUL: Final = (OutboxState.SENDING, OutboxState.IN_DOUBT)
_STATES: Final = {
    "scheduled": OutboxState.SCHEDULED,
    "sent": OutboxState.SENT,
    "cancelled": OutboxState.CANCELLED,
    "failed": OutboxState.FAILED,
}


class AnswerRefused(Refused):
    """An answer cannot be sent, cancelled or kept; `problem` says why."""


class Outbox:
    """The answers of one workspace. Raises AnswerRefused where the disk gives out."""

    def __init__(
        self,
        bench: Workbench,
        replies: Replies,
        conversations: Conversations,
        path: Path,
        capabilities: Callable[[], Capabilities],
        account: Callable[[], str],
        countdown: int = COUNTDOWN,
    ) -> None:
        """`account` names the API key in use; `countdown` in seconds."""
        self._countdown = countdown
        self._bench = bench
        self._replies = replies
        self._conversations = conversations
        self._path = path
        self._capabilities = capabilities
        self._account = account
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._opened: OutboxJournal | None = None
        self._closed = False
        self._following: asyncio.Task[None] | None = None
        self._stirred = asyncio.Event()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.changed: Signal[None] = Signal()
        """A draft or an answer differs."""

    # Writing

    async def compose(self, reply_id: str) -> ReplyDraft:
        """The draft of an answer: the one that is kept, else a new one above the quoted original.

        Raises `ApiError` for a reply that is not here and cannot be fetched.
        """
        kept = await self._do(lambda journal: journal.draft(reply_id))
        if kept is not None:
            return kept
        reply = await self._reply(reply_id)
        return ReplyDraft(reply_id, fresh_text(reply), reply.inbox_id)

    async def save(self, draft: ReplyDraft) -> ReplyDraft:
        """Keep a draft, on disk when this returns."""
        kept = replace(draft, saved_at=self._bench.wall())
        await self._do(lambda journal: journal.save(kept))
        self.changed.emit(None)
        return kept

    async def drop(self, reply_id: str) -> None:
        """Forget a draft."""
        await self._do(lambda journal: journal.drop(reply_id))
        self.changed.emit(None)

    async def drafts(self) -> list[ReplyDraft]:
        """What is being written, the latest first."""
        return await self._do(OutboxJournal.drafts) if self._path.exists() else []

    # Sending

    async def items(self) -> list[OutboxItem]:
        """Every answer that was sent off, the latest first."""
        return await self._do(OutboxJournal.items) if self._path.exists() else []

    async def item(self, item_id: str) -> OutboxItem:
        """One answer, also by the beginning of its id. Raises AnswerRefused when there is none."""
        found = await self._do(lambda journal: journal.item(item_id))
        if found is None:
            raise AnswerRefused(Problem("There is no such answer in the outbox.", "", item_id, "not_found"))
        return found

    async def send(self, draft: ReplyDraft, seconds: int | None = None) -> OutboxItem:
        """Send an answer off; the server waits `seconds` (None: the settings'). Never raises `ApiError`.

        What became of it is in the item: SCHEDULED or SENT, FAILED with its problem, IN_DOUBT when nobody
        knows. Raises AnswerRefused, with nothing sent, for an answer without a word or that is too long.
        """
        reply = self._replies.get(draft.reply_id)
        _check(draft)
        wait = self._countdown if seconds is None else seconds
        request: Json = {"body": draft.text, "send_after_seconds": wait}
        if draft.inbox_id is not None:
            request["inbox_id"] = draft.inbox_id
        item = OutboxItem(
            id=f"out_{uuid.uuid4().hex[:12]}",
            key=str(uuid.uuid4()),
            reply_id=draft.reply_id,
            conversation_id=self._conversation_of(draft.reply_id),
            to=reply.sender if reply is not None else "",
            inbox_id=draft.inbox_id,
            text=draft.text,
            body=orjson.dumps(request),
            state=OutboxState.SENDING,
            begun_at=self._now(),
            account=self._account(),
        )
        async with self._turns[item.id]:
            await self._do(lambda journal: journal.begin(item))
            self.changed.emit(None)
            return await self._post(item)

    async def retry(self, item_id: str) -> OutboxItem:
        """Send a failed answer again. Raises AnswerRefused for one that did not fail."""
        async with self._turns[item_id]:
            item = await self.item(item_id)
            again = replace(
                item,
                # The refusal is stored under the old key, and a message that failed is another's.
                key=str(uuid.uuid4()),
                state=OutboxState.SENDING,
                begun_at=self._now(),
                account=self._account(),
                send_at=None,
                message_id=None,
                problem=None,
            )
            if not await self._change(again, found=[OutboxState.FAILED]):
                raise _not_now(item, "It did not fail, so it is not sent again.")
            return await self._post(again)

    async def cancel(self, item_id: str) -> OutboxItem:
        """Stop an answer that waits for its time; its text is a draft again.

        Raises `ApiError`, and AnswerRefused when it is too late.
        """
        async with self._turns[item_id]:
            item = await self.item(item_id)
            message_id = item.message_id
            if item.state is not OutboxState.SCHEDULED or message_id is None:
                raise _not_now(item, f"It cannot be cancelled: it is {item.state.replace('_', ' ')}.")
            try:
                await self._bench.ask(lambda client: client.messages.cancel(message_id))
            except NotOffered:
                raise
            except Conflict as error:
                await self._change(replace(item, state=OutboxState.SENT), found=[OutboxState.SCHEDULED])
                raise AnswerRefused(error.problem) from error
            cancelled = replace(item, state=OutboxState.CANCELLED)
            await self._change(cancelled, found=[OutboxState.SCHEDULED])
            if await self._do(lambda journal: journal.draft(item.reply_id)) is None:
                await self.save(ReplyDraft(item.reply_id, item.text, item.inbox_id))
            await self._conversations.mark_answered(item.conversation_id, None)
            return cancelled

    async def forget(self, item_id: str) -> None:
        """Remove an answer from the outbox; what the server has of it stays there.

        Raises AnswerRefused for one that is on its way or waits.
        """
        item = await self.item(item_id)
        if item.state in (OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.SCHEDULED):
            raise _not_now(item, f"It cannot be removed: it is {item.state.replace('_', ' ')}.")
        await self._do(lambda journal: journal.forget(item.id))
        self.changed.emit(None)

    async def recover(self) -> list[OutboxItem]:
        """Find out what became of answers that were left on their way; gives them as they now are.

        One that left a moment ago is sent again under its key, which carries nothing out twice; an older one
        is looked for in its conversation, and is failed when it is not there. Never raises `ApiError`.
        """
        left = [item for item in await self.items() if item.state in _DOUBTFUL]
        found: list[OutboxItem] = []
        for item in left:
            if self._turns[item.id].locked():
                # It is on its way in this very process.
                continue
            async with self._turns[item.id]:
                if self._repeatable(item):
                    found.append(await self._post(item, again=True))
                elif self._now() - item.begun_at > _UNDER_WAY or item.state is OutboxState.IN_DOUBT:
                    found.append(await self._look_for(item))
        return found

    async def settle(self) -> None:
        """Ask what became of answers whose time has come: one request for all. Raises `ApiError`."""
        now = self._now()
        due = {
            item.message_id: item
            for item in await self.items()
            if item.state is OutboxState.SCHEDULED
            and item.message_id is not None
            and (item.send_at is None or now >= item.send_at + _SETTLED)
        }
        if not due:
            return
        page = await self._bench.ask(lambda client: client.messages.list().page())
        told = {message.id: message for message in page.items}
        for message_id, item in due.items():
            message = told.get(message_id)
            if message is None:
                # It is too long ago for the first page.
                thread = await self._replies.thread(item.reply_id)
                message = next((each for each in thread.messages if each.id == message_id), None)
            if message is not None and message.status != "scheduled":
                await self._take(item, message)

    def start(self) -> None:
        """Follow what is on its way or waits, until `close`; nothing is asked while nothing does."""
        if self._following is None:
            self.changed.subscribe(lambda _: self._stirred.set())
            self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            self._stirred.clear()
            with contextlib.suppress(ApiError, AnswerRefused):
                await self.recover()
                await self.settle()
            pause = self._pause(await self.items())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stirred.wait()
                # What was just changed here is known; another change may be on its way.
                await asyncio.sleep(_PAUSES[0])

    def _pause(self, items: Iterable[OutboxItem]) -> float | None:
        """Seconds until something may have happened; None when nothing is waited for."""
        now = self._now()
        left = [
            _PAUSES[1] if item.state in _DOUBTFUL else (item.left(now) or 0.0) + _SETTLED.total_seconds()
            for item in items
            if item.state in (*_DOUBTFUL, OutboxState.SCHEDULED)
        ]
        return None if not left else min(max(min(left), _PAUSES[0]), _PAUSES[1])

    def stir(self) -> None:
        """Another process may have changed the outbox."""
        if self._path.exists():
            self.changed.emit(None)

    async def close(self) -> None:
        """Close the file behind all work. Closing twice does no harm."""
        if self._closed:
            return
        self._closed = True
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._opened is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._opened.close)
        self._thread.shutdown(wait=False)

    async def _post(self, item: OutboxItem, *, again: bool = False) -> OutboxItem:
        """Send it under its key, for the first time or once more; gives it as it then is."""

        async def post(client: ImailClient) -> Message:
            return await client.replies.send_again(item.reply_id, item.body, item.key)

        try:
            message = await self._bench.ask(post)
        except ApiError as error:
            doubtful = error.in_doubt or (again and not _is_refusal(error))
            state = OutboxState.IN_DOUBT if doubtful else OutboxState.FAILED
            failed = replace(item, state=state, problem=error.problem)
            await self._change(failed, found=_DOUBTFUL)
            return failed
        except asyncio.CancelledError:
            # The process goes on; what is on its way is on disk as such.
            await asyncio.shield(
                self._change(replace(item, state=OutboxState.IN_DOUBT), found=[OutboxState.SENDING])
            )
            raise
        return await self._take(item, message)

    async def _look_for(self, item: OutboxItem) -> OutboxItem:
        """Whether the server has it, by reading the conversation."""
        taken = [each.message_id for each in await self.items() if each.message_id and each.id != item.id]
        try:
            thread = await self._replies.thread(item.reply_id)
        except ApiError as error:
            doubtful = replace(item, state=OutboxState.IN_DOUBT, problem=error.problem)
            await self._change(doubtful, found=_DOUBTFUL)
            return doubtful
        message = find_sent(thread, item.text, item.begun_at, taken)
        if message is not None:
            return await self._take(item, message)
        what, remedy = (
            "It did not reach the server: the program ended, or the line was cut.",
            "Send it again, or edit it.",
        )
        failed = replace(
            item, state=OutboxState.FAILED, problem=Problem(what, remedy, item.id, code="not_sent")
        )
        await self._change(failed, found=_DOUBTFUL)
        return failed

    async def _take(self, item: OutboxItem, message: Message) -> OutboxItem:
        """What the server says of an answer."""
        state = _STATES.get(message.status or "", OutboxState.SENT)
        problem = None
        if state is OutboxState.FAILED:
            what = message.error or "The server could not send it, and does not say why."
            problem = Problem(what, "Send it again, or edit it.", item.id, code="message_failed")
        at = message.send_at or message.at or item.send_at
        now = replace(item, state=state, message_id=message.id, send_at=at, problem=problem)
        await self._change(now, found=(*_DOUBTFUL, OutboxState.SCHEDULED))
        answered = at or self._now() if state in (OutboxState.SCHEDULED, OutboxState.SENT) else None
        await self._conversations.mark_answered(item.conversation_id, answered)
        return now

    def _repeatable(self, item: OutboxItem) -> bool:
        """Whether the server knows by its key that it had this request, and somebody still waits for it."""
        keyed = self._capabilities().keyed(f"/replies/{item.reply_id}/send") is Keyed.YES
        fresh = timedelta(0) <= self._now() - item.begun_at < _REPEATABLE
        return keyed and fresh and item.account == self._account()

    async def _change(self, item: OutboxItem, *, found: Iterable[OutboxState]) -> bool:
        done = await self._do(lambda journal: journal.change(item, found=found))
        self.changed.emit(None)
        return done

    def _conversation_of(self, reply_id: str) -> str:
        conversation = self._conversations.of_reply(reply_id)
        return conversation.id if conversation is not None else reply_id

    async def _reply(self, reply_id: str) -> Reply:
        return self._replies.get(reply_id) or await self._replies.fetch(reply_id)

    def _now(self) -> datetime:
        return self._bench.line.now()

    async def _do(self, work: Callable[[OutboxJournal], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._done, work)

    def _done(self, work: Callable[[OutboxJournal], _T]) -> _T:
        try:
            if self._opened is None:
                self._opened = self._open()
            return work(self._opened)
        except OSError as error:
            what = f"The outbox cannot be written, so nothing is sent: {error}."
            remedy = "Make room, or make the folder writable."
            raise AnswerRefused(Problem(what, remedy, str(self._path.parent), "outbox_unwritable")) from error

    def _open(self) -> OutboxJournal:
        journal = OutboxJournal.open(self._path)
        if journal.path != self._path:
            # Without a journal that stays, what was sent could not be told from what was not.
            with contextlib.suppress(OSError):
                journal.close()
            raise OSError(journal.problem.remedy if journal.problem else "no file")
        return journal


def _check(draft: ReplyDraft) -> None:
    own = [line for line in draft.text.split("\n") if line.strip() and not line.startswith((">", "On "))]
    if not own:
        what, remedy = "The answer has no word of yours.", "Write something above the quoted original."
        raise AnswerRefused(Problem(what, remedy, "body", "usage"))
    if len(draft.text) > LONGEST:
        what = f"The answer has {len(draft.text):,} characters."
        raise AnswerRefused(Problem(what, f"At most {LONGEST:,} are sent; cut the quote.", "body", "usage"))


def _is_refusal(error: ApiError) -> bool:
    """Whether an answer under a key that was sent before says that nothing was accepted under it."""
    if isinstance(error, NotOffered) or error.problem.code.startswith("idempotency"):
        return False
    return isinstance(error, (BadRequest, NotFound, Conflict, TooLarge))


def _not_now(item: OutboxItem, what: str) -> AnswerRefused:
    return AnswerRefused(Problem(what, "", item.id, "outbox_state"))
