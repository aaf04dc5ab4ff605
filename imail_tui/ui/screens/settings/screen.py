"""Settings: who we are to the server, how the app looks, and which keys do what."""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.content import Content

from imail_tui.services.session import Session
from imail_tui.ui import areas, themes
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.commands.settings import COMMANDS
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page
from imail_tui.ui.widgets.detail_pane import DetailPane


class SettingsScreen(AreaScreen):
    """A page of facts; what can be changed is a command."""

    AREA = areas.SETTINGS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    AUTO_FOCUS = "DetailPane"

    session: Session

    def compose_body(self) -> ComposeResult:
        """The page."""
        yield DetailPane()

    def on_mount(self) -> None:
        """Show the facts, and again when the theme changes."""
        self._show()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show())

    async def refresh_area(self) -> None:
        """Ask the server whose workspace this is. May raise ApiError."""
        await self.session.connect()
        self._show()

    def to_copy(self) -> str:
        """The server's address."""
        return self.session.profile.base_url

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_keys(self) -> None:
        """List every command with its key, and say what is wrong with the keymap."""
        from imail_tui.ui.commands.registry import all_keys, problems_of
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        keymap = self.options.keymap
        problems = problems_of(keymap)
        title = f"Keys: {problems[0].sentence()}" if problems else "Keys"
        rows = [
            Choice(row.id, row.title, " ".join(row.keys), f"{row.group}: {row.id}")
            for row in all_keys(keymap)
        ]
        await self.app.push_screen_wait(PickerDialog(title, rows))

    def action_requests(self) -> None:
        """Show what was asked of the server."""
        from imail_tui.ui.screens.settings.request_log import RequestLogScreen

        self.app.push_screen(RequestLogScreen(self.session, self.options))

    def action_webhooks(self) -> None:
        """Show who is sent what happens."""
        from imail_tui.ui.screens.settings.webhooks import WebhooksScreen

        self.app.push_screen(WebhooksScreen(self.session, self.options))

    def _show(self) -> None:
        self.query_one(DetailPane).show(page(self._facts()))

    def _facts(self) -> Iterator[Content]:
        session, status = self.session, self.session.status
        yield heading("Workspace")
        yield fact("name", status.workspace or "not known yet")
        yield fact("tier", status.tier or "not known")
        yield fact("ledger", "TEST: nothing is really sent" if status.mode == "test" else "LIVE: real mail")
        yield BLANK
        yield heading("Connection")
        yield fact("profile", session.profile.name)
        yield fact("server", session.profile.base_url)
        yield fact("API version", session.profile.api_version or "newest")
        yield fact("key", session.key_shown)
        yield fact("key from", session.key_source)
        yield BLANK
        yield heading("Look")
        yield fact("theme", themes.TITLES.get(self.app.theme, self.app.theme))
        yield fact("line", "slow: few bytes, no motion" if self.options.low_bandwidth else "fast")
        yield BLANK
        yield heading("Keys here", "? has them all")
        for command in COMMANDS.commands:
            keys = split_keys(self.options.keymap.get(command.id, command.keys))
            if keys:
                yield fact(" ".join(keys), command.title)
        yield BLANK
        yield heading("Versions")
        yield fact("imail-tui", version("imail-tui"))
        yield fact("textual", version("textual"))
        yield fact("python", platform.python_version())
