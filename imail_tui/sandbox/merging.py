"""Changing an object: not one that moved meanwhile (`If-Match`), and by merge patch (RFC 7396)."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.schemas.types import instant_ms
from imail_tui.sandbox.validation import first_fault

M = TypeVar("M", bound=BaseModel)


def check_unmoved(call: Call, updated_at: int, current: Callable[[], Mapping[str, object]]) -> None:
    """Raise `ApiFault` 412 with the current object when `If-Match` names another `updated_at`."""
    if call.if_match is None or call.if_match.strip() == "*":
        return
    if instant_ms(call.if_match.strip().strip('"')) != updated_at:
        raise ApiFault(
            412,
            "stale",
            f"It was changed at {rfc3339(updated_at)}, after what If-Match names.",
            details={"current": current()},
        )


def merge_patch(target: Mapping[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """The target with the patch applied: null deletes, objects merge, all else replaces."""
    merged = dict(target)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            before = merged.get(name)
            merged[name] = merge_patch(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def validated(kind: type[M], whole: Mapping[str, object]) -> M:
    """A merged object as what a creation would have to be. Raises `ApiFault` 400."""
    try:
        return kind.model_validate(whole)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise first_fault(
            first["type"], first["loc"], first.get("ctx", {}), first["msg"], dict(whole)
        ) from None
