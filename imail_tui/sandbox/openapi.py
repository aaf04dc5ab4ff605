"""The OpenAPI 3.1 document: what FastAPI derives from the operations, put right and completed.

FastAPI documents a 422 this API never sends and knows nothing of what the middleware does: keys, errors,
idempotency, versions, rate headers. What imail does not document itself is marked `x-imail-assumed`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from imail_tui.sandbox.middleware.access import needs_key
from imail_tui.sandbox.versions import EVENT_TYPES, LATEST, SNAPSHOTS, event_types_of, has_operation

ASSUMED = "x-imail-assumed"
Json = dict[str, Any]

_DOCUMENTED_OPERATIONS = frozenset(
    {
        *((method, "/v1/campaigns") for method in ("get", "post")),
        *((method, "/v1/campaigns/{campaign_id}") for method in ("get", "patch", "delete")),
        *((method, "/v1/inboxes") for method in ("get", "post")),
        *((method, "/v1/inboxes/{inbox_id}") for method in ("get", "patch", "delete")),
        *((method, "/v1/webhooks") for method in ("get", "post")),
        *((method, "/v1/webhooks/{webhook_id}") for method in ("get", "patch", "delete")),
        ("post", "/v1/leads/bulk"),
        ("get", "/v1/analytics"),
    }
)
_CAMPAIGN_FIELDS = {
    "name",
    "inbox_ids",
    "steps",
    "daily_limit",
    "send_window",
    "track_opens",
    "track_clicks",
}
_DOCUMENTED_FIELDS: Mapping[str, set[str]] = {
    "CampaignCreate": _CAMPAIGN_FIELDS,
    "CampaignChanges": _CAMPAIGN_FIELDS,
    "CampaignRow": {"id", "name", "status", "sent_today", "reply_rate_7d"},
    "CampaignView": {"id", "status", "sent_today", "reply_rate_7d"} | _CAMPAIGN_FIELDS,
    "InboxView": {"setup_url"},
    "SetupLink": {"setup_url"},
    "Pagination": {"next_cursor", "has_more"},
    "Error": {"error", "request_id"},
    "Fault": {"code", "message", "field", "doc"},
    "WebhookView": {"secret"},
}
_ERRORS = {
    400: "The request is malformed or breaks a rule.",
    401: "The API key is missing or not valid.",
    403: "The workspace's tier does not have this.",
    404: "It does not exist, or is not yours.",
    409: "It conflicts with what there is.",
    410: "The event is no longer kept.",
    412: "The object moved since the `updated_at` in If-Match.",
    413: "The body is larger than 10 MiB.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    500: "A defect of the server.",
}
_RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_FAULT = {
    "type": "object",
    "required": ["code", "message", "doc"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "field": {"type": "string", "description": "Dots and brackets: `steps[3].branches[0].next`."},
        "doc": {"type": "string"},
        "details": {
            "type": "object",
            "description": "May hold `existing_id`, `required_tier`, `allowed` or `current`.",
        },
    },
    "additionalProperties": False,
}
_ERROR = {
    "type": "object",
    "required": ["error", "request_id"],
    "properties": {"error": {"$ref": "#/components/schemas/Fault"}, "request_id": {"type": "string"}},
    "additionalProperties": False,
}
_PARAMETERS = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and body again get the stored answer, for 24 hours.",
        "schema": {"type": "string", "format": "uuid"},
        ASSUMED: True,
    },
    "Imail-Version": {
        "name": "Imail-Version",
        "in": "header",
        "description": "A dated snapshot of the API; the latest by default.",
        "schema": {"type": "string", "enum": list(SNAPSHOTS), "default": LATEST},
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The quoted `updated_at` the change is based on.",
        "schema": {"type": "string"},
        ASSUMED: True,
    },
}


def describe(app: FastAPI, version: str) -> Json:
    """The document of one version."""
    document = get_openapi(
        title="imail API",
        version=version,
        summary="The sandbox's reading of the imail API.",
        description=f"Operations and fields with `{ASSUMED}` are not documented by imail: the real "
        "service may differ there.",
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    for path, items in [*document["paths"].items()]:
        for method in [*items]:
            if not has_operation(version, method.upper(), path):
                del items[method]
        if not items:
            del document["paths"][path]
    for path, items in document["paths"].items():
        for method, operation in items.items():
            _complete(path, method, operation)
    components = document["components"]
    schemas = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {"Error": dict(_ERROR), "Fault": dict(_FAULT)}
    for name, schema in schemas.items():
        _mark_fields(name, schema)
        _hide_later_types(schema, event_types_of(version))
    components["parameters"] = _PARAMETERS
    components["responses"] = {f"Error{status}": _error_response(status) for status in _ERRORS}
    components["headers"] = {
        name: {"schema": {"type": "integer", "minimum": 0}} for name in (*_RATE_HEADERS, "Retry-After")
    }
    components["headers"]["X-Request-Id"] = {"schema": {"type": "string"}, ASSUMED: True}
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return document


def without_idempotency(document: Json, ignored: Callable[[str, str], bool]) -> Json:
    """A document whose operations do not list `Idempotency-Key` where it is `ignored` (method, path)."""
    paths = {
        path: {
            method: _without_key(operation) if ignored(method.upper(), path) else operation
            for method, operation in items.items()
        }
        for path, items in document["paths"].items()
    }
    return {**document, "paths": paths}


def _without_key(operation: Json) -> Json:
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    return {**operation, "parameters": [one for one in operation["parameters"] if one != key]}


def _complete(path: str, method: str, operation: Json) -> None:
    if (method, path) not in _DOCUMENTED_OPERATIONS:
        operation[ASSUMED] = True
    keyed = needs_key(path)
    if keyed:
        operation["security"] = [{"key": []}]
    responses = operation["responses"]
    responses.pop("422", None)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _answer_headers(keyed)}
    for response in responses.values():
        response["headers"] = headers
        if response.get("description") == "Successful Response":
            response["description"] = operation["summary"]
    for status in _statuses(path, method, keyed):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/Error{status}"})
    operation.setdefault("parameters", []).extend(
        {"$ref": f"#/components/parameters/{name}"} for name in _headers_read(method, keyed)
    )
    _alternative_contents(path, responses)


def _alternative_contents(path: str, responses: Json) -> None:
    if path == "/v1/analytics":
        responses["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    if path.endswith("/raw"):
        responses["200"]["content"] = {"message/rfc822": {"schema": {"type": "string"}}}


def _answer_headers(keyed: bool) -> tuple[str, ...]:
    return (*_RATE_HEADERS, "X-Request-Id") if keyed else ("X-Request-Id",)


def _headers_read(method: str, keyed: bool) -> Iterator[str]:
    yield "Imail-Version"
    if keyed and method == "post":
        yield "Idempotency-Key"
    if method in ("patch", "delete"):
        yield "If-Match"


def _statuses(path: str, method: str, keyed: bool) -> Iterator[int]:
    yield from (400, 500)
    if keyed:
        yield from (401, 403, 429)
    if "{" in path or path in ("/v1/leads/bulk", "/v1/events"):
        yield 404
    if method != "get":
        yield from (409, 413)
    if method in ("patch", "delete"):
        yield 412
    if path == "/v1/events":
        yield 410


def _error_response(status: int) -> Json:
    headers = ["X-Request-Id", *(["Retry-After"] if status == 429 else [])]
    return {
        "description": _ERRORS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def _hide_later_types(schema: Json, known: Sequence[str]) -> None:
    """Take the event types that came after a version out of every list of them."""
    if isinstance(schema.get("enum"), list) and set(schema["enum"]) == set(EVENT_TYPES):
        schema["enum"] = list(known)
    for part in schema.values():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, dict):
                _hide_later_types(inner, known)


def _mark_fields(name: str, schema: Json) -> None:
    documented = _DOCUMENTED_FIELDS.get(name, set())
    for field, described in schema.get("properties", {}).items():
        if field not in documented:
            described[ASSUMED] = True
