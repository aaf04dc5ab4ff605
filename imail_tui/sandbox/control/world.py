"""`/__sandbox/state`, `/effects`, `/reset`, `/keys`: what there is, what was done, and beginning again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from imail_tui.sandbox.acts import acts_after
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.control.clock import ClockView, clock_view
from imail_tui.sandbox.control.stage import LedgerQuery, Stage
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.schemas.types import Body

_COUNTED = (
    *("inbox", "campaign", "lead", "enrollment", "suppression", "mail", "reply", "message", "event"),
    *("webhook", "delivery", "act"),
)


class LedgerView(TypedDict):
    """One side: its key, how far its world has come, how many rows of everything it has."""

    workspace_id: str
    api_key: str
    reached: str
    counts: dict[str, int]


class StateView(TypedDict):
    """The server at a glance."""

    clock: ClockView
    seed: int
    size: str
    tier: str
    faults: int
    ledgers: dict[str, LedgerView]


class EffectView(TypedDict):
    """Something a caller did; `seq` is its place in the order."""

    seq: int
    at: str
    kind: str
    subject_id: str | None
    data: dict[str, object]


class EffectsPage(TypedDict):
    """Effects behind a place; `next` is where to go on."""

    data: list[EffectView]
    next: int
    has_more: bool


class Rotation(Body):
    """Whose key to revoke."""

    ledger: Literal["test", "live"] = "test"


class NewKey(TypedDict):
    """The key that takes the revoked one's place."""

    ledger: str
    api_key: str


def world_router(stage: Stage) -> APIRouter:
    """The operations on a stage."""
    router = APIRouter()

    def state() -> StateView:
        options = stage.ledgers.options
        return StateView(
            clock=clock_view(stage.ledgers.clock),
            seed=options.seed,
            size=options.size,
            tier=stage.tier,
            faults=len(stage.faults.all()),
            ledgers={
                ledger.mode: _ledger(ledger, stage.keys.key_of(ledger.mode)) for ledger in stage.ledgers.both
            },
        )

    @router.get("/state")
    def get_state() -> StateView:
        return state()

    @router.get("/effects")
    def list_effects(query: Annotated[LedgerQuery, Query()]) -> EffectsPage:
        with stage.ledger(query.ledger).read() as connection:
            found = acts_after(connection, query.after, query.limit + 1)
        shown = found[: query.limit]
        data = [
            EffectView(
                seq=act.seq, at=rfc3339(act.at), kind=act.kind, subject_id=act.subject_id, data=act.data
            )
            for act in shown
        ]
        last = shown[-1].seq if shown else query.after
        return EffectsPage(data=data, next=last, has_more=len(found) > query.limit)

    @router.post("/reset")
    async def reset() -> StateView:
        await stage.reset()
        return state()

    @router.post("/keys/rotate")
    def rotate_key(body: Rotation) -> NewKey:
        return NewKey(ledger=body.ledger, api_key=stage.keys.rotate(body.ledger))

    return router


def _ledger(ledger: Ledger, api_key: str) -> LedgerView:
    with ledger.read() as connection:
        counts = {
            table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in _COUNTED
        }
    return LedgerView(
        workspace_id=ledger.workspace_id,
        api_key=api_key,
        reached=rfc3339(ledger.heartbeat.position),
        counts=counts,
    )
