"""A session without a server, a list of it, and the app over both: for tests of the frame and its areas."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.style import Style
from textual.app import App
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerFailed

from imail_tui.domain.alerts import Alert, AlertSettings
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import SPECS, Sort, key_of, searched_text
from imail_tui.model.inboxes import Inbox
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.model.status import Budget, BudgetDetail, Link, Status
from imail_tui.services.signals import Signal
from imail_tui.services.undo import UndoList
from imail_tui.ui import areas
from imail_tui.ui.app import ImailApp
from imail_tui.ui.areas import Area
from imail_tui.ui.commands.command import Command, CommandGroup, Subject
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SPEC = SPECS["inboxes"]
STATUS = Status(
    workspace="Acme Outbound",
    mode="test",
    link=Link.ONLINE,
    budget=Budget(180, 240),
    unread=3,
    disconnected=1,
)


class MemoryState:
    """UI state that is forgotten with the test."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def recall(self, name: str) -> str | None:
        return self.kept.get(name)

    def remember(self, name: str, value: str) -> None:
        self.kept[name] = value


@dataclass(frozen=True)
class Profile:
    name: str = "default"
    base_url: str = "http://127.0.0.1:1/v1"
    api_version: str | None = None


class QuietFeed:
    """A feed that only notes that it was started."""

    def __init__(self) -> None:
        self.started = False

    def start(self) -> None:
        self.started = True


class Guard:
    """A key guard that says what a test lets it say."""

    def __init__(self) -> None:
        self.wanted: Signal[Problem] = Signal()
        self.replaced: Signal[str] = Signal()
        self.started = False

    def start(self) -> None:
        self.started = True


class ListedWindow:
    """Rows of a `ListedService` as they were when it was made or refreshed."""

    def __init__(self, look: Callable[[], list[Json]]) -> None:
        self._look = look
        self._rows = look()

    @property
    def total(self) -> int:
        return len(self._rows)

    def rows(self, start: int, count: int) -> list[Json]:
        return self._rows[start : start + count]

    def position(self, row_id: str) -> int | None:
        return next((place for place, row in enumerate(self._rows) if row["id"] == row_id), None)

    def refresh(self) -> None:
        self._rows = self._look()

    def close(self) -> None:
        pass


class ListedService:
    """Inboxes from a list; `fails` is raised by the next fetch."""

    kind = "inboxes"

    def __init__(self, rows: Sequence[Json] = ()) -> None:
        self.stored = list(rows)
        self.complete = True
        self.changed: Signal[frozenset[str]] = Signal()
        self.fails: Exception | None = None
        self.searched: list[str] = []

    def window(self, rows: Filter, sort: Sort | None) -> ListedWindow:
        def look() -> list[Json]:
            found = [
                row
                for row in self.stored
                if all(word.casefold() in searched_text(SPEC, row) for word in rows.words)
            ]
            by = SPEC.field((sort or SPEC.order).field)
            assert by is not None
            return sorted(found, key=lambda row: str(key_of(by, row)), reverse=bool(sort and sort.descending))

        return ListedWindow(look)

    def parse(self, row: Json) -> Inbox:
        return Inbox.model_validate(row)

    def get(self, record_id: str) -> Inbox | None:
        return next((self.parse(row) for row in self.stored if row["id"] == record_id), None)

    def age(self) -> float | None:
        return 12.0

    async def refresh(self, *, urgent: bool) -> None:
        error, self.fails = self.fails, None
        if error is not None:
            raise error

    async def load_more(self) -> bool:
        return False

    async def search(self, words: str) -> None:
        self.searched.append(words)


@dataclass
class QuietAlerts:
    """Alerts a test puts there."""

    told: Signal[Alert] = field(default_factory=Signal)
    standing: tuple[Alert, ...] = ()
    acknowledged: list[str] = field(default_factory=list)
    settings: AlertSettings | None = None

    def start(self) -> None:
        pass

    def use(self, settings: AlertSettings) -> None:
        self.settings = settings

    def acknowledge(self, *causes: str) -> None:
        self.acknowledged += causes or [alert.cause for alert in self.standing]


