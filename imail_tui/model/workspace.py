"""The workspace a key belongs to."""

from imail_tui.model.record import Entity, Record

TIERS = ("surge", "velocity", "apex")
"""Tiers with API access, smallest first."""


class WorkspaceLimits(Record):
    """What the tier allows."""

    daily_limit_max: int | None = None
    requests_per_minute: float | None = None
    burst: float | None = None


class Workspace(Entity):
    """Name, tier and mode of the workspace; absent fields mean the server does not say."""

    name: str = ""
    tier: str | None = None
    mode: str | None = None
    timezone: str | None = None
    classification_enabled: bool | None = None
    limits: WorkspaceLimits = WorkspaceLimits()


def mode_of_key(key: str) -> str:
    """`test` for a key of the test ledger, else `live`: the careful reading of an unknown prefix."""
    return "test" if key.startswith("imk_test_") else "live"
