"""`imail-tui replies`: reading, triaging and answering replies without the app."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.options import AtLeastOne, Flag, Shared, say
from imail_tui.cli.output import Field, Heading, print_facts, print_json, print_rows, print_text
from imail_tui.domain.labels import label_of
from imail_tui.domain.shown import moment
from imail_tui.domain.text import one_line
from imail_tui.model.conversations import Conversation
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.replies import Message, Reply

if TYPE_CHECKING:
    from imail_tui.domain.replies.views import View
    from imail_tui.services.morning_queue import MorningQueue
    from imail_tui.services.session import Session

app = App(name="replies", help="Replies: list, read, label, answer, follow.")
app.command(
    "imail_tui.cli.reply_tail:tail", name="tail", help="Print replies as they arrive, until interrupted."
)
app.command("imail_tui.cli.reply_acts:label", name="label", help="Say what replies mean.")
app.command("imail_tui.cli.reply_acts:done", name="done", help="Note that nothing is left to do.")
app.command("imail_tui.cli.reply_acts:snooze", name="snooze", help="Put replies off until a time.")
app.command("imail_tui.cli.answering:send", name="send", help="Answer a reply.")
app.command("imail_tui.cli.answering:outbox", name="outbox", help="Answers that wait, were sent, or failed.")
app.command("imail_tui.cli.answering:cancel", name="cancel", help="Stop an answer that still waits.")
app.command("imail_tui.cli.answering:retry", name="retry", help="Send a failed answer again.")

Filter = Annotated[str, Parameter(name="--filter", show_default=False)]

HEADINGS: Final = (
    Heading("received"),
    Heading("from"),
    Heading("label"),
    Heading("unread", right=True, drop=2),
    Heading("waiting_since", drop=3),
    Heading("subject", drop=1),
    Heading("snippet"),
    Heading("id", drop=4),
)


@app.command(name="list")
def list_replies(
    *,
    view: str = "all",
    wanted: Filter = "",
    most: AtLeastOne = 50,
    json: Flag = False,
    connection: Shared,
) -> int:
    """List conversations, by default the newest 50.

    For example:
      imail-tui replies list --view needs_me
      imail-tui replies list --filter 'label:positive campaign:q4 since:2d "pricing"'

    Parameters
    ----------
    view
        One of all, needs_me, positive, unclassified, snoozed, done, automatic, unlinked, or your own.
    wanted
        Terms as in the app: label, campaign, inbox, from, since, before, unread, done, words.
    most
        At most so many; more replies are loaded from the server until there are as many.
    json
        Print one JSON array; `head` is the server's object of the reply that decides.
    """

    async def command(session: "Session") -> Exit:
        pile = find_view(session, view)
        found = await matching(session, pile, wanted, most)
        if json:
            print_json([each.wire() for each in found])
        else:
            print_rows(HEADINGS, map(conversation_row, found), empty="No replies.")
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def show(reply: str, /, *, raw: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Print a whole conversation as text: quoted history as one line, links with their hosts.

    For example:
      imail-tui replies show ada@client.example
      imail-tui replies show rpl_01HZ8KABC --raw

    Parameters
    ----------
    reply
        The id of a conversation or of a reply, or the address of who wrote it.
    raw
        Print its last message as it was on the wire.
    json
        Print the conversation with its thread as one JSON object.
    """

    async def command(session: "Session") -> Exit:
        conversation = await find_conversation(session, reply)
        thread = await session.replies.thread(conversation.reply_id)
        if raw:
            last = [each for each in thread.messages if each.direction == "in"][-1:]
            source = await session.reply_timeline.raw(last[0].id if last else conversation.reply_id)
            print_text(source.decode("utf-8", "replace"))
        elif json:
            print_json({**conversation.wire(), "thread": thread.wire()})
        else:
            await _refresh_names(session)
            print_facts(_facts(session, conversation))
            alone = [] if thread.messages else session.conversations.replies_of(conversation.id)
            for message in thread.messages or map(_as_message, alone):
                print_text(_message_text(message))
        return Exit.OK

    return run_on_workspace(connection, command)


@app.command
def queue(*, json: Flag = False, connection: Shared) -> int:
    """The morning queue: how many replies wait in each pile, who waits longest, what to do first.

    For example:
      imail-tui replies queue

    Parameters
    ----------
    json
        Print one JSON object.
    """

    async def command(session: "Session") -> Exit:
        from imail_tui.services.morning_queue import morning_queue

        await session.conversations.refresh(urgent=True)
        found = await morning_queue(session)
        if json:
            print_json(_document(found))
        else:
            _print_queue(found)
        return Exit.OK

    return run_on_workspace(connection, command)


def find_view(session: "Session", name: str) -> "View":
    """A view by its id or title. Raises Refused."""
    from imail_tui.services.refused import Refused

    wanted = name.casefold().replace("-", "_").replace(" ", "_")
    for view in session.views.all():
        if wanted in (view.id, view.title.casefold().replace(" ", "_")):
            return view
    known = ", ".join(view.id if not view.own else view.title for view in session.views.all())
    raise Refused(Problem("There is no such view.", f"Views: {known}.", f"--view {name}", "usage"))


