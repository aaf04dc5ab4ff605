"""A secret that the server shows once."""

import os
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.model.secret import Secret
from imail_tui.ui import terminal
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class SecretDialog(Dialog[None]):
    """Shows it until the person leaves. `kept` says where it is kept, or that it is not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy the secret", show=False, id="secret.copy"),
        Binding("enter,q", "cancel", "leave", show=False, id="secret.leave"),
    ]

    def __init__(self, title: str, secret: Secret, kept: str) -> None:
        super().__init__()
        self._question = title
        self._secret = secret
        self._kept = kept

    def compose(self) -> ComposeResult:
        """The secret, and what becomes of it."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            yield SafeStatic(styled((self._secret.reveal(), "bold")))
            yield SafeStatic(self._kept, id="kept")
            yield SafeStatic("It is not shown again. y copies, enter closes.", classes="note")

    @work(group="copy", exclusive=True, exit_on_error=False)
    async def action_copy(self) -> None:
        """The secret, to the person's clipboard."""
        said = await terminal.copy_text(self.app, self._secret.reveal(), os.environ)
        self.query_one("#kept", SafeStatic).update(f"Secret {said}.")
