"""The controls as an application of its own: no key, no token, not in the OpenAPI document."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from imail_tui.sandbox.control.clock import clock_router
from imail_tui.sandbox.control.events import events_router
from imail_tui.sandbox.control.faults import faults_router
from imail_tui.sandbox.control.guard import CONTROL_ROOT
from imail_tui.sandbox.control.stage import Stage
from imail_tui.sandbox.control.world import world_router
from imail_tui.sandbox.errors import ApiFault, fault_response
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.refusals import PathMethods, refusal
from imail_tui.sandbox.validation import validation_fault


def control_app(stage: Stage) -> ASGIApp:
    """The controls of one running server."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    paths = PathMethods()
    for make in (world_router, clock_router, events_router, faults_router):
        router = make(stage)
        app.include_router(router, prefix=CONTROL_ROOT)
        paths.add(CONTROL_ROOT, router)

    def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            fault = validation_fault(error)
        elif isinstance(error, HTTPException):
            fault = refusal(paths, request, error)
        else:
            assert isinstance(error, ApiFault)
            fault = error
        return fault_response(fault, context_of(request.scope).request_id)

    for kind in (ApiFault, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refused)
    return app
