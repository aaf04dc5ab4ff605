"""Files with a JSON object on each line."""

from typing import TYPE_CHECKING

import orjson

from imail_tui.domain.leads.headers import CUSTOM

if TYPE_CHECKING:
    from imail_tui.model.record import Json


def flat_object(line: bytes) -> "Json | None":
    """The object of a line, its custom fields as `custom.<name>`; None where there is none."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict):
        return None
    custom = value.pop("custom", None)
    if isinstance(custom, dict):
        value.update({f"{CUSTOM}{key}": inner for key, inner in custom.items()})
    elif custom is not None:
        value["custom"] = custom
    return value
