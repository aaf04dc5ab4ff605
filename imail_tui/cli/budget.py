"""`imail-tui budget`: the request budget of the key, as all processes of this machine share it."""

from typing import TYPE_CHECKING

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import Heading, print_json, print_rows
from imail_tui.domain.budget_text import budget_facts
from imail_tui.model.record import Json
from imail_tui.model.status import BudgetDetail

if TYPE_CHECKING:
    from imail_tui.services.session import Session

_HEADINGS = (Heading("what"), Heading("value"))
_DIGITS = 3


def budget(
    *,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Show how many requests may be sent now, who waits for them, and what stands in the way.

    Costs no request while another process knows; else one is sent to find out.

    For example:
      imail-tui budget --json | jq .left

    Parameters
    ----------
    json
        Print one JSON object: tokens, tokens per second, and seconds.
    """

    async def command(session: "Session") -> Exit:
        detail = session.budget_detail()
        if detail.left is None and not detail.paused:
            await session.connect()
            detail = session.budget_detail()
        if json:
            print_json(_document(detail))
        else:
            rows = [(name, text) for name, text, _ in budget_facts(detail) if name]
            print_rows(_HEADINGS, rows, empty="Nothing is known of the budget.")
        return Exit.OK

    return run_on_workspace(connection, command, connect=False)


def _document(detail: BudgetDetail) -> Json:
    interactive, job, background = detail.waiting
    return {
        "left": None if detail.left is None else round(detail.left, _DIGITS),
        "burst": detail.burst,
        "refill_per_second": round(detail.refill, _DIGITS),
        "waiting": {"interactive": interactive, "job": job, "background": background},
        "under_way": detail.under_way,
        "processes": detail.processes,
        "other_machines_per_second": round(detail.outside, _DIGITS),
        "paused_seconds": round(detail.paused, _DIGITS),
        "last_429_seconds_ago": None if detail.last_429 is None else round(detail.last_429, _DIGITS),
        "shared_in": detail.place or None,
        "why_alone": detail.why_alone or None,
    }
