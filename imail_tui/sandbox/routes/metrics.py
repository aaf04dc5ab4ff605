"""`/metrics`: public numbers of the live side, as an edge that keeps them for 30 seconds shows them."""

from fastapi import APIRouter
from starlette.responses import Response

from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.errors import json_bytes
from imail_tui.sandbox.schemas.workspace import MetricsView
from imail_tui.sandbox.worlds import Ledgers

KEPT_SECONDS = 30
_DAY_MS = 86_400_000
_UPTIME = 0.9997
"""The sandbox has no history of its own outages to count from."""


def metrics_router(ledgers: Ledgers) -> APIRouter:
    """The operation over some ledgers."""
    router = APIRouter(tags=["Metrics"])
    edge = _Edge(ledgers)

    @router.get("/metrics", response_model=MetricsView)
    def get_metrics() -> Response:
        """Read the public metrics."""
        body, age = edge.get()
        headers = {"Cache-Control": f"public, max-age={KEPT_SECONDS}", "Age": str(age)}
        return Response(body, headers=headers, media_type="application/json")

    return router


class _Edge:
    """The last answer, until it is too old."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers
        self._kept: tuple[float, bytes] | None = None

    def get(self) -> tuple[bytes, int]:
        """The body and its age in seconds."""
        now = self._ledgers.clock.wall_seconds()
        kept = self._kept
        if kept is None or not 0 <= now - kept[0] < KEPT_SECONDS:
            kept = self._kept = (now, json_bytes(_measure(self._ledgers)))
        return kept[1], int(now - kept[0])


def _measure(ledgers: Ledgers) -> MetricsView:
    now = ledgers.clock.now_ms()
    with ledgers.live.read() as connection:
        sent = connection.execute("SELECT count(*) FROM mail WHERE sent_at > ?", (now - _DAY_MS,)).fetchone()
        replies = connection.execute(
            "SELECT count(*) FROM reply WHERE received_at > ?", (now - _DAY_MS,)
        ).fetchone()
        inboxes = connection.execute(
            "SELECT count(*) FILTER (WHERE status = 'connected'), coalesce(avg(spam_rate), 0) FROM inbox"
        ).fetchone()
    return MetricsView(
        emails_sent_24h=sent[0],
        replies_24h=replies[0],
        inboxes_connected=inboxes[0],
        inbox_placement_rate=round(1 - inboxes[1], 4),
        uptime_90d=_UPTIME,
        updated_at=rfc3339(now),
    )
