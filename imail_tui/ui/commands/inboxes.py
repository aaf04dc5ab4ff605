"""Commands of the inboxes."""

from imail_tui.domain.operations import CHANGE_INBOX, GET_INBOX, RECONNECT_INBOX
from imail_tui.model.inboxes import Inbox
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject


def _can_pause(subject: Subject) -> str | None:
    if not isinstance(subject.record, Inbox):
        return NOTHING_SELECTED
    if subject.record.status in ("connected", "paused"):
        return None
    return f"an inbox that is {subject.record.status or 'in an unknown state'} does not send"


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
            "Stop the inbox from sending, or let it send again.",
            "p",
            "pause_inbox",
            _can_pause,
            hint="pause",
            needs=(CHANGE_INBOX,),
        ),
        Command(
            "inboxes.reconnect",
            "Reconnect",
            "Ask imail for the page that connects the inbox again.",
            "R",
            "reconnect_inbox",
            _can_reconnect,
            hint="reconnect",
            needs=(RECONNECT_INBOX, GET_INBOX),
        ),
    ),
)
