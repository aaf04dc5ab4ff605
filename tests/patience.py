"""How long a test waits for what must come."""

from typing import Final

PATIENCE: Final = 60.0
"""Seconds. A passing test never waits so long, so a busy machine may be ten times slower than a quiet one."""
