"""The settings of a campaign, one line each; enter changes the one under the cursor."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from zoneinfo import available_timezones

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.domain.marks import inbox_mark
from imail_tui.domain.sequence.lint.settings import MAX_NAME
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import DAY_NAMES, LEAD_ZONE
from imail_tui.domain.shown import count, of, plural
from imail_tui.model.inboxes import Inbox
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic

_COLUMNS: Final = (
    Column("name", "", 14, max_width=14),
    Column("value", "", 30, weight=1),
)
_FLAGS: Final = (
    ("track_opens", "Track opens", True),
    ("track_clicks", "Track clicks", True),
    ("stop_on_reply", "Stop on reply", True),
)
"""Key, words, and what holds when nothing is said."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line."""

    id: str
    name: str
    value: str


class SettingsDialog(Dialog[bool]):
    """Writes each change at once; undo takes it back."""

    DEFAULT_CSS = """
    SettingsDialog .box { width: 78; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "change", "change it", show=False, id="settings.toggle", priority=True),
        Binding("q", "cancel", "leave", show=False, id="settings.leave"),
    ]

    def __init__(
        self,
        campaign: Callable[[], Raw],
        write: Callable[[str, object], None],
        inboxes: tuple[Inbox, ...],
    ) -> None:
        super().__init__()
        self._campaign = campaign
        self._write = write
        self._inboxes = inboxes

    def compose(self) -> ComposeResult:
        """The lines."""
        with Vertical(classes="box"):
            yield SafeStatic("Settings of the campaign", classes="title")
            yield LineTable(_COLUMNS)
            yield SafeStatic("enter changes it, esc leaves; every change is kept at once", classes="note")

    def on_mount(self) -> None:
        """Show what holds."""
        self._show()
        self.query_one(LineTable).focus()

    def _show(self) -> None:
        lines = list(setting_lines(self._campaign(), self._inboxes))
        table = self.query_one(LineTable)
        table.styles.height = 1 + len(lines)
        rows = [Row(line.id, {"name": Cell(line.name, "muted"), "value": line.value}) for line in lines]
        table.show(ListedRows(rows))

    def action_change(self) -> None:
        """The same as enter."""
        self.change()

    @on(LineTable.Opened)
    def change(self) -> None:
        """Ask for another value."""
        key = self.query_one(LineTable).cursor_id
        flag = next((default for name, _, default in _FLAGS if name == key), None)
        if key is None:
            return
        if flag is not None:
            now = self._campaign().get(key)
            self._put(key, not (now if isinstance(now, bool) else flag))
        else:
            self._ask(key)

    @work(group="setting", exclusive=True, exit_on_error=False)
    async def _ask(self, key: str) -> None:
        match key:
            case "name":
                await self._ask_text("name", "What is it called?", _name_fault, str)
            case "daily_limit":
                await self._ask_text(
                    "daily_limit",
                    "At most how many mails a day? Blank: no limit of its own.",
                    _limit_fault,
                    int,
                )
            case "inbox_ids":
                await self._ask_inboxes()
            case "week":
                await self._ask_week()
            case "timezone":
                await self._ask_zone()
            case "exclude_dates":
                await self._ask_dates()
            case _:
                await self._ask_date(key)

    async def _ask_text(
        self, key: str, title: str, fault: Callable[[str], str | None], kind: Callable[[str], object]
    ) -> None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        now = self._campaign().get(key)
        typed = await self.app.push_screen_wait(
            PromptDialog(title, text="" if now is None else str(now), check=fault)
        )
        if typed is not None:
            self._put(key, kind(typed.strip()) if typed.strip() else None)

    async def _ask_inboxes(self) -> None:
        from imail_tui.ui.screens.builder.inboxes_dialog import InboxesDialog

        chosen = self._campaign().get("inbox_ids")
        ids = [item for item in chosen if isinstance(item, str)] if isinstance(chosen, list) else []
        answer = await self.app.push_screen_wait(InboxesDialog(self._inboxes, ids))
        if answer is not None:
            self._put("inbox_ids", list(answer))

    async def _ask_week(self) -> None:
        from imail_tui.ui.screens.builder.week_dialog import WeekDialog

        answer = await self.app.push_screen_wait(WeekDialog(self._window()))
        if answer is not None:
            self._put("send_window", dict(answer))

    async def _ask_zone(self) -> None:
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        zones = [Choice(LEAD_ZONE, "each lead's own", "", "the workspace's for leads without one")]
        zones += [
            Choice(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"
        ]
        now = self._window().get("timezone")
        answer = await self.app.push_screen_wait(
            PickerDialog("Hours in which time zone?", zones, at=now if isinstance(now, str) else LEAD_ZONE)
        )
        if answer is not None:
            self._put_window("timezone", answer)

    async def _ask_date(self, key: str) -> None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        now = self._window().get(key)
        words = "first" if key == "start_date" else "last"
        typed = await self.app.push_screen_wait(
            PromptDialog(
                f"The {words} day mail may leave? Blank: any.",
                text=now if isinstance(now, str) else "",
                check=_date_fault,
            )
        )
        if typed is not None:
            self._put_window(key, typed.strip() or None)

    async def _ask_dates(self) -> None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        now = self._window().get("exclude_dates")
        dates = [item for item in now if isinstance(item, str)] if isinstance(now, list) else []
        typed = await self.app.push_screen_wait(
            PromptDialog(
                "No mail on which days? Such as 2026-12-24, 2026-12-25.",
                text=", ".join(dates),
                check=_dates_fault,
            )
        )
        if typed is not None:
            self._put_window("exclude_dates", re.findall(r"[^\s,]+", typed) or None)

    def _window(self) -> dict[str, object]:
        window = self._campaign().get("send_window")
        return dict(window) if is_object(window) else {}

    def _put_window(self, key: str, value: object) -> None:
        rest = {name: old for name, old in self._window().items() if name != key}
        self._put("send_window", rest if value is None else {**rest, key: value})

    def _put(self, key: str, value: object) -> None:
        self._write(key, value)
        self._show()


def setting_lines(campaign: Raw, inboxes: tuple[Inbox, ...]) -> Iterator[Setting]:
    """All settings in words; texts may be foreign."""
    name, limit = campaign.get("name"), campaign.get("daily_limit")
    yield Setting("name", "Name", name if isinstance(name, str) and name else "none yet")
    yield Setting("inbox_ids", "Inboxes", _inbox_words(campaign, inboxes))
    yield Setting(
        "daily_limit",
        "Daily limit",
        f"{count(limit)} mails" if isinstance(limit, int) else "no limit of its own",
    )
    window = read_window(campaign.get("send_window"))[0]
    days = (
        "weekdays"
        if window.days == frozenset(range(5))
        else ", ".join(DAY_NAMES[day] for day in sorted(window.days))
    )
    hours = f"{window.start // 60:02}:{window.start % 60:02} to {window.end // 60:02}:{window.end % 60:02}"
    yield Setting("week", "Send window", f"{hours}, {days if len(window.days) < 7 else 'every day'}")
    zone = "each lead's own" if window.timezone == LEAD_ZONE else window.timezone
    yield Setting("timezone", "Time zone", zone)
    yield Setting("start_date", "First day", str(window.first_date or "any"))
    yield Setting("end_date", "Last day", str(window.last_date or "any"))
    yield Setting("exclude_dates", "Not on", ", ".join(map(str, sorted(window.excluded))) or "–")
    for key, words, default in _FLAGS:
        value = campaign.get(key)
        yield Setting(key, words, "yes" if (value if isinstance(value, bool) else default) else "no")


def _inbox_words(campaign: Raw, inboxes: tuple[Inbox, ...]) -> str:
    chosen = campaign.get("inbox_ids")
    named = [item for item in chosen if isinstance(item, str)] if isinstance(chosen, list) else []
    known = [inbox for inbox in inboxes if inbox.id in named or inbox.email in named]
    if not named:
        return "none yet"
    limits = [inbox.daily_limit or 0 for inbox in known if inbox.status == "connected"]
    lost = len(named) - len(limits)
    words = f"{plural(len(named), 'inbox')}, {count(sum(limits))} mails a day"
    return f"{words}, {lost} not connected" if lost else words


def inbox_note(inbox: Inbox) -> str:
    """State, capacity and health of an inbox in one line."""
    health = (("SPF", inbox.health.spf), ("DKIM", inbox.health.dkim), ("DMARC", inbox.health.dmarc))
    failing = [name for name, state in health if state == "fail"]
    warm = f", warmup day {inbox.warmup.day}" if inbox.warmup.enabled and inbox.warmup.day is not None else ""
    bad = f", {' '.join(failing)} fails" if failing else ""
    return f"{inbox_mark(inbox.status)}  {of(inbox.sent_today, inbox.daily_limit)} today{warm}{bad}"


def _name_fault(text: str) -> str | None:
    if not text.strip():
        return "A name is needed."
    return None if len(text) <= MAX_NAME else f"At most {MAX_NAME} characters."


def _limit_fault(text: str) -> str | None:
    good = not text.strip() or (text.strip().isdecimal() and 1 <= int(text) <= 1_000_000)
    return None if good else "A whole number of at least 1."


def _date_fault(text: str) -> str | None:
    try:
        if text.strip():
            date.fromisoformat(text.strip())
    except ValueError:
        return "A date such as 2026-12-01."
    return None


def _dates_fault(text: str) -> str | None:
    return next((fault for item in re.findall(r"[^\s,]+", text) if (fault := _date_fault(item))), None)
