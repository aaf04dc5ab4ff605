"""What a response says about the request budget, whatever dialect it speaks.

`X-RateLimit-Reset` is used by different services as a delta, epoch seconds, epoch milliseconds, a float or
a date; `Retry-After` is seconds or an HTTP date (RFC 9110). Instants become deltas by the response's own
`Date`, so a wrong clock on either side does not matter. A gateway before the server may speak for itself with
`RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). Whatever makes no sense is None,
never an error.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

EPOCH_MILLISECONDS_FROM = 1e11
EPOCH_SECONDS_FROM = 1e8
LONGEST_WAIT = 86_400.0
"""Seconds; a longer wait is taken as one day, so that a broken value cannot stop a job for ever."""
LARGEST_COUNT = 10**9
"""More tokens than this is garbage, not a budget."""
_BETWEEN = re.compile(r",(?!\s*\d{1,2}[ -][A-Za-z])")
"""Parts joined duplicates; the comma inside an HTTP date is none of these."""
_POLICY = re.compile(r'"([^"\\]*)"\s*;((?:[^,"]|"[^"\\]*")*)')
_PARAMETER = re.compile(r'(?:^|;)\s*([a-z*][\w.*-]*)=("[^"\\]*"|[^;\s]*)')
"""Structured fields (RFC 9651): `"name";key=value;key="value", "name";…`."""
_REQUESTS = '"requests"'
"""The unit of a policy that names none; others count bytes or connections."""


_Policy = tuple[str, dict[str, str]]
"""A policy's name and what is told about it."""


@dataclass(frozen=True, slots=True)
class RateHeaders:
    """Tokens left after the request, seconds until the bucket is full, seconds to wait, burst."""

    remaining: int | None = None
    reset: float | None = None
    retry_after: float | None = None
    limit: int | None = None


def read_rate_headers(headers: Iterable[tuple[str, str]], now: datetime) -> RateHeaders:
    """The budget headers of one response. `now` (aware) stands in for a missing `Date`.

    A response that an intermediary kept (positive `Age`) says nothing about the budget of now. Of
    contradicting duplicates and of several policies the careful one counts: fewest tokens, longest wait.
    """
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    if any((_number(age) or 0) > 0 for age in values.get("age", [])):
        return RateHeaders()
    dates = [date for value in values.get("date", []) if (date := parse_instant(value))]
    sent = dates[0] if dates else now
    quotas = _policies(values.get("ratelimit-policy", []))
    other_units = {name for name, told in quotas if told.get("qu", _REQUESTS) != _REQUESTS}

    def all_of(field: str, policies: list[_Policy], key: str) -> list[str]:
        told = [told[key] for name, told in policies if key in told and name not in other_units]
        return values.get(field, []) + told

    left = _policies(values.get("ratelimit", []))
    return RateHeaders(
        remaining=min(_counts(all_of("x-ratelimit-remaining", left, "r")), default=None),
        reset=max(_waits(all_of("x-ratelimit-reset", left, "t"), sent), default=None),
        retry_after=max(_waits(values.get("retry-after", []), sent), default=None),
        limit=min((n for n in _counts(all_of("x-ratelimit-limit", quotas, "q")) if n), default=None),
    )


def parse_instant(text: str) -> datetime | None:
    """An HTTP date or an RFC 3339 instant as an aware UTC datetime, None for anything else."""
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            return None
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _policies(values: list[str]) -> list[_Policy]:
    found = (policy for value in values for policy in _POLICY.finditer(value))
    return [(policy[1], dict(_PARAMETER.findall(policy[2]))) for policy in found]


def _counts(values: list[str]) -> list[int]:
    numbers = [_number(part) for value in values for part in value.split(",")]
    # A server in debt may say −3; for us that is as empty as 0.
    return [max(0, math.floor(n)) for n in numbers if n is not None and n <= LARGEST_COUNT]


def _waits(values: list[str], sent: datetime) -> list[float]:
    waits = (_wait(part.strip(), sent) for value in values for part in _BETWEEN.split(value))
    return [wait for wait in waits if wait is not None]


def _wait(text: str, sent: datetime) -> float | None:
    number = _number(text)
    if number is None:
        instant = parse_instant(text)
        seconds = None if instant is None else (instant - sent).total_seconds()
    elif number > EPOCH_MILLISECONDS_FROM * 1000:
        seconds = number  # no clock is there: a broken delta, capped below
    elif number > EPOCH_MILLISECONDS_FROM:
        seconds = number / 1000 - sent.timestamp()
    elif number > EPOCH_SECONDS_FROM:
        seconds = number - sent.timestamp()
    else:
        seconds = number
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None
