"""`/openapi.json`, at the root and under `/v1`, with an ETag."""

import functools
import hashlib
from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from imail_tui.sandbox.errors import json_bytes
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.openapi import Json, without_idempotency


def document_router(
    describe: Callable[[str], Json], ignores_idempotency: Callable[[str, str], bool]
) -> APIRouter:
    """The operation; `describe` makes the document of a version.

    `ignores_idempotency` says of a method and path whether `Idempotency-Key` does nothing there just now.
    """
    router = APIRouter(include_in_schema=False)
    described = functools.cache(describe)

    def document(version: str) -> tuple[bytes, str]:
        body = json_bytes(without_idempotency(described(version), ignores_idempotency))
        return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'

    @router.get("/openapi.json")
    @router.get("/v1/openapi.json")
    def get_document(request: Request) -> Response:
        body, etag = document(context_of(request.scope).version)
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        known = [
            tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
        ]
        if etag in known or "*" in known:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")

    return router
