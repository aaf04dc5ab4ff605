"""Commands of the campaign builder. Letters work on the graph; in a field only those with ctrl do."""

from imail_tui.domain.operations import CHANGE_CAMPAIGN, CREATE_CAMPAIGN
from imail_tui.ui.commands.command import Command, CommandGroup, Subject


def _on_step(subject: Subject) -> str | None:
    return "there is no step here yet; a adds one" if subject.record is None else None


def _moving(subject: Subject) -> str | None:
    return None if subject.marked else "no step was taken with x"


COMMANDS = CommandGroup(
    "builder",
    "Campaign builder",
    (
        Command(
            "builder.add",
            "Add a step…",
            "Choose its kind; it comes after the cursor, on the way that is marked.",
            "a",
            "ask_add",
            hint="add",
        ),
        Command("builder.mail", "Add a mail", "A mail after the cursor.", "m", "add('email')"),
        Command("builder.wait", "Add a wait", "A wait after the cursor.", "w", "add('wait')"),
        Command(
            "builder.condition",
            "Insert a condition",
            "A condition after the cursor; what follows stays on its else path.",
            "c",
            "add('condition')",
        ),
        Command("builder.end", "Add an end", "Paths that come to it end there.", "z", "add('end')"),
        Command(
            "builder.insert",
            "Insert before…",
            "Choose a kind of step; all that led to this one leads to it.",
            "I",
            "insert",
            _on_step,
        ),
        Command(
            "builder.branch", "Add a branch", "One more branch to this condition.", "b", "branch", _on_step
        ),
        Command(
            "builder.duplicate",
            "Duplicate",
            "The same step again, right after it.",
            "d",
            "duplicate",
            _on_step,
        ),
        Command(
            "builder.delete",
            "Delete",
            "Take out the step, or the branch under the cursor; what only it led to goes too.",
            "D,delete",
            "delete",
            _on_step,
        ),
        Command(
            "builder.take",
            "Take",
            "Take this step; p puts it somewhere else, esc lets it be.",
            "x",
            "take",
            _on_step,
        ),
        Command("builder.put", "Put here", "Put the taken step after the cursor.", "p", "put", _moving),
        Command(
            "builder.up",
            "Try a branch earlier",
            "Move the branch under the cursor up.",
            "K",
            "order(-1)",
            _on_step,
        ),
        Command(
            "builder.down",
            "Try a branch later",
            "Move the branch under the cursor down.",
            "J",
            "order(1)",
            _on_step,
        ),
        Command(
            "builder.target",
            "Lead elsewhere…",
            "Choose the step that follows, or the end.",
            "t",
            "target",
            _on_step,
            hint="target",
        ),
        Command(
            "builder.name", "Rename", "Another id; all that names the step follows.", "n", "rename", _on_step
        ),
        Command(
            "builder.variant",
            "Add a wording",
            "One more wording of this mail, to be tried against the others.",
            "v",
            "add_wording",
            _on_step,
        ),
        Command(
            "builder.next-wording", "Next wording", "Write the mail's next wording.", "ctrl+n", "next_wording"
        ),
        Command(
            "builder.drop-wording",
            "Remove the wording",
            "Take out the wording on show; the step's own stays.",
            "X",
            "drop_wording",
            _on_step,
        ),
        Command(
            "builder.ask",
            "Build a condition…",
            "Choose what to ask of the lead, and add it to the branch that is written.",
            "ctrl+o",
            "ask",
        ),
        Command("builder.undo", "Undo", "Take the last edit back.", "u,ctrl+z", "undo", priority=True),
        Command("builder.redo", "Redo", "Make it again.", "U,ctrl+r", "redo", priority=True),
        Command(
            "builder.jump",
            "Jump to a letter",
            "The next step whose id begins with the key you press.",
            "f",
            "jump",
        ),
        Command("builder.find", "Find a step…", "Type a part of its id or subject.", "/", "find"),
        Command(
            "builder.findings",
            "Findings…",
            "Everything that is wrong; enter goes there, s silences one.",
            "i",
            "findings",
            hint="findings",
        ),
        Command(
            "builder.settings",
            "Settings…",
            "Name, inboxes, daily limit, send window, time zone, tracking.",
            "o",
            "settings",
            hint="settings",
        ),
        Command("builder.preview", "Preview…", "Its mails as real leads would get them.", "V", "preview"),
        Command(
            "builder.walk", "Walk a lead…", "Choose what a lead does and see what happens when.", "W", "walk"
        ),
        Command("builder.paths", "All paths…", "The distinct paths and their length.", "A", "paths"),
        Command(
            "builder.forecast",
            "Forecast…",
            "Mails per day, the day it is done, and what holds it up.",
            "F",
            "forecast",
        ),
        Command(
            "builder.editor",
            "Body in $EDITOR",
            "Write this mail's body in your editor.",
            "e",
            "edit_body",
            _on_step,
        ),
        Command(
            "builder.file",
            "All in $EDITOR",
            "Write the whole campaign as its file in your editor.",
            "E",
            "edit_file",
        ),
        Command(
            "builder.read",
            "Open a file…",
            "Put what a campaign's file says in place of this.",
            "O",
            "read_file",
        ),
        Command("builder.write", "Write a file…", "Write the campaign's file.", "S", "write_file"),
        Command(
            "builder.save",
            "Save on the server",
            "Create the campaign, or change it, if nobody else did meanwhile.",
            "ctrl+s",
            "save",
            hint="save",
            priority=True,
            needs=(CREATE_CAMPAIGN, CHANGE_CAMPAIGN),
        ),
        Command(
            "builder.launch",
            "Launch…",
            "Say what it reaches and what is wrong, ask, and start sending.",
            "L",
            "launch",
            hint="launch",
            needs=(CHANGE_CAMPAIGN,),
        ),
        Command(
            "builder.pause",
            "Pause",
            "Stop sending; leads keep their place, and the structure can be changed.",
            "P",
            "pause",
            needs=(CHANGE_CAMPAIGN,),
        ),
        Command("builder.discard", "Discard the draft…", "Forget what is not saved.", "", "discard"),
    ),
)
