"""Faults a request can meet, and the one body all of them are told in."""

import json
from collections.abc import Mapping, Sequence

from starlette.responses import Response

DOC_ROOT = "https://api.imail.now/docs/errors/"


class CannotServe(Exception):
    """The server cannot begin; the message says why, and where or what to do."""


class ApiFault(Exception):
    """An answer other than success; raising it in an operation undoes what the operation wrote."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> dict[str, object]:
        """The documented error object."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        error["doc"] = DOC_ROOT + self.code
        if self.details:
            error["details"] = self.details
        return {"error": error, "request_id": request_id}


def invalid(field: str | None, message: str, *, allowed: Sequence[object] | None = None) -> ApiFault:
    """400: a field breaks a rule."""
    details = None if allowed is None else {"allowed": list(allowed)}
    return ApiFault(400, "invalid_field", message, field=field, details=details)


def unknown_reference(field: str, what: str) -> ApiFault:
    """400: a field names something this workspace does not have, such as `inbox inb_1`."""
    message = f"There is no {what} in this workspace."
    return ApiFault(400, "unknown_reference", message, field=field)


def not_found(what: str) -> ApiFault:
    """404: `what` names the thing as a sentence's subject, such as `campaign cmp_1`."""
    return ApiFault(404, "not_found", f"There is no {what} in this workspace.")


def conflict(code: str, message: str, **details: object) -> ApiFault:
    """409."""
    return ApiFault(409, code, message, details=details)


def json_bytes(value: object) -> bytes:
    """Compact UTF-8 JSON; not-a-number is refused."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(json_bytes(value), status, dict(headers or {}), "application/json")


def fault_response(fault: ApiFault, request_id: str) -> Response:
    """A fault as an answer."""
    return json_response(fault.body(request_id), fault.status, fault.headers)
