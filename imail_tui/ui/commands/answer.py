"""Commands of an answer being written. Letters belong to the text, so all have ctrl; enter sends nothing."""

from imail_tui.domain.operations import ANSWER_REPLY
from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "answer",
    "Answer",
    (
        Command(
            "answer.send",
            "Send",
            "Into the outbox: it leaves in 20 seconds unless c cancels it.",
            "ctrl+o",
            "send",
            hint="send",
            priority=True,
            needs=(ANSWER_REPLY,),
        ),
        Command(
            "answer.snippet",
            "Snippet…",
            "Put a text of yours in, its variables filled.",
            "ctrl+t",
            "snippet",
            hint="snippet",
            priority=True,
        ),
        Command(
            "answer.from",
            "From…",
            "Choose the inbox it is sent from; at first the one that wrote.",
            "ctrl+r",
            "choose_inbox",
            hint="from",
            priority=True,
        ),
        Command(
            "answer.editor",
            "Your editor",
            "Go on in $VISUAL or $EDITOR; what comes back is shown here.",
            "ctrl+g",
            "editor",
            hint="$EDITOR",
            priority=True,
        ),
        Command("answer.drop", "Drop the draft", "Forget what was written and go back.", "", "drop"),
    ),
)
