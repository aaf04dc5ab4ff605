"""Commands of the replies: one key for each label, one to answer, one to go on."""

from imail_tui.domain.labels import LABELS
from imail_tui.domain.operations import ANSWER_REPLY, CHANGE_REPLY, GET_THREAD, SUPPRESS
from imail_tui.model.conversations import Conversation
from imail_tui.ui.commands.command import Command, CommandGroup, Subject, needs_record


def _is_labelled(subject: Subject) -> str | None:
    if isinstance(subject.record, Conversation) and subject.record.head.classification is None:
        return "the conversation has no label"
    return needs_record(subject)


COMMANDS = CommandGroup(
    "replies",
    "Replies",
    (
        Command(
            "replies.answer",
            "Answer",
            "Write an answer; it waits 20 seconds in the outbox before it leaves.",
            "a",
            "answer",
            needs_record,
            hint="answer",
            needs=(ANSWER_REPLY,),
        ),
        Command(
            "replies.done",
            "Done and next",
            "Nothing is left to do: go on to the next one. On one that is done: open it again.",
            "d",
            "done",
            needs_record,
            hint="done, next",
            needs=(CHANGE_REPLY,),
        ),
        Command(
            "replies.snooze",
            "Snooze…",
            "Put it off until a usual time, or one that is typed: 3d, fri 9:00, tomorrow 14:30.",
            "z",
            "snooze",
            needs_record,
            hint="snooze",
            needs=(CHANGE_REPLY,),
        ),
        Command(
            "replies.label",
            "Label…",
            "Choose what it means from a list that shows each label's own key.",
            "l",
            "choose_label",
            needs_record,
            hint="label",
            needs=(CHANGE_REPLY,),
        ),
        *(
            Command(
                f"replies.label-{label.label.replace('_', '-')}",
                f"Label: {label.word}",
                f"Say that it means {label.word}{' (asks, then suppresses)' if label.asks_first else ''}.",
                label.key,
                f"label('{label.label}')",
                needs_record,
                needs=(CHANGE_REPLY, SUPPRESS) if label.asks_first else (CHANGE_REPLY,),
            )
            for label in LABELS.values()
        ),
        Command(
            "replies.unlabel",
            "Take the label away",
            "Make it unclassified again.",
            "U",
            "unlabel",
            _is_labelled,
            needs=(CHANGE_REPLY,),
        ),
        Command(
            "replies.next", "Next conversation", "Go on, with the page open.", "n,J", "next(1)", needs_record
        ),
        Command(
            "replies.previous",
            "Previous conversation",
            "Go back, with the page open.",
            "p,K",
            "next(-1)",
            needs_record,
        ),
        Command("replies.next-view", "Next pile", "All, Needs me, Positive and so on.", "]", "view(1)"),
        Command("replies.previous-view", "Previous pile", "The pile before.", "[", "view(-1)"),
        Command(
            "replies.keep-view",
            "Keep as a pile…",
            "Keep what is filtered now as a pile with a name.",
            "w",
            "keep_view",
        ),
        Command("replies.drop-view", "Drop this pile", "Forget a pile of your own.", "", "drop_view"),
        Command(
            "replies.outside",
            "Answer in your editor",
            "Write the answer in $VISUAL or $EDITOR; what comes back is shown before it is sent.",
            "e",
            "answer(True)",
            needs_record,
            needs=(ANSWER_REPLY,),
        ),
        Command(
            "replies.outbox",
            "Outbox",
            "Answers on their way, drafts, and what failed and why.",
            "b",
            "outbox",
            anywhere=True,
        ),
        Command(
            "replies.cancel-send",
            "Cancel sending",
            "Stop the latest answer that waits in the outbox.",
            "c",
            "cancel_send",
        ),
        Command(
            "replies.fold",
            "Quoted history",
            "Show what was quoted, or fold it again.",
            "o",
            "fold",
            needs_record,
        ),
        Command(
            "replies.links",
            "Links…",
            "List the links with their whole hosts, and copy one.",
            "f",
            "links",
            needs_record,
        ),
        Command(
            "replies.raw",
            "Raw mail",
            "Show the newest mail as it came, or as text again.",
            "v",
            "raw",
            needs_record,
            needs=(GET_THREAD,),
        ),
        Command(
            "replies.lead",
            "Lead and timeline",
            "Show the lead's fields and what happened, or hide them.",
            "t",
            "lead",
            needs_record,
        ),
        Command(
            "replies.unread",
            "Unread",
            "Mark as unread, or as read.",
            "m",
            "unread",
            needs_record,
            needs=(CHANGE_REPLY,),
        ),
        Command(
            "replies.copy-thread",
            "Copy the conversation",
            "All its mails as plain text.",
            "Y",
            "copy_thread",
            needs_record,
        ),
    ),
)
