"""The page that connects an inbox: as text, as a QR code, and watched until it did its work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlsplit

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size

from imail_tui.domain.qr import qr_lines
from imail_tui.domain.shown import UNKNOWN
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

LOOK_SECONDS: Final = 2.0
_OTHER_LINES: Final = 7
"""Lines of the dialog beside the code and a long link: border, title, host, two notes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it is: the page to open now, what is said once the inbox is connected, what went wrong."""

    link: str | None = None
    done: str | None = None
    problem: Problem | None = None


class ConnectDialog(Dialog[str]):
    """Gives the sentence about the connected inbox. Texts may be foreign."""

    DEFAULT_CSS = """
    ConnectDialog {
        .box { width: 78; }
        #code { width: auto; color: #ffffff; background: #000000; }
    }
    ConnectDialog:ansi #code { color: ansi_bright_white; background: ansi_black; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy the link", show=False, id="connect.copy"),
        Binding("n", "renew", "ask for a new link", show=False, id="connect.renew"),
        Binding("q", "cancel", "leave", show=False, id="connect.leave"),
    ]

    def __init__(
        self,
        title: str,
        look: Callable[[], Awaitable[Standing]],
        renew: Callable[[], Awaitable[Standing]],
        copy: Callable[[str], Awaitable[str]],
        *,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        """`look` tells the standing, again every `seconds`; `renew` asks for another link; `copy` sends text
        to the terminal and says what became of it. None of them raises for what a server can do.
        """
        super().__init__()
        self._question, self._seconds = title, seconds
        self._ask, self._renew, self._copy = look, renew, copy
        self._link = ""

    def compose(self) -> ComposeResult:
        """Title, link, code, and what is going on."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            yield SafeStatic(id="link")
            yield SafeStatic(id="code")
            yield SafeStatic("Asking for the page …", id="state")
            yield SafeStatic("y copies the link, n asks for a new one, esc leaves", classes="note")

    def on_mount(self) -> None:
        """Look now and from then on."""
        self._watch()

    def on_resize(self) -> None:
        """The code fits, or not."""
        self._show_code()

    @work(group="watch", exclusive=True, exit_on_error=False)
    async def _watch(self) -> None:
        while True:
            self._show(await self._ask())
            await asyncio.sleep(self._seconds)

    @work(group="renew", exclusive=True, exit_on_error=False)
    async def action_renew(self) -> None:
        """Another link in place of this one."""
        self._show(await self._renew())

    @work(group="copy", exclusive=True, exit_on_error=False)
    async def action_copy(self) -> None:
        """The link, to the person's clipboard."""
        if self._link:
            self.query_one("#state", SafeStatic).update(f"Link {await self._copy(self._link)}.")

    def _show(self, standing: Standing) -> None:
        if standing.done is not None:
            self.dismiss(standing.done)
            return
        if standing.link and standing.link != self._link:
            self._link = standing.link
            self.query_one("#link", SafeStatic).update(_link_page(self._link))
            self._show_code()
        text = standing.problem.sentence() if standing.problem else "Waiting until the inbox is connected …"
        style = "$text-error" if standing.problem else "$text-muted"
        self.query_one("#state", SafeStatic).update(styled((one_line(text), style)))

    def _show_code(self) -> None:
        if self._link:
            utf8 = (self.app.console.encoding or "").lower().startswith("utf")
            self.query_one("#code", SafeStatic).update(_code(self._link, self.app.size, ascii_only=not utf8))


def _link_page(link: str) -> Content:
    try:
        host = urlsplit(link).netloc or UNKNOWN
    except ValueError:
        # No browser would open it either; the link itself stands below.
        host = UNKNOWN
    return styled(("Opens at ", "$text-muted"), (host, "bold"), f"\n{link}")


def _code(link: str, room: Size, *, ascii_only: bool) -> str:
    """The code, or why there is none."""
    try:
        lines = qr_lines(link, ascii_only=ascii_only)
    except ValueError as error:
        return f"No QR code: {error}."
    columns, height = len(lines[0]) + 4, len(lines) + _OTHER_LINES
    if columns > room.width or height > room.height:
        return f"No QR code: the terminal is too small for it, {columns}x{height} would do."
    return "\n".join(lines)
