"""Commands of the inboxes."""

from imail_tui.domain.marks import inbox_is
from imail_tui.domain.operations import CHANGE_INBOX, CREATE_INBOX, DELETE_INBOX, GET_INBOX, RECONNECT_INBOX
from imail_tui.model.inboxes import Inbox
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject, needs_record


def _can_change(subject: Subject) -> str | None:
    return None if subject.marked or isinstance(subject.record, Inbox) else NOTHING_SELECTED


def _can_pause(subject: Subject) -> str | None:
    if subject.marked:
        return None
    if not isinstance(subject.record, Inbox):
        return NOTHING_SELECTED
    if subject.record.status in ("connected", "paused"):
        return None
    return f"an inbox that {inbox_is(subject.record.status)} does not send"


def _can_resume(subject: Subject) -> str | None:
    if subject.marked:
        return None
    if not isinstance(subject.record, Inbox):
        return NOTHING_SELECTED
    return None if subject.record.status == "paused" else "the inbox is not paused"


def _can_delete(subject: Subject) -> str | None:
    return "one inbox at a time; esc takes the marks away" if subject.marked else needs_record(subject)


def _can_reconnect(subject: Subject) -> str | None:
    if not isinstance(subject.record, Inbox):
        return NOTHING_SELECTED
    if subject.record.status in ("disconnected", "error", "pending_setup"):
        return None
    return "the inbox is connected"


COMMANDS = CommandGroup(
    "inboxes",
    "Inboxes",
    (
        Command(
            "inboxes.pause",
            "Pause or resume",
            "Stop the inbox from sending, or let it send again; with marks, pause all marked ones (asks).",
            "p",
            "pause_inbox",
            _can_pause,
            hint="pause",
            needs=(CHANGE_INBOX,),
        ),
        Command(
            "inboxes.resume",
            "Resume",
            "Let the inbox, or all marked ones (asks), send again.",
            "P",
            "resume_inbox",
            _can_resume,
            needs=(CHANGE_INBOX,),
        ),
        Command(
            "inboxes.limit",
            "Set the daily limit",
            "At most so many mails a day from the inbox, or from each marked one.",
            "l",
            "limit_inbox",
            _can_change,
            needs=(CHANGE_INBOX,),
        ),
        Command(
            "inboxes.reconnect",
            "Reconnect",
            "Connect the inbox again: on its provider's page, or with its servers' passwords.",
            "R",
            "reconnect_inbox",
            _can_reconnect,
            hint="reconnect",
            needs=(RECONNECT_INBOX, GET_INBOX),
        ),
        Command(
            "inboxes.add",
            "Add an inbox",
            "Connect another mailbox: Google, Microsoft, or any by SMTP and IMAP.",
            "a",
            "add_inbox",
            hint="add",
            needs=(CREATE_INBOX, GET_INBOX),
            anywhere=True,
        ),
        Command(
            "inboxes.delete",
            "Delete",
            "Take the inbox out of the workspace (asks, and says which campaigns send from it).",
            "D",
            "delete_inbox",
            _can_delete,
            needs=(DELETE_INBOX,),
        ),
        Command(
            "inboxes.group",
            "Group",
            "Keep inboxes of one domain together, then of one provider, then neither.",
            "b",
            "group_inboxes",
        ),
    ),
)
