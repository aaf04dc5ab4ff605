"""What the router itself refuses: unknown paths, and methods a path does not have."""

from re import Pattern

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.versions import has_operation


class PathMethods:
    """Which methods every path has. The router knows only those of the first route that fits."""

    def __init__(self) -> None:
        self._methods: list[tuple[Pattern[str], str]] = []

    def add(self, prefix: str, router: APIRouter) -> None:
        """Learn a router's routes."""
        for route in router.routes:
            if isinstance(route, APIRoute):
                pattern = compile_path(prefix + route.path)[0]
                self._methods += [(pattern, method) for method in route.methods or ()]

    def of(self, path: str) -> list[str]:
        """The methods of a path, sorted; none for an unknown one."""
        return self.literal(path) or sorted({method for _, method in self._fitting(path)})

    def literal(self, path: str) -> list[str]:
        """The methods of a path that stands in a route as it is, such as `/v1/leads/bulk`."""
        return sorted({method for pattern, method in self._fitting(path) if not pattern.groups})

    def _fitting(self, path: str) -> list[tuple[Pattern[str], str]]:
        return [(pattern, method) for pattern, method in self._methods if pattern.match(path)]


class LiteralPaths:
    """Keeps `GET /v1/leads/bulk` from being read as the lead `bulk`."""

    def __init__(self, app: ASGIApp, paths: PathMethods) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 405."""
        path, version = scope["path"], context_of(scope).version
        known = [one for one in self._paths.literal(path) if has_operation(version, one, path)]
        if known and scope["method"] not in known:
            raise _no_method(path, scope["method"], known)
        await self._app(scope, receive, send)


def refusal(paths: PathMethods, request: Request, error: HTTPException) -> ApiFault:
    """The fault that stands for an error of the router."""
    path, allowed = request.url.path, paths.of(request.url.path)
    if error.status_code in (404, 405) and allowed:
        return _no_method(path, request.method, allowed)
    if error.status_code == 404:
        return ApiFault(404, "not_found", f"There is nothing at {path}.")
    return ApiFault(error.status_code, "bad_request", str(error.detail))


def _no_method(path: str, method: str, allowed: list[str]) -> ApiFault:
    listed = ", ".join(allowed)
    message = f"{path} has no {method}, only {listed}."
    return ApiFault(405, "method_not_allowed", message, headers={"Allow": listed})
