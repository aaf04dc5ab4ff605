"""Commands of the campaigns."""

from imail_tui.domain.operations import CHANGE_CAMPAIGN, GET_CAMPAIGN
from imail_tui.model.campaigns import Campaign
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject


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


COMMANDS = CommandGroup(
    "campaigns",
    "Campaigns",
    (
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
            "P",
            "pause",
            _can_pause,
            hint="pause",
            needs=(GET_CAMPAIGN, CHANGE_CAMPAIGN),
        ),
    ),
)
