"""`/messages`: the answers written here, and any message as it was on the wire."""

from typing import Annotated

from fastapi import Query as QueryModel
from starlette.responses import Response

from imail_tui.sandbox.call import CallDep
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.replies import MessageFilters, MessageView
from imail_tui.sandbox.views.replies import find_message, message_rows, raw_message

router = ledger_router("Replies")


@router.get("/messages")
def list_messages(call: CallDep, filters: Annotated[MessageFilters, QueryModel()]) -> Listing[MessageView]:
    """List the answers written through this API, newest first."""
    query = Query("message.*", "message", Order(("no",), descending=True), counted=False)
    query.where("direction = 'out' AND step_id IS NULL")
    if filters.status is not None:
        query.where("status = ?", filters.status)
    return fetch_page(call, query, filters, message_rows)


@router.delete("/messages/{message_id}", status_code=204)
def cancel_message(call: CallDep, message_id: str) -> None:
    """Cancel a message that still waits for its time."""
    row = find_message(call, message_id)
    if row["status"] == "cancelled":
        return
    if row["status"] != "scheduled" or row["at"] <= call.now:
        raise conflict("already_sent", f"Too late: the message is {row['status']}.")
    call.db.execute("UPDATE message SET status = 'cancelled' WHERE id = ?", (message_id,))


@router.get("/messages/{message_id}/raw", response_class=Response)
def get_raw_message(call: CallDep, message_id: str) -> Response:
    """A message as it is on the wire."""
    return Response(raw_message(find_message(call, message_id)), media_type="message/rfc822")
