"""What the frame needs of the services: just this, so that any session that has it will do."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from imail_tui.domain.alerts import Alert, AlertSettings
from imail_tui.domain.capabilities import Capabilities
from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import Sort
from imail_tui.model.acts import Done
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.model.status import BudgetDetail, Status

if TYPE_CHECKING:
    from imail_tui.services.known_profiles import KnownProfile

T_co = TypeVar("T_co", covariant=True)


class Told(Protocol[T_co]):
    """A signal one can listen to; the returned function ends it."""

    def subscribe(self, listener: Callable[[T_co], None], /) -> Callable[[], None]:
        """Listen from now on."""


class UiState(Protocol):
    """Small things that survive a restart, by name: filters, sorts, the theme, the last area."""

    def recall(self, name: str, /) -> str | None:
        """What was remembered, None if nothing was."""

    def remember(self, name: str, value: str, /) -> None:
        """Keep it; returns at once."""


class AlertsPort(Protocol):
    """What is worth interrupting a person for, once started."""

    @property
    def told(self) -> Told[Alert]:
        """Alerts to tell a person of, each once."""

    @property
    def standing(self) -> tuple[Alert, ...]:
        """All that stand, the newest first."""

    def start(self) -> None:
        """Begin; once is enough."""

    def use(self, settings: AlertSettings) -> None:
        """Go by other rules from now on."""

    def acknowledge(self, *causes: str) -> None:
        """A person has seen these; without a cause all."""


class UndoPort(Protocol):
    """What was done in this run."""

    @property
    def entries(self) -> tuple[Done, ...]:
        """All that was done, the latest first."""

    async def undo(self, entry_id: str | None = None, /) -> str | None:
        """Take an act back, the latest unless told which; says what became of that, None = there is none.

        Raises an error that carries a Problem.
        """


class Follower(Protocol):
    """What keeps the data fresh in the background."""

    def start(self) -> None:
        """Begin; once is enough."""


class KeyGuard(Protocol):
    """Watches over the key, once started."""

    @property
    def wanted(self) -> Told[Problem]:
        """Told once for each refusal that only a person can end."""

    @property
    def replaced(self) -> Told[str]:
        """Told in a few words when another key was found where the first one was."""

    def start(self) -> None:
        """Let jobs and background calls wait for a good key from now on."""


class ProfileFacts(Protocol):
    """Which server, as which profile."""

    @property
    def name(self) -> str:
        """The profile's name."""

    @property
    def base_url(self) -> str:
        """The server."""

    @property
    def api_version(self) -> str | None:
        """The API version it is pinned to, None = the newest."""


class FrameSession(Protocol):
    """The session, as far as every area shows it."""

    @property
    def profile(self) -> ProfileFacts:
        """Where it leads."""

    @property
    def key_source(self) -> str:
        """Where the key came from, in a word or two."""

    @property
    def key_shown(self) -> str:
        """The key's kind and its last four characters at most."""

    @property
    def key_keeping(self) -> Keeping:
        """How the key is kept."""

    @property
    def key_guard(self) -> KeyGuard:
        """What happens when the key is refused."""

    @property
    def feed(self) -> Follower:
        """Follows what happens in the workspace."""

    @property
    def alerts(self) -> AlertsPort:
        """What is worth interrupting a person for."""

    @property
    def undo(self) -> UndoPort:
        """What a person did and can take back."""

    @property
    def noticed(self) -> Told[Problem]:
        """Told of what a person should hear once."""

    @property
    def status(self) -> Status:
        """The present picture for the status line."""

    @property
    def status_changed(self) -> Told[Status]:
        """Told on the event loop when the picture differs."""

    @property
    def capabilities(self) -> Capabilities:
        """What the server offers, as far as is known now."""

    @property
    def capabilities_changed(self) -> Told[Capabilities]:
        """Told when that is known, or differs from before."""

    @property
    def ui_state(self) -> UiState:
        """What to restore."""

    def now(self) -> datetime:
        """World time: what ages are measured against."""

    def attend(self) -> None:
        """Hear that a person did something, as often as they do."""

    def budget_detail(self) -> BudgetDetail:
        """The request budget at this moment."""

    async def connect(self) -> None:
        """Read the workspace. Raises ApiError."""

    def resume(self) -> None:
        """Go on with what an earlier run left on its way."""

    async def use_key(self, secret: Secret, /) -> None:
        """Go on with another key of the same workspace.

        Raises ApiError, or an error that carries a Problem for a key of another workspace.
        """

    async def keep_key(self, *, in_file: bool) -> str:
        """Keep the key in use; says in words where. Raises an error that carries a Problem."""

    async def close(self) -> None:
        """End everything the session runs."""


