"""The program that is killed: answers a reply, or clears up what it left, and kills itself at a point.

Run as `python -m tests.faults.killed_answerer URL KEY REPLY TEXT POINT`. POINT is `before:n` or `after:n`,
the n-th piece of work of the outbox's journal; or `-`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import TypeVar
from unittest.mock import patch

from imail_tui.model.outbox import ReplyDraft
from imail_tui.model.secret import Secret
from imail_tui.services import outbox
from imail_tui.services.outbox import Outbox
from imail_tui.services.session import open_session
from imail_tui.store.outbox_journal import OutboxJournal
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey

_T = TypeVar("_T")


class DyingOutbox(Outbox):
    """Kills the process at a piece of work of the journal."""

    kind, left = "-", -1

    async def _do(self, work: Callable[[OutboxJournal], _T]) -> _T:
        cls = type(self)
        cls.left -= 1
        now = cls.left == 0
        if now and cls.kind == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await super()._do(work)
        if now and cls.kind == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result


async def main(url: str, key: str, reply_id: str, text: str, point: str) -> None:
    """Answer once; a later start only clears up."""
    session = open_session(
        Paths.find(os.environ),
        Profile("work", url),
        FoundKey(Secret(key), "test"),
        retry_seconds=(0.02,),
        feed_seconds=None,
    )
    await session.connect()
    await session.offers_settled()
    with patch.object(outbox, "Outbox", DyingOutbox):
        answers = session.outbox
    begun = any(item.text == text for item in await answers.items())
    kind, _, number = point.partition(":")
    DyingOutbox.kind, DyingOutbox.left = kind, int(number or -1)
    if not begun:
        await answers.send(ReplyDraft(reply_id, text))
    await answers.recover()
    await session.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
