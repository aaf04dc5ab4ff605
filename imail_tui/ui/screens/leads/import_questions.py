"""What is asked before an import begins: for which campaign, what about leads that exist, whether really."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from textual.app import App

from imail_tui.domain.shown import plural
from imail_tui.model.campaigns import Campaign
from imail_tui.services.imports.checking import Tally
from imail_tui.services.imports.chunks import ROWS
from imail_tui.services.session import Session

NO_CAMPAIGN: Final = "-"


async def asked_campaign(app: App[Any], session: Session, at: str | None) -> str | None:
    """The id of a campaign, `NO_CAMPAIGN`, or None = never mind. `at`: what was chosen before."""
    from imail_tui.ui.dialogs.picker import Choice, PickerDialog

    window = session.campaigns.window()
    try:
        campaigns = [session.campaigns.parse(row) for row in window.rows(0, window.total)]
    finally:
        window.close()
    choices = [
        Choice(NO_CAMPAIGN, "No campaign", note="only store the leads"),
        *(
            Choice(each.id, each.name, note=each.status)
            for each in campaigns
            if each.status in ("draft", "active", "paused")
        ),
    ]
    return await app.push_screen_wait(
        PickerDialog("Enroll the leads in a campaign?", choices, at=at or NO_CAMPAIGN)
    )


async def asked_policy(app: App[Any]) -> str | None:
    """What happens to leads that exist: skip or update; None = never mind."""
    from imail_tui.ui.dialogs.picker import Choice, PickerDialog

    choices = [
        Choice("skip", "Leave them as they are", note="only new leads are stored"),
        Choice("update", "Update them", note="cells that are filled replace what is there"),
    ]
    return await app.push_screen_wait(PickerDialog("What about leads that exist already?", choices))


async def agreed(
    app: App[Any],
    session: Session,
    tally: Tally,
    name: str,
    policy: str,
    campaign: Campaign | None,
    missing: Sequence[str],
) -> bool:
    """Whether to import a file, called `name`. `missing`: what the campaign's mails need beside it."""
    from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger

    budget = session.budget_detail()
    lines = [
        f"{plural(-(-tally.leads // ROWS), 'request')} of the budget;"
        f" {budget.refill * 60:,.0f} a minute are allowed.",
        "Leads that exist are updated." if policy == "update" else "Leads that exist stay as they are.",
    ]
    if tally.further:
        lines.append(f"{plural(tally.further, 'lead')} come from further addresses of a record.")
    left_out = tally.invalid + tally.duplicates + tally.blank
    if left_out:
        lines.append(f"{plural(left_out, 'record')} of the file stay out.")
    if campaign is not None:
        lines.append(f"They are enrolled in {campaign.name} ({campaign.status}).")
        if missing:
            lines.append(f"! Its mails need {', '.join(missing)}, which the file has not.")
    danger = Danger(
        f"Import {plural(tally.leads, 'lead')} from {Path(name).name}?",
        "Import",
        tuple(lines),
        live=session.status.mode != "test",
        trigger=("i",),
    )
    return await app.push_screen_wait(ConfirmDialog(danger)) is True
