"""Where the knowledge of what happens comes from, in a few words."""

from imail_tui.domain.shown import UNKNOWN
from imail_tui.model.sources import StreamHealth

_FRESH = 2.0
"""Seconds below which knowledge is of now."""


def stream_text(health: StreamHealth) -> str:
    """One line: `webhooks, now`, `ledger, 10 s`, `not followed, 3 h`."""
    alive = [each for each in health.sources if each.alive]
    if not alive:
        return "not followed" if health.age is None else f"not followed, {age_text(health.age)}"
    return f"{' + '.join(each.source for each in alive)}, {age_text(health.age)}"


def age_text(age: float | None) -> str:
    """Seconds in steps, so that it seldom differs: `now`, `10 s`, `3 m`, `2 h`, `4 d`; "–" for never."""
    if age is None:
        return UNKNOWN
    if age < _FRESH:
        return "now"
    if age < 60:
        return f"{max(10, int(age // 10) * 10)} s"
    for limit, unit, letter in ((3_600, 60, "m"), (86_400, 3_600, "h")):
        if age < limit:
            return f"{int(age // unit)} {letter}"
    return f"{int(age // 86_400)} d"
