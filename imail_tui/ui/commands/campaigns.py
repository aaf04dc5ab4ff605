"""Commands of the campaigns."""

from imail_tui.domain.operations import CHANGE_CAMPAIGN, CREATE_CAMPAIGN, DELETE_CAMPAIGN, GET_CAMPAIGN
from imail_tui.model.campaigns import Campaign
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject, needs_record


def _can_launch(subject: Subject) -> str | None:
    if not isinstance(subject.record, Campaign):
        return NOTHING_SELECTED
    if subject.record.status in ("draft", "paused"):
        return None
    return f"the campaign is {subject.record.status or 'in an unknown state'}"


def _can_pause(subject: Subject) -> str | None:
    if not isinstance(subject.record, Campaign):
        return NOTHING_SELECTED
    if subject.record.status == "active":
        return None
    return f"the campaign is {subject.record.status or 'in an unknown state'}, nothing is being sent"


def _can_archive(subject: Subject) -> str | None:
    if not isinstance(subject.record, Campaign):
        return NOTHING_SELECTED
    if subject.record.status in ("active", "archived"):
        return "pause it first" if subject.record.status == "active" else "it is archived already"
    return None


def _can_delete(subject: Subject) -> str | None:
    if not isinstance(subject.record, Campaign):
        return NOTHING_SELECTED
    return "pause it first" if subject.record.status == "active" else None


COMMANDS = CommandGroup(
    "campaigns",
    "Campaigns",
    (
        Command(
            "campaigns.edit",
            "Edit",
            "Open it in the builder; what you change is a draft until you save it.",
            "e",
            "edit",
            needs_record,
            hint="edit",
            needs=(GET_CAMPAIGN,),
        ),
        Command(
            "campaigns.new",
            "New campaign…",
            "Begin one in the builder: empty, from a template, or where a draft was left.",
            "a",
            "new",
            hint="new",
            anywhere=True,
        ),
        Command(
            "campaigns.launch",
            "Launch",
            "Start or go on sending; says first how many leads and mails it touches.",
            "L",
            "launch",
            _can_launch,
            hint="launch",
            needs=(GET_CAMPAIGN, CHANGE_CAMPAIGN),
        ),
        Command(
            "campaigns.pause",
            "Pause",
            "Stop sending; leads keep their place.",
            "p,P",
            "pause",
            _can_pause,
            hint="pause",
            needs=(GET_CAMPAIGN, CHANGE_CAMPAIGN),
        ),
        Command(
            "campaigns.duplicate",
            "Duplicate",
            "A copy of it in the builder, without its leads.",
            "d",
            "duplicate",
            needs_record,
            needs=(GET_CAMPAIGN, CREATE_CAMPAIGN),
        ),
        Command(
            "campaigns.archive",
            "Archive",
            "Put it away (asks); it can come back as paused.",
            "A",
            "archive",
            _can_archive,
            needs=(CHANGE_CAMPAIGN,),
        ),
        Command(
            "campaigns.delete",
            "Delete",
            "Delete it with its steps and numbers (asks, and says what it touches); its leads stay.",
            "D",
            "delete",
            _can_delete,
            needs=(DELETE_CAMPAIGN,),
        ),
        Command(
            "campaigns.pause-all",
            "Pause everything",
            "Pause every active campaign of the workspace (asks); one undo lets all of them go on.",
            "H",
            "pause_all",
            needs=(CHANGE_CAMPAIGN,),
            aliases=("halt",),
            anywhere=True,
        ),
    ),
)