class RowWindow(Protocol):
    """A list under a filter and in an order; stands still until `refresh`."""

    @property
    def total(self) -> int:
        """Rows in the window."""

    def rows(self, start: int, count: int, /) -> list[Json]:
        """Some rows, as the server sent them."""

    def position(self, row_id: str, /) -> int | None:
        """Where a row stands."""

    def refresh(self) -> None:
        """Look at the present."""

    def close(self) -> None:
        """Let go of what it holds."""


class ListService(Protocol[T_co]):
    """A collection of records of one kind: the cached rows at once, the server's after `refresh`."""

    @property
    def kind(self) -> str:
        """Which of `domain.listing.SPECS` says what it can be sorted and filtered by."""

    @property
    def complete(self) -> bool:
        """Whether everything the server has is here."""

    @property
    def changed(self) -> Told[frozenset[str]]:
        """Told with the ids of rows that really differ."""

    def window(self, rows: Filter, sort: Sort | None, /) -> RowWindow:
        """Rows from the cache, at once."""

    def parse(self, row: Json, /) -> T_co:
        """A row as a record."""

    def get(self, record_id: str, /) -> T_co | None:
        """One record from the cache."""

    def age(self) -> float | None:
        """Seconds since rows were fetched, None = never."""

    async def refresh(self, *, urgent: bool) -> object:
        """Fetch; `urgent` when a person waits. Raises ApiError."""

    async def load_more(self) -> bool:
        """Fetch the next page; False when there is none. Raises ApiError."""

    async def search(self, words: str, /) -> object:
        """Let the server search and keep what it finds. Raises ApiError."""


class WayIn(Protocol):
    """How a newcomer gets a session: `services.onboarding.Onboarding`."""

    @property
    def base_url(self) -> str:
        """The server that keys are checked against."""

    async def find_kept(self) -> FrameSession | None:
        """A session with a key kept earlier, None if there is none; may take seconds.

        Raises an error that carries a Problem.
        """

    async def use_key(self, typed: str, /) -> FrameSession:
        """A session for a key the server accepts. Raises an error that carries a Problem."""

    async def keep(self, typed: str, /, *, in_file: bool) -> str:
        """Keep an accepted key; says in words where. Raises an error that carries a Problem."""

    async def start_sandbox(self) -> FrameSession:
        """A session on a sandbox. Raises an error that carries a Problem."""

    def close(self) -> None:
        """End a sandbox it started; may take seconds. Closing twice does no harm."""


class Workspaces(Protocol):
    """Where a running app can go: `services.workspaces.Workspaces`.

    What fails raises an error that carries a Problem.
    """

    @property
    def default_server(self) -> str:
        """The server of a new profile, unless told otherwise."""

    def known(self) -> "Sequence[KnownProfile]":
        """All profiles, at once."""

    def open(self, name: str, /) -> FrameSession | None:
        """A session that shows its cache at once; None where the key has to be looked for or given."""

    def way_in(self, name: str, /) -> WayIn:
        """How to get into a known profile whose key is not at hand."""

    def way_to_add(self, name: str, server: str, /) -> WayIn:
        """How to get into a new profile."""

    def name_fault(self, name: str, /) -> str | None:
        """What is wrong with the name of a new profile, None = nothing."""

    def server_fault(self, server: str, /) -> str | None:
        """What is wrong with the address of a server, None = nothing."""
