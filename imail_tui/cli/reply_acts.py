"""`imail-tui replies label|done|snooze`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared, required, say
from imail_tui.cli.output import print_json, print_rows
from imail_tui.cli.replies import HEADINGS, conversation_row, find_conversation
from imail_tui.domain.labels import LABELS, label_of

if TYPE_CHECKING:
    from imail_tui.services.session import Session
    from imail_tui.services.triage import Triaged

_NONE = "none"


def label(
    label: str,
    /,
    *replies: str,
    done: Flag = False,
    no_moves: Flag = False,
    yes: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Say what replies mean. `unsubscribe` also suppresses the address; `none` takes the label away.

    For example:
      imail-tui replies label interested ada@client.example
      imail-tui replies label not_now rpl_01HZ8KABC rpl_01HZ8KABD --done

    Parameters
    ----------
    label
        Such as interested, meeting_request, question, not_now, not_interested, unsubscribe, none.
    replies
        Ids of conversations or replies, or addresses of who wrote.
    done
        Note, too, that nothing is left to do.
    no_moves
        Do not set in motion what the settings say the label does.
    yes
        Do not ask before an address is suppressed or a lead is moved.
    json
        Print the conversations as they are then, as one JSON array.
    """
    wanted = None if label == _NONE else label.replace("-", "_")

    async def act(session: "Session", ids: list[str]) -> "Triaged":
        plan = session.moves.plan(wanted, ids)
        moves = () if no_moves else plan.words
        suppresses = wanted is not None and label_of(wanted).asks_first
        if suppresses or moves:
            facts = [*moves, *([f"{len(ids)} suppressed for good"] if suppresses else [])]
            check_consent(session, f"Label {len(ids)} as {label_of(wanted).word}?", "label", facts, yes=yes)
        triaged = await (
            session.triage.unsubscribe(ids) if suppresses else session.triage.label(ids, wanted, done=done)
        )
        if moves:
            moved = await session.moves.carry_out(plan)
            for words in plan.words:
                say(words)
            if moved.problem is not None:
                tell(moved.problem)
        return triaged

    if wanted is not None and wanted not in LABELS:
        say(f"{label} is no label this version knows; the server decides.")
    return _act(replies, act, connection, json=json)


def done(*replies: str, reopen: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Note that nothing is left to do about replies.

    For example:
      imail-tui replies done ada@client.example

    Parameters
    ----------
    replies
        Ids of conversations or replies, or addresses of who wrote.
    reopen
        The opposite: something is left to do.
    json
        Print the conversations as they are then, as one JSON array.
    """

    async def act(session: "Session", ids: list[str]) -> "Triaged":
        return await session.triage.mark_done(ids, not reopen)

    return _act(replies, act, connection, json=json)


def snooze(until: str, /, *replies: str, json: Flag = False, connection: Shared) -> int:
    """Put replies off until a time in the workspace's zone; `never` brings them back at once.

    For example:
      imail-tui replies snooze monday rpl_01HZ8KABC
      imail-tui replies snooze "fri 9:00" rpl_01HZ8KABC

    Parameters
    ----------
    until
        Such as 3d, 2h, tomorrow, monday, "fri 9:00", 2026-03-20, never.
    replies
        Ids of conversations or replies, or addresses of who wrote.
    json
        Print the conversations as they are then, as one JSON array.
    """

    async def act(session: "Session", ids: list[str]) -> "Triaged":
        from imail_tui.domain.replies.snoozing import BadTime, read_time
        from imail_tui.services.refused import Refused

        try:
            at = None if until == "never" else read_time(until, session.now(), session.workspace_zone)
        except BadTime as error:
            raise Refused(error.problem.at(until)) from None
        return await session.triage.snooze(ids, at)

    return _act(replies, act, connection, json=json)


def _act(
    names: tuple[str, ...],
    act: "Callable[[Session, list[str]], Awaitable[Triaged]]",
    connection: Connection,
    *,
    json: bool,
) -> int:
    """Triage conversations by name; the exit code is that of the first refusal."""

    async def command(session: "Session") -> Exit:
        ids = [(await find_conversation(session, name)).id for name in required(names, "replies")]
        triaged = await act(session, list(dict.fromkeys(ids)))
        told = [tell(problem) for problem in triaged.refused.values()]
        now = [each for one in triaged.done if (each := session.conversations.get(one)) is not None]
        if json:
            print_json([each.wire() for each in now])
        else:
            print_rows(HEADINGS, map(conversation_row, now), empty="No conversation was changed.")
        return told[0] if told else Exit.OK

    return run_on_workspace(connection, command)
