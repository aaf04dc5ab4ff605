"""One authenticated request as its operation sees it."""

import sqlite3
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from imail_tui.sandbox.faults.rules import BulkRows
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.middleware.claim import Claim
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.middleware.faults import struck
from imail_tui.sandbox.tiers import Tier


@dataclass
class Call:
    """Who calls, when, and on what data.

    `db` is the ledger's connection, inside a transaction where the method may write; the route sets it
    for the length of the operation. `now` is world time in milliseconds, one instant for the whole call.
    `root_url` is where this server answers; `listing` names the path and filters a cursor belongs to;
    `failing_rows` are those of a bulk import that a fault strikes; `remote_webhooks` = subscriptions may be
    on other machines.
    """

    ledger: Ledger
    tier: Tier
    version: str
    root_url: str
    listing: str
    if_match: str | None
    claim: Claim | None
    request_id: str
    failing_rows: BulkRows | None
    now: int
    remote_webhooks: bool = False
    db: sqlite3.Connection = field(init=False)

    def new_id(self, prefix: str) -> str:
        """An identifier made now."""
        return self.ledger.new_id(prefix)

    def moved(self, before: int) -> int:
        """The next `updated_at` of something: now, yet never the same again, even in a frozen world."""
        return max(self.now, before + 1)


async def current_call(request: Request) -> Call:
    """The call of a request that was let in."""
    context = context_of(request.scope)
    assert context.ledger is not None
    filters = sorted(
        item for item in request.query_params.multi_items() if item[0] not in ("cursor", "limit")
    )
    host, port = request.scope["server"] or ("127.0.0.1", 80)
    shown = f"[{host}]" if ":" in host else host
    tier = request.app.state.tier
    assert isinstance(tier, Tier)
    return Call(
        ledger=context.ledger,
        tier=tier,
        version=context.version,
        root_url=f"http://{shown}:{port}",
        listing=f"{request.url.path} {filters}",
        if_match=request.headers.get("if-match"),
        claim=context.claim,
        request_id=context.request_id,
        failing_rows=struck(request.scope).bulk_rows,
        remote_webhooks=request.app.state.remote_webhooks,
        now=context.ledger.now_ms(),
    )


CallDep = Annotated[Call, Depends(current_call)]
