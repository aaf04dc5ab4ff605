"""`imail-tui replies tail`: replies as they arrive."""

import asyncio
import json as json_lines
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.options import AtLeastOne, Flag, Shared, say
from imail_tui.cli.replies import Filter, label_words
from imail_tui.domain.shown import moment
from imail_tui.domain.text import one_line
from imail_tui.model.conversations import Conversation

if TYPE_CHECKING:
    from imail_tui.services.session import Session


_NEWEST: Final = 500
"""Conversations among which something new is looked for."""


def tail(
    *,
    wanted: Filter = "",
    last: Annotated[int, Parameter(validator=Number(gte=0, lte=1_000))] = 0,
    count: AtLeastOne | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Print a line whenever a reply arrives or is labelled, until interrupted.

    For example:
      imail-tui replies tail --filter label:positive
      imail-tui replies tail --json --count 1

    Parameters
    ----------
    wanted
        Only those that pass; terms as in `replies list`. Automatic replies are left out without `auto:yes`.
    last
        Begin with the newest so many.
    count
        Leave with exit code 0 after so many lines.
    json
        Print one JSON object a line: the conversation, `head` the server's object of its reply.
    """

    async def command(session: "Session") -> Exit:
        try:
            return await _follow(session, wanted, last, count, json=json)
        except asyncio.CancelledError:
            # Interrupted: that is how it ends.
            return Exit.INTERRUPTED

    return run_on_workspace(connection, command)


async def _follow(session: "Session", text: str, last: int, count: int | None, *, json: bool) -> Exit:
    arrived: asyncio.Queue[frozenset[str]] = asyncio.Queue()
    for kind in (session.campaigns, session.inboxes):
        await kind.refresh(urgent=True)
    await session.conversations.refresh(urgent=True)
    told = _Told(session, text)
    printed = told.newest(last)
    session.conversations.changed.subscribe(arrived.put_nowait)
    session.feed.start()
    say("Following; ctrl+c ends it.")
    left = count
    while True:
        for each in printed:
            _print(each, json=json)
            left = None if left is None else left - 1
            if left == 0:
                return Exit.OK
        printed = told.news(await arrived.get())


class _Told:
    """What was printed, so that a line stands for a change a person would call one."""

    def __init__(self, session: "Session", text: str) -> None:
        self._conversations = session.conversations
        self._text = text
        self._view = session.views.all()[0]
        if "auto:" in text:
            from dataclasses import replace

            self._view = replace(self._view, text="")
        self._said = dict(map(_said, self._matching()))

    def newest(self, number: int) -> list[Conversation]:
        """The newest so many, oldest first."""
        return self._matching(number)[::-1]

    def news(self, ids: Iterable[str]) -> list[Conversation]:
        """Which of some conversations have a new reply or another label, and pass; oldest first."""
        wanted = frozenset(ids)
        now = [each for each in self._matching(_NEWEST) if not wanted or each.id in wanted]
        fresh = [each for each in now if self._said.get(each.id) != _said(each)[1]]
        self._said.update(map(_said, fresh))
        return fresh[::-1]

    def _matching(self, most: int | None = None) -> list[Conversation]:
        window = self._conversations.window(self._conversations.read_filter(self._text, self._view))
        try:
            rows = window.rows(0, window.total if most is None else most)
            return [self._conversations.parse(row) for row in rows]
        finally:
            window.close()


def _said(each: Conversation) -> tuple[str, tuple[int, str]]:
    return each.id, (each.count, label_words(each.head))


def _print(each: Conversation, *, json: bool) -> None:
    if json:
        print(json_lines.dumps(each.wire()), flush=True)
        return
    head = each.head
    parts = (moment(head.received_at), head.sender, label_words(head) or "-", head.subject or "", each.id)
    print(one_line("  ".join(parts)), flush=True)
