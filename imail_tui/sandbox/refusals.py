"""What the router itself refuses: unknown paths, and methods a path does not have."""

from re import Pattern

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from imail_tui.sandbox.errors import ApiFault


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
        fitting = [(pattern, method) for pattern, method in self._methods if pattern.match(path)]
        literal = [(pattern, method) for pattern, method in fitting if not pattern.groups]
        return sorted({method for _, method in literal or fitting})


def refusal(paths: PathMethods, request: Request, error: HTTPException) -> ApiFault:
    """The fault that stands for an error of the router."""
    path, allowed = request.url.path, paths.of(request.url.path)
    if error.status_code in (404, 405) and allowed:
        listed = ", ".join(allowed)
        message = f"{path} has no {request.method}, only {listed}."
        return ApiFault(405, "method_not_allowed", message, headers={"Allow": listed})
    if error.status_code == 404:
        return ApiFault(404, "not_found", f"There is nothing at {path}.")
    return ApiFault(error.status_code, "bad_request", str(error.detail))
