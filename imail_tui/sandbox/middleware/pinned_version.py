"""The `Imail-Version` header: checked, honoured and echoed."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.versions import LATEST, SNAPSHOTS, has_operation


class PinnedVersion:
    """Routes a request to the snapshot it asks for, the latest by default."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 400 for an unknown date, 404 for what came later."""
        version = Headers(scope=scope).get("imail-version", LATEST)
        if version not in SNAPSHOTS:
            raise ApiFault(
                400,
                "unknown_version",
                f"Imail-Version must be one of {', '.join(SNAPSHOTS)}.",
                field="Imail-Version",
                details={"allowed": list(SNAPSHOTS)},
            )
        context = context_of(scope)
        context.version = version
        context.headers["Imail-Version"] = version
        if not has_operation(version, scope["method"], scope["path"]):
            raise ApiFault(404, "not_found", f"{scope['path']} does not exist in version {version}.")
        await self._app(scope, receive, send)
