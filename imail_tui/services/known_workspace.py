"""Whose workspace this is, as the server last said, in this run or an earlier one."""

from imail_tui.model.workspace import Workspace
from imail_tui.services.access import Access
from imail_tui.services.request_log import RequestLog
from imail_tui.services.standing import Standing
from imail_tui.services.workbench import Workbench

_WORKSPACE = "workspace"


class KnownWorkspace:
    """What is known of the workspace, and what follows from it for those who go by it."""

    def __init__(self, bench: Workbench, access: Access, standing: Standing, request_log: RequestLog) -> None:
        self._bench = bench
        self._access = access
        self._standing = standing
        self._request_log = request_log
        workspace = self.now
        if workspace is not None:
            self._go_by(workspace)

    @property
    def now(self) -> Workspace | None:
        """The workspace, None before anything was told."""
        found = self._bench.cache.kept(_WORKSPACE)
        return None if found is None else Workspace.model_validate(found[0])

    @property
    def zone(self) -> str:
        """Its time zone; UTC where the server does not say."""
        workspace = self.now
        return (workspace.timezone if workspace is not None else None) or "UTC"

    async def take(self, workspace: Workspace) -> None:
        """Keep what the server says of it, and go by it."""
        await self._bench.keep(_WORKSPACE, "", workspace.wire())
        self._go_by(workspace)

    def _go_by(self, workspace: Workspace) -> None:
        self._standing.note(workspace=workspace.name, tier=workspace.tier)
        self._request_log.workspace = workspace.name
        if workspace.mode in ("live", "test"):
            self._bench.mode = self._request_log.ledger = workspace.mode
            self._standing.note(mode=workspace.mode)
        limits = workspace.limits
        if limits.requests_per_minute and limits.burst:
            self._access.configure(limits.requests_per_minute, limits.burst)
