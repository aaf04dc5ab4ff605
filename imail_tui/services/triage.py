"""Triage: what a person says of replies shows at once, is on its way at once, and goes back when refused.

What is on its way is kept beside the replies until the server has answered, so that no label is lost with the
process: the next start sends it again.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Self

from pydantic import JsonValue

from imail_tui.api.errors import ApiError, Conflict, NotFound, NotOffered, Stale
from imail_tui.domain.labels import label_of
from imail_tui.domain.replies.triage import LABEL, back, merged, needed, ours, restored, shown
from imail_tui.domain.shown import plural
from imail_tui.model.conversations import Conversation
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.replies import Reply
from imail_tui.model.status import Link
from imail_tui.services.conversations import Conversations
from imail_tui.services.replies import Replies
from imail_tui.services.undo import Act, UndoList
from imail_tui.services.workbench import Workbench

_NOTES: Final = "triage"
_AT_ONCE: Final = 4
"""Changes of one bulk act under way at a time: the rest of the line stays free for what is asked next."""
_MERGES: Final = 5
"""How often a reply may move under our hands before we give up."""
_SETTLED: Final = 30.0
"""Seconds after which what another process began is taken for left behind."""
UNSUBSCRIBE: Final = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Triaged:
    """What became of an act: conversations that are now so, and why others are not (by id)."""

    title: str
    done: tuple[str, ...] = ()
    refused: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def problem(self) -> Problem | None:
        """The first refusal, None when all went well."""
        return next(iter(self.refused.values()), None)


@dataclass(frozen=True, slots=True)
class _Change:
    """One reply's change: `before` is the reply it was made on. `suppress` / `lift`: an address."""

    conversation_id: str
    before: Json
    changes: Json
    suppress: str = ""
    lift: str = ""

    @property
    def reply_id(self) -> str:
        return str(self.before["id"])

    def as_json(self, at: float) -> Json:
        """What `kept` reads."""
        return {
            "conversation": self.conversation_id,
            "before": {name: value for name, value in self.before.items() if name != "text"},
            "changes": self.changes,
            "suppress": self.suppress,
            "lift": self.lift,
            "at": at,
        }

    @classmethod
    def kept(cls, note: Json) -> Self | None:
        """As an earlier run left it; None for a note that cannot be read."""
        before, changes = note.get("before"), note.get("changes")
        if not isinstance(before, dict) or not isinstance(changes, dict) or "id" not in before:
            return None
        conversation, suppress, lift = (
            str(note.get(name) or "") for name in ("conversation", "suppress", "lift")
        )
        return cls(conversation, before, changes, suppress, lift)


