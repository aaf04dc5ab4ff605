"""`imail-tui replies send|outbox|cancel|retry`."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared, say
from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.cli.replies import find_conversation
from imail_tui.domain.shown import moment
from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json

if TYPE_CHECKING:
    from imail_tui.services.session import Session

_HEADINGS: Final = (
    Heading("state"),
    Heading("to"),
    Heading("send_at", drop=1),
    Heading("text", drop=2),
    Heading("problem"),
    Heading("id"),
)


def send(
    reply: str,
    /,
    *,
    text: str | None = None,
    file: Path | None = None,
    snippet: str | None = None,
    inbox: str | None = None,
    wait: Annotated[int | None, Parameter(validator=Number(gte=0, lte=3_600))] = None,
    no_quote: Flag = False,
    yes: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Answer a reply, with the original quoted below. It is never sent twice, whatever happens on the way.

    For example:
      imail-tui replies send ada@client.example --text "Gladly. Tuesday at ten?" --yes
      imail-tui replies send rpl_01HZ8KABC --snippet book-a-call

    Parameters
    ----------
    reply
        The id of a reply or of a conversation, or the address of who wrote.
    text
        What to say; standard input without it, `--file` or `--snippet`.
    file
        A file with what to say.
    snippet
        A text of the `snippets` folder beside the settings; its variables are filled in.
    inbox
        Address or id of the inbox to send from, instead of the one that wrote.
    wait
        Seconds the server waits before it sends, instead of the settings' 20.
    no_quote
        Leave the original out.
    yes
        Do not ask, and send in spite of a suppressed address.
    json
        Print the answer as it stands in the outbox.
    """

    async def command(session: "Session") -> Exit:
        await session.offers_settled()
        conversation = await find_conversation(session, reply)
        await session.inboxes.refresh(urgent=True)
        draft = await _draft(session, conversation.reply_id, text, file, snippet, inbox, quote=not no_quote)
        warnings = await session.answers.warnings(draft, await session.outbox.items())
        for warning in warnings:
            say(warning.sentence())
        check_consent(
            session, f"Send this answer to {conversation.head.sender}?", "send", ["1 mail"], yes=yes
        )
        if warnings and warnings[0].code == "suppressed" and not yes:
            return tell(replace(warnings[0], remedy="Say --yes to send it all the same.", code="usage"))
        return _told(await session.outbox.send(draft, wait), json=json)

    return run_on_workspace(connection, command)


def outbox(*, json: Flag = False, connection: Shared) -> int:
    """List answers of this machine: what waits, was sent, or failed and why.

    What was left in doubt by an end of the program or a cut line is cleared up first.

    For example:
      imail-tui replies outbox

    Parameters
    ----------
    json
        Print one JSON array.
    """

    async def command(session: "Session") -> Exit:
        await session.offers_settled()
        await session.outbox.recover()
        await session.outbox.settle()
        items = await session.outbox.items()
        if json:
            print_json([_document(item) for item in items])
        else:
            print_rows(_HEADINGS, map(_row, items), empty="The outbox is empty.")
        return Exit.OK

    return run_on_workspace(connection, command)


