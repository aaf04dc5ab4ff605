"""What a campaign must be to be stored, to change while it runs, and to be launched."""

from collections.abc import Mapping, Sequence

from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.templates import copy_findings
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.sandbox.call import Call
from imail_tui.sandbox.errors import ApiFault, conflict, invalid, unknown_reference
from imail_tui.sandbox.schemas.campaigns import CampaignCreate
from imail_tui.sandbox.schemas.leads import LEAD_FIELDS
from imail_tui.sandbox.schemas.steps import Steps
from imail_tui.sandbox.steps import Entry, structure

STATUS_CHANGES: Mapping[str, tuple[str, ...]] = {
    "draft": ("active", "archived"),
    "active": ("paused", "completed"),
    "paused": ("active", "completed", "archived"),
    "completed": ("archived",),
    "archived": ("paused",),
}
"""Where a campaign may go from each status."""


def stored_steps(steps: Steps) -> list[Entry]:
    """The steps as they were sent: an absent `next` stays absent, a null one null."""
    return [step.model_dump(by_alias=True, exclude_unset=True) for step in steps]


def check_campaign(call: Call, campaign: CampaignCreate) -> None:
    """Raise `ApiFault` 400 for what the schema cannot say: tier, inboxes, window, graph."""
    most = call.tier.daily_limit_max
    if campaign.daily_limit is not None and campaign.daily_limit > most:
        tier = call.tier.name.capitalize()
        message = f"daily_limit must be between 1 and {most} on {tier} tier"
        raise ApiFault(
            400,
            "invalid_field",
            message,
            field="daily_limit",
            details={"allowed": {"minimum": 1, "maximum": most}},
        )
    _check_inboxes(call, campaign.inbox_ids)
    if campaign.send_window is not None:
        for broken in read_window(campaign.send_window.model_dump())[1]:
            raise invalid(broken.place, f"{broken.place} {broken.message}")
    for broken in read_steps(stored_steps(campaign.steps))[1]:
        raise ApiFault(400, "invalid_sequence", f"{broken.place}: {broken.message}", field=broken.place)


def check_structure(before: Sequence[Entry], after: Sequence[Entry]) -> None:
    """Raise `ApiFault` 409 unless only wording and delays differ."""
    if structure(before) != structure(after):
        raise conflict(
            "structure_locked",
            "The campaign is active: only wording and delays may change. Pause it first.",
        )


def check_status_change(before: str, after: str) -> None:
    """Raise `ApiFault` 409 for a step the life of a campaign does not have."""
    if after != before and after not in STATUS_CHANGES[before]:
        raise conflict(
            "invalid_status_change",
            f"A campaign that is {before} cannot become {after}.",
            allowed=list(STATUS_CHANGES[before]),
        )


def check_launch(call: Call, campaign_id: str, campaign: CampaignCreate) -> None:
    """Raise `ApiFault` 400 unless there is somebody to write to, an inbox to send from, and sound copy."""
    _check_copy(stored_steps(campaign.steps))
    connected = call.db.execute(
        "SELECT 1 FROM campaign_inbox JOIN inbox ON inbox.id = inbox_id "
        "WHERE campaign_id = ? AND inbox.status = 'connected' LIMIT 1",
        (campaign_id,),
    ).fetchone()
    if connected is None:
        raise invalid("inbox_ids", "None of the campaign's inboxes is connected.")
    if (
        call.db.execute("SELECT 1 FROM enrollment WHERE campaign_id = ? LIMIT 1", (campaign_id,)).fetchone()
        is None
    ):
        raise invalid("lead_counts", "The campaign has no leads.")


def _check_inboxes(call: Call, inbox_ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for position, inbox_id in enumerate(inbox_ids):
        field = f"inbox_ids[{position}]"
        if inbox_id in seen:
            raise invalid(field, f"{field} is listed twice.")
        seen.add(inbox_id)
        if call.db.execute("SELECT 1 FROM inbox WHERE id = ?", (inbox_id,)).fetchone() is None:
            raise unknown_reference(field, f"inbox {inbox_id}")


def _check_copy(steps: Sequence[Entry]) -> None:
    for number, step in enumerate(steps):
        variants = step.get("variants")
        holders = [(f"steps[{number}]", step)]
        if isinstance(variants, list):
            holders += [
                (f"steps[{number}].variants[{index}]", variant) for index, variant in enumerate(variants)
            ]
        for path, holder in holders:
            for part in ("subject", "body"):
                copy = holder.get(part)
                for finding in copy_findings(copy, LEAD_FIELDS) if isinstance(copy, str) else ():
                    raise invalid(f"{path}.{part}", f"{path}.{part} {finding.message}")
