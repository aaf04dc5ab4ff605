"""Commands of the events."""

from imail_tui.model.events import Event
from imail_tui.ui.commands.command import Command, CommandGroup, Subject, needs_record


def _leads_somewhere(subject: Subject) -> str | None:
    record = subject.record
    if not isinstance(record, Event):
        return needs_record(subject)
    named = any(record.text(key) for key in ("lead.id", "lead.email", "inbox_id", "campaign_id", "reply_id"))
    return None if named else "the event names nothing to go to"


COMMANDS = CommandGroup(
    "events",
    "Events",
    (
        Command(
            "events.follow",
            "Follow",
            "Stay at the newest event as more arrive, or stop there to read; going to the top follows too.",
            "f",
            "follow",
            hint="follow",
        ),
        Command(
            "events.go",
            "Go to…",
            "Go to the reply, lead, inbox or campaign the event is about.",
            "o",
            "go_to",
            _leads_somewhere,
            hint="go to",
        ),
        Command(
            "events.payload",
            "Payload",
            "Show the event's body as it came, set out line by line; again: the facts.",
            "v",
            "payload",
            needs_record,
        ),
        Command(
            "events.export",
            "Export…",
            "Write the events that are shown to a file, one JSON object a line, as they came.",
            "x",
            "export",
        ),
    ),
)