async def matching(session: "Session", view: "View", text: str, limit: int) -> list[Conversation]:
    """Conversations of a view that pass a filter line; loads until there are `limit`, or all are here."""
    await session.conversations.refresh(urgent=True)
    await _refresh_names(session)
    wanted = session.conversations.read_filter(text, view)
    if wanted.words:
        await session.conversations.search(" ".join(wanted.words))
    window = session.conversations.window(wanted, view.sort)
    try:
        while window.total < limit and not session.conversations.complete:
            await session.conversations.load_more()
            window.refresh()
        return [session.conversations.parse(row) for row in window.rows(0, limit)]
    finally:
        window.close()


async def find_conversation(session: "Session", name: str) -> Conversation:
    """A conversation by its id, a reply's, or the address of who wrote; one that is not here is fetched.

    Raises `ApiError`, and Refused for a conversation that is not here or one of several.
    """
    from imail_tui.services.refused import Refused

    if "@" in name:
        return await _conversation_of(session, name)
    found = session.conversations.get(name) or session.conversations.of_reply(name)
    if found is None and not name.startswith("thr_"):
        await session.replies.fetch(name)
        found = session.conversations.of_reply(name)
    elif found is None:
        await session.conversations.refresh(urgent=True)
        found = session.conversations.get(name)
    if found is None:
        what, remedy = "There is no such reply here.", "List them: imail-tui replies list"
        raise Refused(Problem(what, remedy, name, "not_found"))
    return found


async def _conversation_of(session: "Session", address: str) -> Conversation:
    """The only conversation with an address: which of several is meant, only an id can say."""
    from imail_tui.services.refused import Refused

    found: dict[str, Conversation] = {}
    async for reply in session.client.replies.list(q=address):
        # The server's search also finds the address in what others wrote.
        if reply.sender.casefold() == address.strip().casefold():
            await session.replies.take(reply)
            conversation = session.conversations.of_reply(reply.id)
            if conversation is not None:
                found[conversation.id] = conversation
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        what, remedy = "Nobody of this address has answered.", "List replies: imail-tui replies list"
        raise Refused(Problem(what, remedy, address, "not_found"))
    what = f"There are {len(found)} conversations with this address."
    raise Refused(Problem(what, f"Say which by its id: {', '.join(found)}.", address, "ambiguous"))


def conversation_row(each: Conversation) -> tuple[Field, ...]:
    """One line of a list."""
    head = each.head
    return (
        moment(head.received_at),
        head.sender,
        label_words(head),
        each.unread,
        moment(each.waiting_since) if each.waiting_since is not None else "",
        head.subject,
        head.snippet,
        each.id,
    )


def label_words(reply: Reply) -> str:
    """A reply's label in words; "" without one."""
    given = reply.classification
    return label_of(given.label).word if given is not None else ""


async def _refresh_names(session: "Session") -> None:
    """Campaigns and inboxes are known by name once they were listed."""
    for named in (session.campaigns, session.inboxes):
        if named.age() is None:
            await named.refresh(urgent=True)


def _facts(session: "Session", conversation: Conversation) -> list[tuple[str, Field]]:
    head = conversation.head
    campaign = session.campaigns.get(head.campaign_id) if head.campaign_id else None
    inbox = session.inboxes.get(head.inbox_id) if head.inbox_id else None
    judged = head.ai_classification
    return [
        ("from", head.sender),
        ("subject", head.subject),
        ("label", label_words(head)),
        ("judged", label_of(judged.label).word if judged is not None else None),
        ("campaign", campaign.name if campaign is not None else head.campaign_id),
        ("step", head.step_id),
        ("inbox", inbox.email if inbox is not None else head.inbox_id),
        ("waiting_since", moment(conversation.waiting_since)),
        ("snoozed_until", moment(head.snoozed_until) if head.snoozed_until is not None else ""),
        ("done", "yes" if head.done else "no"),
        ("reply", head.id),
        ("conversation", conversation.id),
    ]


def _as_message(reply: Reply) -> Message:
    """A reply as a message of its thread, where the server does not list those."""
    told = reply.wire()
    return Message.model_validate({**told, "direction": "in", "at": told.get("received_at")})


def _message_text(message: Message) -> str:
    from imail_tui.domain.mail.mailtext import plain
    from imail_tui.domain.mail.reading import read_message

    arrow = "<" if message.direction == "in" else ">"
    head = one_line(f"{arrow} {message.sender}  {moment(message.at)}  {message.subject or ''}")
    return f"\n{head}\n{plain(read_message(message.text, message.html))}"


def _document(found: "MorningQueue") -> Json:
    return {
        "counts": dict(found.counts),
        "oldest": found.oldest.wire() if found.oldest is not None else None,
        "positive": [each.wire() for each in found.positive],
        "unclassified": [each.wire() for each in found.unclassified],
        "failed_answers": found.failed,
        "actions": list(found.actions),
        "complete": found.complete,
    }


def _print_queue(found: "MorningQueue") -> None:
    print_facts([(name.replace("_", " "), number) for name, number in found.counts.items()])
    if found.oldest is not None:
        since = moment(found.oldest.waiting_since)
        print_text(one_line(f"Waiting longest: {found.oldest.head.sender} since {since}"))
    if found.positive or found.unclassified:
        print_text("")
        print_rows(HEADINGS, map(conversation_row, (*found.positive, *found.unclassified)), empty="")
    for action in found.actions or ("Nothing waits.",):
        say(action)
    if not found.complete:
        say("Older replies are on the server; they are not counted.")
