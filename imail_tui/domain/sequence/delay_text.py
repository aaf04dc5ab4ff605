"""A wait as a person types it: `3 days`, `2 business days`, `4h`, `90 minutes`."""

import re

from imail_tui.domain.sequence.steps import MAX_DELAY
from imail_tui.domain.sequence.violations import Raw, is_object, whole_number

_DELAY = re.compile(
    r"\s*(?P<value>[0-9]{1,6})\s*(?P<business>b(?:usiness|us)?\.?\s+|working\s+)?"
    r"(?P<unit>m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?|bd)\s*",
    re.IGNORECASE,
)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks", "b": "days"}


def delay_text(step: Raw) -> str:
    """What a wait's delay is typed as; blank for one that cannot be."""
    delay = step.get("delay")
    value = whole_number(delay.get("value")) if is_object(delay) else None
    unit = delay.get("unit") if is_object(delay) else None
    if value is None or unit not in ("minutes", "hours", "days"):
        return ""
    business = "business " if step.get("business_days") is True and unit == "days" else ""
    return f"{value} {business}{str(unit).removesuffix('s') if value == 1 else unit}"


def read_delay(text: str) -> tuple[dict[str, object], bool]:
    """The delay and whether it counts business days.

    Raises:
        ValueError: it is none; the message says how to write one.
    """
    found = _DELAY.fullmatch(text)
    if found is None:
        raise ValueError("write it as 3 days, 2 business days, 4 hours or 30 minutes")
    unit = _UNITS[found["unit"][0].lower()]
    value = int(found["value"]) * (7 if unit == "weeks" else 1)
    business = bool(found["business"]) or found["unit"].lower() == "bd"
    unit = "days" if unit == "weeks" else unit
    if business and unit != "days":
        raise ValueError("business days are days")
    if not 1 <= value <= MAX_DELAY:
        raise ValueError(f"between 1 and {MAX_DELAY:,} {unit}")
    return {"value": value, "unit": unit}, business
