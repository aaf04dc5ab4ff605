"""What helps in writing an answer: snippets filled in, and what a person should know before it leaves."""

import asyncio
from pathlib import Path

from imail_tui.api.errors import ApiError
from imail_tui.domain.marks import inbox_is
from imail_tui.domain.replies.answering import Snippet, fields_of, fill, left_variables
from imail_tui.domain.sequence.rendering import Rendered
from imail_tui.domain.shown import moment
from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.model.replies import Reply
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.leads import Leads
from imail_tui.services.replies import Replies
from imail_tui.services.workbench import Workbench
from imail_tui.store.snippets import read_snippets


class Answers:
    """Reads `folders` of snippets and the cache; `warnings` may ask the server."""

    def __init__(
        self,
        bench: Workbench,
        replies: Replies,
        leads: Leads,
        inboxes: Inboxes,
        folders: tuple[Path, ...],
    ) -> None:
        self._bench = bench
        self._replies = replies
        self._leads = leads
        self._inboxes = inboxes
        self._folders = folders

    @property
    def folder(self) -> Path:
        """Where snippets are put, one text file each."""
        return self._folders[0]

    async def snippets(self) -> list[Snippet]:
        """The texts kept for answers, by name."""
        return await asyncio.to_thread(read_snippets, *self._folders)

    def fill(self, text: str, reply_id: str, inbox_id: str | None = None) -> Rendered:
        """A text with the variables of a reply's lead and of the inbox that answers filled in."""
        reply = self._replies.get(reply_id)
        if reply is None:
            return Rendered(text, left_variables(text))
        lead = self._leads.get(reply.lead.id) if reply.lead is not None and reply.lead.id else None
        inbox = self._inboxes.get(inbox_id or reply.inbox_id or "")
        named = {} if inbox is None else {"inbox_name": inbox.display_name or "", "inbox_email": inbox.email}
        return fill(text, fields_of(reply, lead.wire() if lead is not None else None, named))

    async def warnings(self, draft: ReplyDraft, items: list[OutboxItem]) -> list[Problem]:
        """What a person should know before an answer leaves; `items` is the outbox.

        One request, where the server can be asked whether it knows of a suppression.
        """
        found = [*self._unfilled(draft), *self._inbox_faults(draft), *_others(draft, items)]
        reply = self._replies.get(draft.reply_id)
        if reply is not None and await self._is_suppressed(reply):
            what = f"{reply.sender} is suppressed: somebody asked not to be written to again."
            found.insert(0, Problem(what, "Send it only if they wrote first.", "to", "suppressed"))
        return found

    async def _is_suppressed(self, reply: Reply) -> bool:
        address = reply.sender
        try:
            matches = await self._bench.ask(lambda client: client.leads.lookup([address]))
        except ApiError:
            # Not being able to ask is no reason to keep an answer back.
            lead = self._leads.get(reply.lead.id) if reply.lead is not None and reply.lead.id else None
            return lead is not None and lead.suppressed is True
        return any(match.suppressed for match in matches)

    def _unfilled(self, draft: ReplyDraft) -> list[Problem]:
        left = left_variables(draft.text)
        if not left:
            return []
        what = f"{', '.join(left[:3])} would be sent as it stands."
        return [Problem(what, "Write what is meant.", "body", "unfilled_variable")]

    def _inbox_faults(self, draft: ReplyDraft) -> list[Problem]:
        inbox = self._inboxes.get(draft.inbox_id or "")
        if inbox is None or inbox.status == "connected":
            return []
        what = f"{inbox.email} {inbox_is(inbox.status)}; it cannot send."
        return [
            Problem(what, "Choose another inbox, or connect this one.", "inbox_id", "inbox_not_connected")
        ]


def _others(draft: ReplyDraft, items: list[OutboxItem]) -> list[Problem]:
    """Answers to the same reply that are on their way."""
    for item in items:
        under_way = item.state in (OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.SCHEDULED)
        if item.reply_id == draft.reply_id and under_way:
            what = f"An answer to this reply is in the outbox already, since {moment(item.begun_at)}."
            return [Problem(what, "Cancel that one, or send both.", item.id, "answered_already")]
    return []
