"""Webhook subscriptions: what the server sends to whom, and the secrets it signs with."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from imail_tui.api.pages import Pages
from imail_tui.domain.webhook_lists import DELIVERIES, WEBHOOKS
from imail_tui.model.deliveries import Delivery
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json, Record
from imail_tui.model.secret import Secret
from imail_tui.model.webhooks import Webhook
from imail_tui.services.detached import run_detached
from imail_tui.services.fetched_list import FetchedList
from imail_tui.services.workbench import Workbench
from imail_tui.store.event_store import EventsNotKept
from imail_tui.store.secrets import KeyFailed
from imail_tui.store.webhook_secrets import WebhookSecrets

T = TypeVar("T", bound=Record)

MOST_DELIVERIES = 500
"""The newest of a log are shown."""
_CHANGED = "webhooks.secrets"
"""The note beside the events that tells a listener to look for secrets again."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret the server gives once: whose it is, where it is kept, or why it is not."""

    webhook: Webhook
    secret: Secret
    kept: str
    not_kept: Problem | None = None


class Webhooks:
    """The subscriptions of the workspace. Everything that asks the server raises `ApiError`."""

    def __init__(self, bench: Workbench, secrets: WebhookSecrets) -> None:
        self._bench = bench
        self._secrets = secrets

    async def all(self) -> list[Webhook]:
        """Every subscription."""
        return await self._bench.ask(lambda client: _all(client.webhooks.list()))

    async def create(self, url: str, events: Sequence[str], *, in_file: bool = False) -> NewSecret:
        """Subscribe a URL to types of events, and keep the secret."""
        webhook = await self._bench.ask(
            lambda client: client.webhooks.create({"url": url, "events": [*events]})
        )
        secret = webhook.wire().get("secret")
        return await self.keep(webhook, Secret(secret if isinstance(secret, str) else ""), in_file=in_file)

    async def rotate(self, webhook_id: str, *, in_file: bool = False) -> NewSecret:
        """A new secret; the old one signs too for 24 h."""
        webhook = await self._bench.ask(lambda client: client.webhooks.get(webhook_id))
        secret = await self._bench.ask(lambda client: client.webhooks.rotate(webhook_id))
        return await self.keep(webhook, secret, in_file=in_file)

    async def switch(self, webhook_id: str, *, active: bool) -> Webhook:
        """Pause a subscription, or let it go on."""
        return await self._bench.ask(lambda client: client.webhooks.patch(webhook_id, {"active": active}))

    async def choose(self, webhook_id: str, events: Sequence[str]) -> Webhook:
        """Send other types to a subscription."""
        body: Json = {"events": [*events]}
        return await self._bench.ask(lambda client: client.webhooks.patch(webhook_id, body))

    async def delete(self, webhook_id: str) -> None:
        """End a subscription, and forget its secrets."""
        await self._bench.ask(lambda client: client.webhooks.delete(webhook_id))
        # One that cannot be forgotten now signs nothing any more.
        await asyncio.gather(run_detached(lambda: self._secrets.forget(webhook_id)), return_exceptions=True)
        await self._tell_listener()

    async def test(self, webhook_id: str) -> None:
        """Have a test event sent."""
        await self._bench.ask(lambda client: client.webhooks.test(webhook_id))

    async def deliveries(self, webhook_id: str, most: int = MOST_DELIVERIES) -> list[Delivery]:
        """The log of a subscription."""
        return await self._bench.ask(lambda client: _all(client.webhooks.deliveries(webhook_id), most))

    async def redeliver(self, delivery_id: str) -> None:
        """Have one delivery sent again."""
        await self._bench.ask(lambda client: client.webhooks.redeliver(delivery_id))

    def listed(self) -> FetchedList[Webhook]:
        """The subscriptions as a list."""
        return FetchedList(WEBHOOKS, Webhook, self.all)

    def listed_deliveries(self, webhook_id: str) -> FetchedList[Delivery]:
        """The log of a subscription as a list."""
        return FetchedList(DELIVERIES, Delivery, lambda: self.deliveries(webhook_id))

    async def secrets(self) -> tuple[Secret, ...]:
        """Every secret kept here. Raises KeyFailed."""
        return await run_detached(self._secrets.all)

    def secrets_changed(self) -> str | None:
        """Differs each time after secrets have been kept or forgotten here, by any process."""
        return self._bench.events.recall(_CHANGED)

    async def _tell_listener(self) -> None:
        # A note that cannot be written costs the listener a restart, not the person this secret.
        with contextlib.suppress(EventsNotKept):
            await self._bench.on_events(lambda: self._bench.events.remember(_CHANGED, secrets.token_hex(8)))

    async def keep(self, webhook: Webhook, secret: Secret, *, in_file: bool) -> NewSecret:
        """Keep a new secret; the answer says where, or why it is not kept."""
        try:
            kept = await run_detached(lambda: self._secrets.keep(webhook.id, secret, in_file=in_file))
        except KeyFailed as error:
            return NewSecret(webhook, secret, "", error.problem)
        await self._tell_listener()
        return NewSecret(webhook, secret, kept)


async def _all(pages: Pages[T], most: int | None = None) -> list[T]:
    found: list[T] = []
    async for page in pages.pages():
        found += page.items
        if most is not None and len(found) >= most:
            break
    return found[:most]
