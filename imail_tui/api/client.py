"""The imail API as an object: resources as attributes, typed results, typed errors."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

from imail_tui.api.caller import RequestCaller
from imail_tui.api.channel import Channel
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.exchange import Exchange
from imail_tui.api.flights import Sender
from imail_tui.api.health import HostHealth, Unwatched
from imail_tui.api.limiter import Limiter
from imail_tui.api.resources.analytics import Analytics, Metrics
from imail_tui.api.resources.campaigns import Campaigns
from imail_tui.api.resources.events import Events
from imail_tui.api.resources.inboxes import Inboxes
from imail_tui.api.resources.leads import Leads, Suppressions
from imail_tui.api.resources.openapi import OpenApiDocument
from imail_tui.api.resources.replies import Messages, Replies, Threads
from imail_tui.api.resources.webhooks import Webhooks
from imail_tui.api.resources.workspace import WorkspaceResource
from imail_tui.api.transport import Transport
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.model.secret import Secret


class ImailClient:
    """One key on one server. Every method of every resource raises `ApiError`.

    `base_url` ends in the version (`…/v1`); `version` pins `Imail-Version`. `clock` gives monotonic seconds
    and must be the limiter's. `capabilities` says what the server offers as far as is known now.
    `health` is that of the server's host (None: not watched). `on_exchange` is told of every attempt, on the
    event loop.
    """

    def __init__(
        self,
        secret: Secret,
        base_url: str,
        *,
        limiter: Limiter,
        health: HostHealth | None = None,
        version: str | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        deadlines: Deadlines | None = None,
        capabilities: Callable[[], Capabilities] = lambda: UNKNOWN,
        transport: Sender | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        deadlines = deadlines or Deadlines()
        self._caller = RequestCaller(
            transport or Transport(secret, base_url, version=version, deadlines=deadlines),
            limiter,
            health or Unwatched(),
            deadlines,
            on_exchange=on_exchange,
            clock=clock,
        )
        self._capabilities = capabilities
        self._attach(Priority.INTERACTIVE)
        self.metrics = Metrics(self._channel(Priority.INTERACTIVE), clock)

    def at(self, priority: Priority) -> Self:
        """The same client for calls of another priority; everything is shared, `close` too."""
        view = type(self).__new__(type(self))
        view._caller = self._caller
        view._capabilities = self._capabilities
        view._attach(priority)
        view.metrics = self.metrics
        return view

    def now(self) -> datetime:
        """World time: what "ago", ranges and windows are measured against."""
        return self._caller.world.now()

    def told(self) -> datetime:
        """World time as the server last told it: never later than its own."""
        return self._caller.world.told

    async def close(self) -> None:
        """Drop attempts under way and close the connections. Calling it twice does no harm."""
        await self._caller.close()

    def _channel(self, priority: Priority) -> Channel:
        return Channel(self._caller, priority, self._capabilities)

    def _attach(self, priority: Priority) -> None:
        channel = self._channel(priority)
        self.workspace = WorkspaceResource(channel)
        self.inboxes = Inboxes(channel)
        self.campaigns = Campaigns(channel)
        self.leads = Leads(channel)
        self.suppressions = Suppressions(channel)
        self.replies = Replies(channel)
        self.threads = Threads(channel)
        self.messages = Messages(channel)
        self.analytics = Analytics(channel)
        self.webhooks = Webhooks(channel)
        self.events = Events(channel)
        self.document = OpenApiDocument(channel)