def cancel(answer: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Stop an answer that the server has not sent yet. Its text is kept as a draft.

    For example:
      imail-tui replies cancel ans_1a2b

    Parameters
    ----------
    answer
        Its id, or the beginning of it, as `replies outbox` prints it.
    json
        Print the answer as it then stands.
    """

    async def command(session: "Session") -> Exit:
        item = await session.outbox.item(answer)
        return _told(await session.outbox.cancel(item.id), json=json)

    return run_on_workspace(connection, command)


def retry(answer: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Send a failed answer again.

    For example:
      imail-tui replies retry ans_1a2b --yes

    Parameters
    ----------
    answer
        Its id, or the beginning of it, as `replies outbox` prints it.
    yes
        Do not ask.
    json
        Print the answer as it then stands.
    """

    async def command(session: "Session") -> Exit:
        await session.offers_settled()
        item = await session.outbox.item(answer)
        check_consent(session, f"Send this answer to {item.to}?", "send", ["1 mail"], yes=yes)
        return _told(await session.outbox.retry(item.id), json=json)

    return run_on_workspace(connection, command)


async def _draft(
    session: "Session",
    reply_id: str,
    text: str | None,
    file: Path | None,
    snippet: str | None,
    inbox: str | None,
    *,
    quote: bool,
) -> ReplyDraft:
    """What is sent. Raises Refused."""
    from imail_tui.domain.replies.answering import quoted

    reply = session.replies.get(reply_id) or await session.replies.fetch(reply_id)
    inbox_id = reply.inbox_id if inbox is None else _inbox_id(session, inbox)
    if snippet is not None:
        said = await _snippet(session, snippet, reply_id, inbox_id)
    elif text is not None:
        said = text
    else:
        said = await asyncio.to_thread(_given, file)
    own = said.rstrip("\n")
    return ReplyDraft(reply_id, f"{own}\n\n{quoted(reply)}\n" if quote and own.strip() else own, inbox_id)


def _given(file: Path | None) -> str:
    """The text of a file, or of standard input. Raises Refused."""
    from imail_tui.services.refused import Refused

    if file is None:
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"It cannot be read: {error.strerror if isinstance(error, OSError) else 'it is no UTF-8'}."
        raise Refused(Problem(what, "Name a text file.", str(file), "usage")) from None


async def _snippet(session: "Session", name: str, reply_id: str, inbox_id: str | None) -> str:
    from imail_tui.services.refused import Refused

    found = await session.answers.snippets()
    for each in found:
        if each.name == name:
            filled = session.answers.fill(each.text, reply_id, inbox_id)
            if filled.unresolved:
                what = f"Nothing is known for {', '.join(filled.unresolved)}."
                remedy = "Give it a fallback: {{first_name|there}}."
                raise Refused(Problem(what, remedy, f"--snippet {name}", "usage"))
            return filled.text
    known = ", ".join(each.name for each in found) or f"none yet; put them into {session.answers.folder}"
    raise Refused(Problem("There is no such snippet.", f"Snippets: {known}.", f"--snippet {name}", "usage"))


def _inbox_id(session: "Session", name: str) -> str:
    from imail_tui.services.refused import Refused

    found = [each for each in session.inboxes.all() if name in (each.id, each.email)]
    if not found:
        what, remedy = "There is no such inbox.", "List them: imail-tui inboxes list"
        raise Refused(Problem(what, remedy, f"--inbox {name}", "not_found"))
    return found[0].id


def _told(item: OutboxItem, *, json: bool) -> Exit:
    if json:
        print_json(_document(item))
    if item.problem is not None and item.state in (OutboxState.FAILED, OutboxState.IN_DOUBT):
        return tell(item.problem.at(item.id))
    if not json:
        print_rows(_HEADINGS, [_row(item)], empty="")
    return Exit.OK


def _row(item: OutboxItem) -> tuple[Field, ...]:
    return (
        item.state.replace("_", " "),
        item.to,
        moment(item.send_at) if item.send_at is not None else "",
        item.text.strip().partition("\n")[0],
        item.problem.sentence() if item.problem is not None else "",
        item.id,
    )


def _document(item: OutboxItem) -> Json:
    problem = item.problem
    return {
        "id": item.id,
        "state": str(item.state),
        "reply_id": item.reply_id,
        "conversation_id": item.conversation_id,
        "message_id": item.message_id,
        "inbox_id": item.inbox_id,
        "to": item.to,
        "text": item.text,
        "begun_at": item.begun_at.isoformat(),
        "send_at": item.send_at.isoformat() if item.send_at is not None else None,
        "problem": problem.sentence() if problem is not None else None,
        "request_id": problem.request_id if problem is not None else None,
    }
