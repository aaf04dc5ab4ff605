"""When a delivery is tried again: exponential backoff for up to 24 hours of world time.

The waits are 10 s, 30 s, 90 s, … each three times the one before, so that attempts leave 0 s, 10 s, 40 s,
130 s, 400 s, 20 min, 1 h, 3 h and 9 h after the first, and a last one after 24 h exactly.
"""

LONGEST_MS = 24 * 3_600_000
_FIRST_WAIT_MS = 10_000
_FACTOR = 3


def next_attempt_at(attempt: int, started_at: int, failed_at: int) -> int | None:
    """When to try again after the attempt of a number (from 1) failed; None = never.

    Instants are milliseconds of world time; `started_at` is the first attempt's.
    """
    end = started_at + LONGEST_MS
    if failed_at >= end:
        return None
    wait: int = _FIRST_WAIT_MS * _FACTOR ** (attempt - 1)
    return min(failed_at + wait, end)
