"""`/__sandbox/faults`: put faults up, see what they did, take them down."""

from fastapi import APIRouter
from typing_extensions import TypedDict

from imail_tui.sandbox.control.stage import Stage
from imail_tui.sandbox.errors import not_found
from imail_tui.sandbox.faults.board import Placed
from imail_tui.sandbox.faults.rules import Fault


class FaultView(TypedDict):
    """A fault that is up: `met` calls matched it, `struck` of them were struck."""

    id: str
    met: int
    struck: int
    fault: dict[str, object]


class FaultsView(TypedDict):
    """All of them, in the order they were put up."""

    data: list[FaultView]


class Cleared(TypedDict):
    """How many were taken down."""

    cleared: int


def faults_router(stage: Stage) -> APIRouter:
    """The operations on a stage."""
    router = APIRouter()
    board = stage.faults

    @router.get("/faults")
    def list_faults() -> FaultsView:
        return FaultsView(data=[_view(placed) for placed in board.all()])

    @router.post("/faults", status_code=201)
    def put_fault(body: Fault) -> FaultView:
        return _view(board.put(body))

    @router.delete("/faults")
    def clear_faults() -> Cleared:
        return Cleared(cleared=board.clear())

    @router.delete("/faults/{fault_id}")
    def clear_fault(fault_id: str) -> Cleared:
        cleared = board.clear(fault_id)
        if not cleared:
            raise not_found(f"fault {fault_id}")
        return Cleared(cleared=cleared)

    return router


def _view(placed: Placed) -> FaultView:
    fault = placed.fault.model_dump(mode="json", exclude_none=True)
    return FaultView(id=placed.id, met=placed.met, struck=placed.struck, fault=fault)
