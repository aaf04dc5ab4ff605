"""`/workspace`: whom a key belongs to, and what it may do."""

from imail_tui.sandbox.call import CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.schemas.workspace import Limits, WorkspaceView

router = ledger_router("Workspace")


@router.get("/workspace")
def get_workspace(call: CallDep) -> WorkspaceView:
    """Read the workspace."""
    row = call.db.execute("SELECT * FROM workspace").fetchone()
    return WorkspaceView(
        id=row["id"],
        name=row["name"],
        tier=call.tier.name,
        mode=row["mode"],
        timezone=row["timezone"],
        classification_enabled=bool(row["classification_enabled"]),
        limits=Limits(
            daily_limit_max=call.tier.daily_limit_max,
            requests_per_minute=float(call.tier.per_minute),
            burst=call.tier.burst,
        ),
        created_at=rfc3339(row["created_at"]),
    )
