"""The request log as a list: what its lines can be filtered and sorted by. Pure."""

import re
from dataclasses import replace
from typing import Final

from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import Field, FieldType, ListSpec, Sort
from imail_tui.model.record import Json

REQUESTS: Final = ListSpec(
    kind="requests",
    fields=(
        Field("at", "at", FieldType.TIME),
        Field("result", "result", FieldType.WORD),
        Field("status", "code", FieldType.WORD),
        Field("method", "method", FieldType.WORD),
        Field("path", "path", FieldType.TEXT),
        Field("ms", "ms", FieldType.NUMBER),
        Field("left", "left", FieldType.NUMBER),
        Field("attempt", "attempt", FieldType.NUMBER),
        Field("id", "request_id", FieldType.TEXT),
        Field("class", "priority", FieldType.WORD),
        Field("profile", "profile", FieldType.WORD),
        Field("workspace", "workspace", FieldType.TEXT),
        Field("ledger", "ledger", FieldType.WORD),
    ),
    searched=("method", "path", "code", "request_id", "profile", "workspace"),
    order=Sort("at", descending=True),
)
"""What people type: `status:5xx path:/leads method:post ms:>500 result:error`."""

OK: Final = "ok"
RETRY: Final = "retry"
ERROR: Final = "error"

_FAMILY: Final = re.compile(r"([1-5])xx", re.IGNORECASE)


def listed_line(number: int, kept: Json) -> Json:
    """A line as it was kept, with its place as `id` and what is derived: `code` and `result`."""
    status, fault = kept.get("status"), kept.get("fault")
    code = fault if isinstance(fault, str) and fault else str(status)
    worked = not fault and isinstance(status, int) and status < 400
    first = kept.get("attempt") == 1
    result = ERROR if not worked else OK if first else RETRY
    return {**kept, "id": str(number), "code": code, "result": result}


def read_families(wanted: Filter) -> Filter:
    """The filter with `status:5xx` meaning every status that begins with 5."""
    return Filter(
        tuple(
            replace(term, value=family[1])
            if term.field == "status" and (family := _FAMILY.fullmatch(term.value))
            else term
            for term in wanted.terms
        )
    )
