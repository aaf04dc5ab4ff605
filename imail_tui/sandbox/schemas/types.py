"""Building blocks of requests: bases that refuse what they do not know, and the scalar types."""

import datetime as dt
import functools
import re
import zoneinfo
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from imail_tui.sandbox.clock import to_ms

_RFC3339 = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$", re.ASCII)
_FIRST, _LAST = to_ms(dt.datetime(1, 1, 2, tzinfo=dt.UTC)), to_ms(dt.datetime(9999, 12, 30, tzinfo=dt.UTC))
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
EMAIL_PATTERN = (
    "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    "@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$"
)
DOMAIN_PATTERN = "^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$"

SLUG_PATTERN = "^[a-z0-9_-]{1,40}$"
NOT_BLANK = "\\S"
PATTERNS = {
    EMAIL_PATTERN: "must be an address such as anna@example.com",
    SLUG_PATTERN: "must be 1 to 40 of a-z, 0-9, _ and -",
    NOT_BLANK: "must not be blank",
}
"""What a value that does not match is told."""


class Body(BaseModel):
    """A request's JSON object: no unknown field, no type but the right one."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Changes(Body):
    """A merge patch (RFC 7396). Only fields that were sent count; their defaults stand for nothing."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class Filters(BaseModel):
    """A request's query: no unknown parameter."""

    model_config = ConfigDict(extra="forbid")


def instant_ms(text: str) -> int | None:
    """Milliseconds of an RFC 3339 instant, None for anything else."""
    if _RFC3339.match(text) is None:
        return None
    try:
        # RFC 3339 allows any number of decimals, Python reads six.
        found = to_ms(dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper())))
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _instant(value: object) -> object:
    found = instant_ms(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be a time such as 2026-05-10T09:30:00Z")
    return found


def _date(value: object) -> object:
    if isinstance(value, str) and _DATE.match(value):
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise ValueError("must be a date such as 2026-05-10")


def _query_bool(value: object) -> object:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value == "true"


def _query_int(value: object) -> object:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or re.fullmatch(r"-?\d{1,9}", value, re.ASCII) is None:
        raise ValueError("must be a whole number")
    return int(value)


def _zone(value: str) -> str:
    if value not in zone_names():
        raise ValueError("must be a zone of the IANA database, such as Europe/Berlin")
    return value


@functools.cache
def zone_names() -> frozenset[str]:
    """Names of the zone database."""
    return frozenset(zoneinfo.available_timezones())


Instant = Annotated[
    int,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""RFC 3339 on the wire, milliseconds since the epoch here."""

Date = Annotated[str, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
QueryBool = Annotated[bool, BeforeValidator(_query_bool), WithJsonSchema({"type": "boolean"})]
WHOLE = BeforeValidator(
    lambda value: int(value) if isinstance(value, float) and value.is_integer() else value
)
"""JSON does not tell 1.0 from 1; anything else that is no integer is refused."""

ReadInt = BeforeValidator(_query_int)
"""Digits to a number; stands behind the limits, so that those are in the schema."""
Zone = Annotated[
    str, AfterValidator(_zone), Field(description="A zone of the IANA database, such as Europe/Berlin.")
]

Text = Annotated[str, StringConstraints(max_length=500)]
Note = Annotated[str, StringConstraints(max_length=200)]
Email = Annotated[str, StringConstraints(pattern=EMAIL_PATTERN, max_length=254)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
Search = Annotated[str, StringConstraints(max_length=200)]