class Triage:
    """Acts on conversations by their ids. None of them raises `ApiError`: refusals are in the answer."""

    def __init__(
        self, bench: Workbench, replies: Replies, conversations: Conversations, undo: UndoList
    ) -> None:
        self._bench = bench
        self._replies = replies
        self._conversations = conversations
        self._undo = undo
        self._refused: dict[str, Problem] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._moved: dict[tuple[str, str], str] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._recovering: asyncio.Task[Triaged] | None = None

    def refusal(self, conversation_id: str) -> Problem | None:
        """Why the last act on a conversation was taken back; None when it was not."""
        return self._refused.get(conversation_id)

    async def label(self, ids: Iterable[str], label: str | None, *, done: bool = False) -> Triaged:
        """Say what replies mean (None takes it back), with `done` also that nothing is left to do."""
        changes: Json = {LABEL: label, "read": True}
        if done:
            changes["done"] = True
        return await self._act(f"Label {{}} {label_of(label).word}", self._heads(ids, changes))

    async def unsubscribe(self, ids: Iterable[str]) -> Triaged:
        """Label and done, and no campaign writes to the address again."""
        changes: Json = {LABEL: UNSUBSCRIBE, "read": True, "done": True}
        found = self._heads(ids, changes)
        suppressing = [
            replace(each, suppress=address_of(Reply.model_validate(each.before))) for each in found
        ]
        return await self._act("Unsubscribe {}", suppressing)

    async def mark_read(self, ids: Iterable[str], read: bool = True) -> Triaged:
        """Note that conversations were read, or their last reply was not."""
        if not read:
            return await self._act("Mark {} unread", self._heads(ids, {"read": False}))
        return await self._act("Mark {} read", self._unread(ids))

    async def opened(self, conversation_id: str) -> Triaged:
        """Note that a conversation was read because its page was opened: no act to take back."""
        return await self._carry_out("Mark {} read", self._unread([conversation_id]))

    async def mark_done(self, ids: Iterable[str], done: bool = True) -> Triaged:
        """Note that nothing is left to do about conversations, or that something is."""
        changes: Json = {"done": True, "read": True} if done else {"done": False}
        return await self._act("Mark {} done" if done else "Reopen {}", self._heads(ids, changes))

    async def snooze(self, ids: Iterable[str], until: datetime | None) -> Triaged:
        """Put conversations off until a moment; None brings them back."""
        at = None if until is None else until.astimezone(UTC).isoformat(timespec="milliseconds")
        moment: JsonValue = None if at is None else at.replace("+00:00", "Z")
        title = "Snooze {}" if until is not None else "Wake {}"
        return await self._act(title, self._heads(ids, {"snoozed_until": moment}))

    async def link(self, ids: Iterable[str], lead_id: str) -> Triaged:
        """Give replies of an unknown address to a lead."""
        return await self._act("Link {}", self._heads(ids, {"lead_id": lead_id}))

    def start(self) -> None:
        """Whenever the server can be asked, `recover`; until `close`. Starting twice does no harm."""
        if self._unsubscribe is None:
            self._unsubscribe = self._bench.line.changed.subscribe(self._on_link)
            self._on_link(self._bench.line.link)

    async def close(self) -> None:
        """End what `start` began; what is on its way is sent by the next start."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._recovering is not None:
            self._recovering.cancel()
            await asyncio.gather(self._recovering, return_exceptions=True)

    def _on_link(self, link: Link) -> None:
        if link is Link.ONLINE and (self._recovering is None or self._recovering.done()):
            self._recovering = asyncio.create_task(self.recover())

    async def recover(self) -> Triaged:
        """Send what an earlier run began and nobody heard the end of; kept while the server is away."""
        now = self._bench.wall()
        left = [
            change
            for note in self._bench.cache.all_kept(_NOTES).values()
            if now - float(str(note.get("at") or 0.0)) > _SETTLED
            and (change := _Change.kept(note)) is not None
            and not self._turns[change.reply_id].locked()
        ]
        return await self._carry_out("Send {} again", left, again=True)

    def _unread(self, ids: Iterable[str]) -> list[_Change]:
        return [
            _Change(each.id, reply.wire(), {"read": True})
            for each in self._known(ids)
            for reply_id in each.unread_ids
            if (reply := self._replies.get(reply_id)) is not None
        ]

    def _known(self, ids: Iterable[str]) -> list[Conversation]:
        found = (self._conversations.get(conversation_id) for conversation_id in ids)
        return [each for each in found if each is not None]

    def _heads(self, ids: Iterable[str], changes: Json) -> list[_Change]:
        return [
            _Change(each.id, reply.wire(), changes)
            for each in self._known(ids)
            if (reply := self._replies.get(each.reply_id)) is not None
        ]

    async def _act(self, title: str, wanted: Sequence[_Change]) -> Triaged:
        triaged = await self._carry_out(title, wanted)
        made = [each for each in self._narrowed(wanted) if each.conversation_id in triaged.done]
        if made:
            self._undo.add(Act(triaged.title, lambda: self._take_back(triaged.title, made)))
        return triaged

    async def _take_back(self, title: str, made: Sequence[_Change]) -> str:
        """Make replies what they were, but for what others have said of them since."""
        inverse: list[_Change] = []
        left = 0
        for each in made:
            now = self._now(each)
            standing = ours(now, each.before, each.changes)
            left += standing.keys() != each.changes.keys()
            inverse.append(
                replace(
                    each, before=now, changes=back(each.before, standing), suppress="", lift=each.suppress
                )
            )
        triaged = await self._carry_out("Undo {}", inverse)
        if triaged.problem is not None:
            return f"Not all of it could be undone: {triaged.problem.sentence()}"
        kept = f" What was changed elsewhere since stays ({plural(left, 'reply')})." if left else ""
        return f"Undone: {title}.{kept}"

    def _narrowed(self, wanted: Iterable[_Change]) -> list[_Change]:
        """Only what changes something; an act that suppresses always does."""
        narrowed = (replace(each, changes=needed(each.before, each.changes)) for each in wanted)
        return [each for each in narrowed if each.changes or each.suppress or each.lift]

    async def _carry_out(self, title: str, wanted: Sequence[_Change], *, again: bool = False) -> Triaged:
        changes = self._narrowed(wanted)
        for each in wanted:
            self._refused.pop(each.conversation_id, None)
        await self._show(changes)
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(change: _Change) -> Problem | None:
            async with places, self._turns[change.reply_id]:
                return await self._send(change, again=again)

        problems = await asyncio.gather(*map(one, changes))
        refused = {
            change.conversation_id: problem
            for change, problem in zip(changes, problems, strict=True)
            if problem is not None
        }
        self._refused.update(refused)
        ids = dict.fromkeys(each.conversation_id for each in wanted)
        named = title.format(self._named([*ids]))
        return Triaged(named, tuple(each for each in ids if each not in refused), refused)

    async def _show(self, changes: Sequence[_Change]) -> None:
        """Rows as they will be, and a note of each change, before the first byte is sent."""
        at = self._bench.wall()
        notes = {each.reply_id: each.as_json(at) for each in changes}
        rows = [shown(self._now(each), each.changes) for each in changes]
        for each in changes:
            self._replies.expect(each.reply_id, each.changes)
        # One turn of the writer for both: a person sees the label after it.
        await self._replies.amend(rows, lambda cache: cache.keep_all(_NOTES, notes, at))

    async def _send(self, change: _Change, *, again: bool) -> Problem | None:
        """Why it was refused. Its note stays where the process ends before it is known."""
        try:
            after = await self._change_on_server(change)
        except ApiError as error:
            if again and self._bench.line.obstacle is not None:
                # Nobody waits for it: it is sent when the server is back.
                return error.problem
            self._replies.expect(change.reply_id, {}, instead_of=change.changes)
            if isinstance(error, NotFound) and not isinstance(error, NotOffered):
                await self._replies.forget(change.reply_id)
            else:
                await self._replies.amend([restored(self._now(change), change.before, change.changes)])
            problem: Problem | None = error.problem
        else:
            self._replies.expect(change.reply_id, {}, instead_of=change.changes)
            if after is not None:
                await self._replies.take(after)
            problem = None
        await self._bench.write(lambda cache: cache.drop(_NOTES, change.reply_id))
        return problem

    async def _change_on_server(self, change: _Change) -> Reply | None:
        if change.suppress:
            # One that is suppressed already is what was wanted.
            with contextlib.suppress(Conflict):
                await self._bench.ask(
                    lambda client: client.suppressions.create(change.suppress, "asked to unsubscribe")
                )
        if change.lift:
            with contextlib.suppress(NotFound):
                await self._bench.ask(lambda client: client.suppressions.delete(change.lift))
        return await self._patch(change)

    async def _patch(self, change: _Change) -> Reply | None:
        """Change the reply; where others changed it meanwhile, what does not collide. Raises `ApiError`."""
        left, moment = change.changes, self._latest(change)
        for _ in range(_MERGES):
            if not left:
                return None
            only_read = left.keys() == {"read"}
            match = None if only_read else moment
            try:
                after = await self._patch_once(change.reply_id, left, match)
            except Stale as error:
                current = await self._current(change.reply_id, error)
                left, clashing = merged(change.before, current, change.changes)
                moment = _updated(current)
                self._replies.expect(change.reply_id, {}, instead_of=change.changes)
                await self._replies.take(Reply.model_validate(current))
                if clashing:
                    raise Stale(_clash(change, current, clashing)) from error
                continue
            self._note_move(change.reply_id, moment, _updated(after.wire()))
            return after
        what = "The reply was changed again and again meanwhile."
        raise Stale(Problem(what, "Try again.", code="changed_meanwhile"))

    async def _patch_once(self, reply_id: str, body: Json, match: str | None) -> Reply:
        return await self._bench.ask(lambda client: client.replies.patch(reply_id, body, if_match=match))

    async def _current(self, reply_id: str, error: Stale) -> Json:
        current = error.details.get("current")
        if isinstance(current, dict) and current.get("id") == reply_id:
            return current
        reply = await self._bench.ask(lambda client: client.replies.get(reply_id))
        return reply.wire()

    def _latest(self, change: _Change) -> str | None:
        """The `updated_at` the change was made on, or what changes of our own made of it since."""
        moment = _updated(change.before)
        while moment is not None and (change.reply_id, moment) in self._moved:
            moment = self._moved[change.reply_id, moment]
        return moment

    def _note_move(self, reply_id: str, before: str | None, after: str | None) -> None:
        if before is not None and after is not None and before != after:
            if len(self._moved) > 2_000:
                self._moved.clear()
            self._moved[reply_id, before] = after

    def _now(self, change: _Change) -> Json:
        reply = self._replies.get(change.reply_id)
        return change.before if reply is None else reply.wire()

    def _named(self, ids: Sequence[str]) -> str:
        if len(ids) == 1:
            conversation = self._conversations.get(ids[0])
            if conversation is None:
                return "the reply"
            head = conversation.head
            return (head.lead.full_name if head.lead is not None else "") or head.sender
        return plural(len(ids), "reply")


def address_of(reply: Reply) -> str:
    """The address that campaigns write to: the lead's, else the one the reply came from."""
    return (reply.lead.email if reply.lead is not None else "") or reply.sender


def _updated(reply: Json) -> str | None:
    at = reply.get("updated_at")
    return at if isinstance(at, str) else None


_FIELDS: Final = {
    LABEL: "label",
    "done": "done",
    "snoozed_until": "snooze",
    "read": "read",
    "lead_id": "lead",
}


def _clash(change: _Change, current: Json, clashing: Sequence[str]) -> Problem:
    now = Reply.model_validate(current)
    label = now.classification.label if now.classification is not None else None
    theirs = f" It is now {label_of(label).word}." if LABEL in clashing else ""
    fields = ", ".join(_FIELDS.get(name, name) for name in clashing)
    what = f"Somebody else changed the {fields} of {now.sender} meanwhile.{theirs}"
    return Problem(what, "Say it again to have it your way.", change.conversation_id, "changed_meanwhile")
