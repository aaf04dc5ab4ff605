"""`/__sandbox/clock`: step world time, change its pace, let it stand still."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, model_validator
from typing_extensions import TypedDict

from imail_tui.sandbox.clock import WorldClock, rfc3339
from imail_tui.sandbox.control.stage import Stage
from imail_tui.sandbox.schemas.types import Body, Instant

_LONGEST = 400 * 86_400


class ClockChange(Body):
    """What to change; a step happens first, at the pace there was."""

    advance_seconds: Annotated[float, Field(ge=0, le=_LONGEST)] | None = None
    advance_to: Instant | None = None
    speed: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    frozen: bool | None = None

    @model_validator(mode="after")
    def _one_step(self) -> "ClockChange":
        if self.advance_seconds is not None and self.advance_to is not None:
            raise ValueError("may have only one of advance_seconds and advance_to")
        return self


class ClockView(TypedDict):
    """Both clocks; `speed` is world seconds per real second, also while frozen."""

    world_now: str
    wall_now: str
    speed: float
    frozen: bool


def clock_view(clock: WorldClock) -> ClockView:
    """The clocks now."""
    return ClockView(
        world_now=rfc3339(clock.now_ms()),
        wall_now=rfc3339(int(clock.wall_seconds() * 1000)),
        speed=clock.speed,
        frozen=clock.frozen,
    )


def clock_router(stage: Stage) -> APIRouter:
    """The operation on a stage."""
    router = APIRouter()

    @router.post("/clock")
    async def change_clock(body: ClockChange) -> ClockView:
        clock = stage.ledgers.clock
        if body.advance_seconds is not None:
            await stage.advance_to(clock.now_ms() + round(body.advance_seconds * 1000))
        elif body.advance_to is not None:
            await stage.advance_to(body.advance_to)
        if body.speed is not None or body.frozen is not None:
            clock.change_pace(speed=body.speed, frozen=body.frozen)
        return clock_view(clock)

    return router