@dataclass(eq=False)
class FakeSession:
    """As much of a session as the frame asks for."""

    inboxes: ListedService = field(default_factory=ListedService)
    status: Status = STATUS
    profile: Profile = Profile()
    key_source: str = "environment"
    key_shown: str = "imk_…9f3a"
    key_keeping: Keeping = Keeping.NOT
    key_guard: Guard = field(default_factory=Guard)
    detail: BudgetDetail = field(default_factory=lambda: BudgetDetail(180.0, 240.0, 100 / 60))
    used: list[Secret] = field(default_factory=list)
    use_fails: Exception | None = None
    kept_in_file: list[bool] = field(default_factory=list)
    keep_fails: Exception | None = None
    ui_state: MemoryState = field(default_factory=MemoryState)
    status_changed: Signal[Status] = field(default_factory=Signal)
    capabilities: Capabilities = UNKNOWN
    capabilities_changed: Signal[Capabilities] = field(default_factory=Signal)
    noticed: Signal[Problem] = field(default_factory=Signal)
    feed: QuietFeed = field(default_factory=QuietFeed)
    undo: UndoList = field(default_factory=UndoList)
    alerts: QuietAlerts = field(default_factory=QuietAlerts)
    connect_fails: Exception | None = None
    closed: bool = False
    resumed: bool = False
    attended: int = 0

    def now(self) -> datetime:
        return NOW

    async def connect(self) -> None:
        if self.connect_fails is not None:
            raise self.connect_fails

    def resume(self) -> None:
        self.resumed = True

    async def close(self) -> None:
        self.closed = True

    def attend(self) -> None:
        self.attended += 1

    def budget_detail(self) -> BudgetDetail:
        return self.detail

    async def use_key(self, secret: Secret) -> None:
        self.used.append(secret)
        if self.use_fails is not None:
            raise self.use_fails

    async def keep_key(self, *, in_file: bool) -> str:
        self.kept_in_file.append(in_file)
        if self.keep_fails is not None:
            raise self.keep_fails
        return "the keyring"

    def becomes(self, status: Status) -> None:
        """Another status, told to whoever listens."""
        self.status = status
        self.status_changed.emit(status)


def _is_connected(subject: Subject) -> str | None:
    inbox = subject.record
    if isinstance(inbox, Inbox) and inbox.status == "connected":
        return None
    return "the inbox is not connected"


COMMANDS = CommandGroup(
    "mail",
    "Mail",
    (
        Command("mail.pause", "Pause", "Stop the inbox.", "p", "pause", _is_connected, hint="pause"),
        Command("mail.break", "Break", "Raise what is no problem.", "b", "broken"),
    ),
)


class MailScreen(ListScreen[Inbox]):
    """A small list area."""

    AREA = areas.INBOXES
    GROUP = COMMANDS
    MARKS = True
    COLUMNS = (
        Column("email", "Inbox", 20, weight=1, sortable=True),
        Column("status", "Status", 14, sortable=True),
    )
    EMPTY = "No inboxes yet."

    session: FakeSession

    def __init__(self, session: FakeSession, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self.paused: list[str] = []

    @property
    def service(self) -> ListedService:
        return self.session.inboxes

    def row(self, record: Inbox) -> Row:
        return Row(record.id, {"email": record.email, "status": Cell(record.status, "good")})

    def detail(self, record: Inbox) -> Content:
        return styled("page of ", record.email)

    def copied(self, record: Inbox) -> str:
        return record.email

    def action_pause(self) -> None:
        record = self.record
        assert record is not None
        self.paused.append(record.id)

    def action_broken(self) -> None:
        raise RuntimeError("imk_live_0123456789abcdefSECRET in a message \x1b]0;owned\x07")


class MailApp(ImailApp):
    """The real app with the small area in the place of the inboxes."""

    def __init__(self, session: FakeSession | None = None, options: UiOptions | None = None) -> None:
        self.mail = session or FakeSession(ListedService(inboxes(5)))
        super().__init__(self.mail, options=options or UiOptions(status_seconds=None))

    def _area_screen(self, area: Area) -> Screen[None]:
        if area is areas.INBOXES:
            return MailScreen(self.mail, self.options)
        return super()._area_screen(area)


def inboxes(count: int) -> list[Json]:
    """Rows: every third is disconnected."""
    return [
        {
            "id": f"ibx_{number}",
            "email": f"box{number:02}@example.com",
            "status": "disconnected" if number % 3 == 2 else "connected",
        }
        for number in range(count)
    ]


@asynccontextmanager
async def running(app: ImailApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The app on a terminal of a size, with its workers at rest."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield pilot


async def settled(pilot: Pilot[None]) -> None:
    """All messages handled and all workers that wait for nobody done."""
    await pilot.pause()
    for worker in [each for each in pilot.app.workers if each.group not in ("dialog", "sort", "quit")]:
        with suppress(WorkerFailed):
            await worker.wait()
    await pilot.pause()


def text_of(app: App[None]) -> str:
    """What the screen on top draws, as lines."""
    return "\n".join(line.text.rstrip() for line in app.screen._compositor.render_strips())


def styles_of(app: App[None]) -> list[Style]:
    """All styles that the screen on top draws with."""
    lines = app.screen._compositor.render_strips()
    return [segment.style for line in lines for segment in line if segment.style is not None]


def frame(app: ImailApp) -> FrameScreen:
    """The screen on show."""
    screen = app.screen
    assert isinstance(screen, FrameScreen)
    return screen
