"""The bytes rows and documents are kept as: JSON with its keys in order: equal rows are equal bytes."""

import orjson
from pydantic import JsonValue

from imail_tui.domain import exact_json
from imail_tui.model.record import Json


def write_row(row: Json) -> bytes:
    """A row or document as it is kept."""
    return exact_json.dumps(row, _sorted, sort_keys=True)


def read_row(raw: bytes) -> Json:
    """A row or document as it was kept. Raises ValueError for bytes that are none."""
    row = exact_json.loads(raw, orjson.loads)
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    return row


def _sorted(value: JsonValue) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
