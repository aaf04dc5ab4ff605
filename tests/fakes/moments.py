"""Moments the tests agree on."""

from datetime import UTC, datetime
from typing import Final

START: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday morning. Sandboxes that begin at one moment share a seeded world, made once for the whole run."""
