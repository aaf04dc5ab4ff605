"""Webhook subscriptions and their deliveries."""

from pydantic import JsonValue

from imail_tui.api.channel import path_of
from imail_tui.api.pages import Pages
from imail_tui.api.reading import json_object, nothing
from imail_tui.api.resources.listing import PAGE_SIZE, Collection, listing
from imail_tui.model.deliveries import Delivery
from imail_tui.model.secret import Secret
from imail_tui.model.webhooks import Webhook


class Webhooks(Collection[Webhook]):
    """`/webhooks`. The secret is in the answer to `create` (as an extra field) and to `rotate`."""

    path = "webhooks"
    kind = Webhook

    def list(self, *, limit: int = PAGE_SIZE) -> Pages[Webhook]:
        """All subscriptions."""
        return self._list({"limit": limit})

    async def rotate(self, webhook_id: str) -> Secret:
        """A new signing secret; the old one stays valid for 24 h."""
        answer = await self._channel.post(path_of(self.path, webhook_id, "rotate"), {}, json_object)
        secret: JsonValue = answer.get("secret")
        return Secret(secret if isinstance(secret, str) else "")

    async def test(self, webhook_id: str) -> None:
        """Have the server send a test event."""
        await self._channel.post(path_of(self.path, webhook_id, "test"), {}, nothing)

    def deliveries(self, webhook_id: str, *, limit: int = PAGE_SIZE) -> Pages[Delivery]:
        """What was delivered, or not, to one subscription."""
        path = path_of(self.path, webhook_id, "deliveries")
        return listing(self._channel, path, Delivery, {"limit": limit})

    async def redeliver(self, delivery_id: str) -> None:
        """Send one delivery again."""
        await self._channel.post(path_of("deliveries", delivery_id, "redeliver"), {}, nothing)
