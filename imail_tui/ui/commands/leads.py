"""Commands of the leads."""

from imail_tui.domain.capabilities import why_missing
from imail_tui.domain.operations import (
    BULK_LEADS,
    CHANGE_LEAD,
    CREATE_LEAD,
    DELETE_LEAD,
    ENROLL,
    HOLD_LEAD,
    LIST_SUPPRESSIONS,
    REMOVE_LEAD,
    SUPPRESS,
)
from imail_tui.model.leads import Lead
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject, needs_record

_OPEN = ("queued", "active", "paused")


def _can_import(subject: Subject) -> str | None:
    one_by_one = why_missing(subject.capabilities, CREATE_LEAD)
    return one_by_one if why_missing(subject.capabilities, BULK_LEADS) else None


def _needs_some(subject: Subject) -> str | None:
    return None if subject.marked or isinstance(subject.record, Lead) else NOTHING_SELECTED


def _can_hold(subject: Subject) -> str | None:
    if subject.marked:
        return None
    if not isinstance(subject.record, Lead):
        return NOTHING_SELECTED
    if any(each.status in _OPEN for each in subject.record.enrollments):
        return None
    return "no campaign is going to write to the lead"


def _can_resume(subject: Subject) -> str | None:
    if subject.marked or not isinstance(subject.record, Lead):
        return _needs_some(subject)
    paused = any(each.status == "paused" for each in subject.record.enrollments)
    return None if paused else "the lead is paused in no campaign"


def _can_remove(subject: Subject) -> str | None:
    if subject.marked or not isinstance(subject.record, Lead):
        return _needs_some(subject)
    return None if subject.record.enrollments else "the lead is in no campaign"


def _can_enroll(subject: Subject) -> str | None:
    if not subject.marked and isinstance(subject.record, Lead) and subject.record.suppressed:
        return "the lead is suppressed: S shows why"
    return _needs_some(subject)


def _can_suppress(subject: Subject) -> str | None:
    if not subject.marked and isinstance(subject.record, Lead) and subject.record.suppressed:
        return "the lead is suppressed already"
    return _needs_some(subject)


COMMANDS = CommandGroup(
    "leads",
    "Leads",
    (
        Command(
            "leads.edit",
            "Edit",
            "Change, add and take out fields, your own ones too; each keeps its type.",
            "e",
            "edit_lead",
            needs_record,
            hint="edit",
            needs=(CHANGE_LEAD,),
        ),
        Command(
            "leads.set",
            "Set a field…",
            "Give the lead, or all marked ones, one field: standard or your own; empty takes it away (asks).",
            "f",
            "set_field",
            _needs_some,
            needs=(CHANGE_LEAD,),
        ),
        Command(
            "leads.import",
            "Import a file",
            "Read leads from a CSV, TSV or JSON lines file, check and mend them, and send them.",
            "i",
            "import_leads",
            _can_import,
            hint="import",
            anywhere=True,
        ),
        Command(
            "leads.imports",
            "Imports",
            "What was imported from this machine, and what can be taken up again.",
            "I",
            "imports",
            anywhere=True,
        ),
        Command(
            "leads.new",
            "New lead",
            "Write one lead by hand; an address that exists is shown beside what you typed.",
            "a",
            "new_lead",
            needs=(CREATE_LEAD,),
            anywhere=True,
        ),
        Command(
            "leads.enroll",
            "Enroll in a campaign…",
            "Put the lead, or all marked ones, into a campaign (asks).",
            "E",
            "enroll",
            _can_enroll,
            hint="enroll",
            needs=(ENROLL,),
        ),
        Command(
            "leads.pause",
            "Pause or resume in a campaign",
            "Hold the lead's mails in one campaign, or let them go on; with marks, pause all of them (asks).",
            "p",
            "hold",
            _can_hold,
            hint="pause",
            needs=(HOLD_LEAD,),
        ),
        Command(
            "leads.resume",
            "Resume in a campaign",
            "Let the lead, or all marked ones (asks), get mail from a campaign again.",
            "P",
            "let_go_on",
            _can_resume,
            needs=(HOLD_LEAD,),
        ),
        Command(
            "leads.remove",
            "Take out of a campaign…",
            "Take the lead, or all marked ones, out of a campaign (asks).",
            "x",
            "take_out",
            _can_remove,
            needs=(REMOVE_LEAD,),
        ),
        Command(
            "leads.suppress",
            "Suppress",
            "Never write to the lead's address, its whole domain, or all marked addresses again (asks).",
            "X",
            "suppress",
            _can_suppress,
            needs=(SUPPRESS,),
        ),
        Command(
            "leads.delete",
            "Delete",
            "Delete the lead, or all marked ones, with their history (asks).",
            "D",
            "delete",
            _needs_some,
            needs=(DELETE_LEAD,),
        ),
        Command(
            "leads.suppressions",
            "Suppression list",
            "Addresses and domains that are never written to: see why, add, lift, import, write to a file.",
            "S",
            "suppressions",
            needs=(LIST_SUPPRESSIONS,),
            anywhere=True,
        ),
        Command(
            "leads.replies",
            "Go to the replies",
            "Show what the lead answered, in Replies; enter on the lead's page does the same.",
            "o",
            "go_to_reply",
            needs_record,
        ),
        Command(
            "leads.columns",
            "Columns…",
            "Choose which fields the list shows, your own ones too; it is kept.",
            "c",
            "choose_columns",
        ),
    ),
)
