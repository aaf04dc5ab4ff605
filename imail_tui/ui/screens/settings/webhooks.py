"""The webhooks: who is sent what happens, and what was delivered."""

from typing import ClassVar
from urllib.parse import urlsplit

from textual import work
from textual.content import Content

from imail_tui.domain.listing import ListSpec
from imail_tui.model.deliveries import Delivery
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.webhooks import Webhook
from imail_tui.services.fetched_list import FetchedList
from imail_tui.services.session import Session
from imail_tui.services.webhooks import NewSecret
from imail_tui.ui.areas import Area
from imail_tui.ui.commands import deliveries, webhooks
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.settings.webhook_rows import (
    DELIVERY_COLUMNS,
    WEBHOOK_COLUMNS,
    delivery_detail,
    delivery_row,
    webhook_detail,
    webhook_row,
)
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.rows import Row


class WebhooksScreen(ListScreen[Webhook]):
    """All subscriptions of the workspace."""

    AREA: ClassVar[Area] = Area("webhooks", "Webhooks", "", "settings.webhooks:WebhooksScreen")
    GROUP: ClassVar[CommandGroup | None] = webhooks.COMMANDS
    COLUMNS = WEBHOOK_COLUMNS
    EMPTY = "No webhooks yet. a creates one; `imail-tui listen --subscribe` does it by itself."

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        self._list = session.webhooks.listed()
        super().__init__(session, options)

    @property
    def service(self) -> FetchedList[Webhook]:
        """The subscriptions."""
        return self._list

    @property
    def spec(self) -> ListSpec:
        """What they can be sorted and filtered by."""
        return self._list.spec

    def row(self, record: Webhook) -> Row:
        """One line."""
        return webhook_row(record)

    def detail(self, record: Webhook) -> Content:
        """All of it."""
        return webhook_detail(record)

    def copied(self, record: Webhook) -> str:
        """Its URL."""
        return record.url

    def leave(self) -> None:
        """Back to the settings."""
        self.dismiss()

    def action_deliveries(self) -> None:
        """What was sent to it."""
        if self.record is not None:
            self.app.push_screen(DeliveriesScreen(self.session, self.record.id, self.options))

    @work(group="act", exit_on_error=False)
    async def action_create(self) -> None:
        """Ask for the URL and the types, then show the secret."""
        from imail_tui.ui.dialogs.prompt import PromptDialog
        from imail_tui.ui.dialogs.several import SeveralDialog

        url = await self.app.push_screen_wait(
            PromptDialog("Send events to which URL?", text="https://", check=_url_fault)
        )
        if url is None:
            return
        types = await self.app.push_screen_wait(SeveralDialog("Which events?", EVENT_TYPES, EVENT_TYPES))
        if types is None:
            return
        with opening(self.app, stops=False):
            made = await self.session.webhooks.create(url.strip(), types)
            await self.service.refresh()
        await self._show_secret(made)

    @work(group="act", exit_on_error=False)
    async def action_rotate(self) -> None:
        """Ask, then show the new secret."""
        webhook = self.record
        if webhook is None:
            return
        lines = (webhook.url, "Receivers need the new secret within 24 hours; until then both sign.")
        if await self._asked("Rotate the secret?", "Rotate", lines, "R"):
            with opening(self.app, stops=False):
                made = await self.session.webhooks.rotate(webhook.id)
                await self.service.refresh()
            await self._show_secret(made)

    async def _show_secret(self, made: NewSecret) -> None:
        """A secret that could not be kept can go into a private file, if the person agrees."""
        from imail_tui.ui.dialogs.secret import SecretDialog

        if made.not_kept is not None and await self._asked(
            "Keep the secret in a private file?",
            "Keep",
            (made.not_kept.what, "The file is readable by you only (mode 0600), and not encrypted."),
            "a",
        ):
            made = await self.session.webhooks.keep(made.webhook, made.secret, in_file=True)
        kept = (
            f"Kept in: {made.kept}. A listener on this machine knows it."
            if made.not_kept is None
            else "It is not kept here: put it where your receiver finds it."
        )
        await self.app.push_screen_wait(SecretDialog("The signing secret", made.secret, kept))
        self.table.select(made.webhook.id)

    @work(group="act", exit_on_error=False)
    async def action_pause(self) -> None:
        """Switch it off or on."""
        if self.record is not None:
            on = self.record.active is False or self.record.disabled_at is not None
            await self.session.webhooks.switch(self.record.id, active=on)
            await self.service.refresh()
            self.say("Events are sent to it again." if on else "Nothing is sent to it until p resumes it.")

    @work(group="act", exit_on_error=False)
    async def action_choose_events(self) -> None:
        """Which types it is sent."""
        from imail_tui.ui.dialogs.several import SeveralDialog

        webhook = self.record
        if webhook is not None:
            known = tuple(dict.fromkeys((*EVENT_TYPES, *webhook.events)))
            types = await self.app.push_screen_wait(SeveralDialog("Which events?", known, webhook.events))
            if types is not None:
                await self.session.webhooks.choose(webhook.id, types)
                await self.service.refresh()

    @work(group="act", exit_on_error=False)
    async def action_send_test(self) -> None:
        """Have a test event sent."""
        if self.record is not None:
            await self.session.webhooks.test(self.record.id)
            self.say("A test event is on its way; d shows what became of it.")

    @work(group="act", exit_on_error=False)
    async def action_delete(self) -> None:
        """Ask, then end it."""
        webhook = self.record
        if webhook is not None and await self._asked(
            "Delete this webhook?", "Delete", (webhook.url, "Nothing more is sent there."), "D"
        ):
            await self.session.webhooks.delete(webhook.id)
            await self.service.refresh()

    async def _asked(self, title: str, verb: str, lines: tuple[str, ...], trigger: str) -> bool:
        live = self.session.status.mode != "test"
        return await confirmed(self.app, title, verb, lines, trigger=trigger, live=live)


class DeliveriesScreen(ListScreen[Delivery]):
    """What was sent to one webhook."""

    AREA: ClassVar[Area] = Area("deliveries", "Deliveries", "", "settings.webhooks:DeliveriesScreen")
    GROUP: ClassVar[CommandGroup | None] = deliveries.COMMANDS
    COLUMNS = DELIVERY_COLUMNS
    EMPTY = "Nothing was sent yet. t on the webhook sends a test event."

    session: Session

    def __init__(self, session: Session, webhook_id: str, options: UiOptions | None = None) -> None:
        self._list = session.webhooks.listed_deliveries(webhook_id)
        super().__init__(session, options)

    @property
    def service(self) -> FetchedList[Delivery]:
        """The newest deliveries."""
        return self._list

    @property
    def spec(self) -> ListSpec:
        """What they can be sorted and filtered by."""
        return self._list.spec

    def row(self, record: Delivery) -> Row:
        """One line."""
        return delivery_row(record)

    def detail(self, record: Delivery) -> Content:
        """With what was in it."""
        return delivery_detail(record)

    def copied(self, record: Delivery) -> str:
        """The event's id."""
        return record.event_id or record.id

    def leave(self) -> None:
        """Back to the webhooks."""
        self.dismiss()

    @work(group="act", exit_on_error=False)
    async def action_redeliver(self) -> None:
        """Have it sent again."""
        if self.record is not None:
            await self.session.webhooks.redeliver(self.record.id)
            await self.service.refresh()
            self.say("It is on its way again; r looks what became of it.")


def _url_fault(text: str) -> str | None:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return "That is no URL."
    del port
    return None if parts.scheme in ("http", "https") and parts.hostname else "An http(s) URL is needed."
