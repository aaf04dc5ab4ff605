"""The workspace the key belongs to."""

from imail_tui.api.channel import Channel
from imail_tui.api.reading import record
from imail_tui.model.workspace import Workspace


class WorkspaceResource:
    """GET /workspace."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get(self) -> Workspace:
        """Name, tier, mode and limits. Raises `ApiError`; `NotFound` on a server without it."""
        return await self._channel.get("/workspace", record(Workspace))
