"""What a request got wrong, in one sentence at one field."""

from collections.abc import Mapping, Sequence

from fastapi.exceptions import RequestValidationError

from imail_tui.sandbox.errors import ApiFault, invalid
from imail_tui.sandbox.schemas.types import PATTERNS

_Location = Sequence[str | int]
_Context = Mapping[str, object]

_RULES = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must have at least {min_length} item(s)",
    "too_long": "must have at most {max_length} items",
    "literal_error": "must be {expected}",
    "union_tag_not_found": "is required",
    "union_tag_invalid": "must be one of {expected_tags}",
    "value_error": "{error}",
}
"""Ends of sentences by pydantic's error type, to be filled from its context."""


def validation_fault(error: RequestValidationError) -> ApiFault:
    """The 400 of a request FastAPI could not read as its operation wants it."""
    first = error.errors()[0]
    place, *location = first["loc"]
    if first["type"] == "json_invalid":
        return ApiFault(400, "invalid_json", f"The body is not valid JSON: {first['ctx']['error']}.")
    if place == "body" and not location:
        if first["type"] == "missing":
            return invalid(None, "This request needs a JSON body.")
        return invalid(None, "The body must be a JSON object sent as application/json.")
    if place != "body":
        return first_fault(first["type"], location[:1], first.get("ctx", {}), first["msg"], {})
    return first_fault(first["type"], location, first.get("ctx", {}), first["msg"], error.body)


def first_fault(kind: str, location: _Location, context: _Context, message: str, value: object) -> ApiFault:
    """A 400 from the parts of a pydantic error; `value` is what was validated."""
    field = field_path(location, value)
    rule = _RULES.get(kind)
    says = rule.format(**context) if rule is not None else f"is not valid: {message}"
    if kind == "string_pattern_mismatch":
        says = PATTERNS.get(str(context["pattern"]), says)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        field += "." + str(context["discriminator"]).strip("'")
    return invalid(field, f"{field} {says}")


def field_path(location: _Location, value: object) -> str:
    """`steps[3].branches[0].next` for a pydantic location in `value`.

    Pydantic also names the member of a union it tried; such a part is in no request and left out, unless
    it is the last one: that may be a field which is missing.
    """
    path = ""
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            path += f"[{part}]"
            value = value[part]
        elif isinstance(value, Mapping) and (part in value or (last and str(part).isidentifier())):
            path += f".{part}" if path else str(part)
            value = value.get(part)
    return path
