"""`/healthz`: whether the server answers, for whoever waits for it to come up. No key, no token."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def get_health() -> dict[str, str]:
    """Say that the server is up."""
    return {"status": "ok"}
