"""Importing a file: which one, where its columns go, into which campaign, and how far it is."""

from pathlib import Path
from typing import Final

from textual.app import App

from imail_tui.domain.shown import plural
from imail_tui.services.importer import ImportOutcome, ImportPlan, ImportRefused
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.dialogs.prompt import PromptDialog
from imail_tui.ui.screens.leads.import_progress import ImportProgress

_NO_CAMPAIGN: Final = "-"
_LINE_CELLS: Final = 58


async def import_leads(app: App[None], session: Session) -> str:
    """Ask for everything an import needs, run it, and say what became of it; "" when the person left.

    Call it from a worker. Raises ImportRefused for a file that is no table of leads.
    """
    path = await _ask_path(app)
    if path is None:
        return ""
    plan = await session.importer.read_plan(path)
    if not plan.ready:
        raise ImportRefused(plan.problems[-1])
    campaign = await _ask_campaign(app, session)
    if campaign is None:
        return ""
    campaign_id = None if campaign == _NO_CAMPAIGN else campaign
    name = _campaign_name(session, campaign_id)
    danger = Danger(
        f"Import {plural(plan.rows, 'record')} from {path.name}?",
        "Import",
        _plan_lines(plan, name),
        live=session.status.mode != "test",
        trigger=("i",),
    )
    if not await app.push_screen_wait(ConfirmDialog(danger)):
        return ""
    outcome = await app.push_screen_wait(ImportProgress(session.importer, plan, campaign_id))
    return outcome_words(outcome) if outcome is not None else ""


def outcome_words(outcome: ImportOutcome) -> str:
    """What became of all records, in one line; counts that are zero are left out but the first."""
    counts = (
        (outcome.updated, "updated"),
        (outcome.skipped, "skipped"),
        (outcome.failed, "refused"),
        (outcome.invalid, "without a valid address"),
        (outcome.in_doubt, "in doubt"),
        (outcome.not_sent, "not sent"),
    )
    words = [f"{outcome.created:,} created", *(f"{count:,} {word}" for count, word in counts if count)]
    return f"{', '.join(words)}."


async def _ask_path(app: App[None]) -> Path | None:
    typed = await app.push_screen_wait(
        PromptDialog("Import leads from a CSV file", note="a path; ~ is your home", check=_path_fault)
    )
    return None if typed is None else _path(typed)


async def _ask_campaign(app: App[None], session: Session) -> str | None:
    window = session.campaigns.window()
    try:
        campaigns = [session.campaigns.parse(row) for row in window.rows(0, window.total)]
    finally:
        window.close()
    open_ones = [each for each in campaigns if each.status in ("draft", "active", "paused")]
    choices = [
        Choice(_NO_CAMPAIGN, "No campaign", note="only store the leads"),
        *(Choice(each.id, each.name, note=each.status) for each in open_ones),
    ]
    return await app.push_screen_wait(PickerDialog("Enroll the leads in a campaign?", choices))


def _campaign_name(session: Session, campaign_id: str | None) -> str | None:
    campaign = session.campaigns.get(campaign_id) if campaign_id else None
    return campaign.name if campaign is not None else campaign_id


def _plan_lines(plan: ImportPlan, campaign: str | None) -> tuple[str, ...]:
    mapped = [f"  {column.header} → {column.field}" for column in plan.columns if column.field is not None]
    left_out = ", ".join(plan.left_out)
    lines = [*mapped, f"Not imported: {left_out}" if left_out else "All columns are imported."]
    lines += [problem.sentence() for problem in plan.problems]
    if campaign is not None:
        lines.append(f"They will be enrolled in {campaign}.")
    lines.append("Addresses that exist already are left as they are.")
    return tuple(line if len(line) <= _LINE_CELLS else f"{line[: _LINE_CELLS - 1]}…" for line in lines)


def _path(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def _path_fault(typed: str) -> str | None:
    path = _path(typed)
    if not typed.strip():
        return "Type the path of a file."
    try:
        return None if path.is_file() else f"There is no file {path}."
    except OSError as error:
        return f"{path} cannot be looked at: {error.strerror}."
