"""How a session reaches its server: a client for each key, under that key's budget, and the host's health."""

from collections.abc import Callable

from imail_tui.api.client import ImailClient
from imail_tui.api.exchange import Exchange
from imail_tui.domain.budget import SURGE_BURST, SURGE_RATE, Priority
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.model.secret import Secret
from imail_tui.model.status import Budget, BudgetDetail
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.host_health import open_host
from imail_tui.services.shared_budget import open_limiter
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile


class Access:
    """Opens clients. Budgets and health are shared with all processes of this machine."""

    def __init__(
        self,
        paths: Paths,
        profile: Profile,
        on_exchange: Callable[[Exchange], None],
        capabilities: Callable[[], Capabilities] = lambda: UNKNOWN,
    ) -> None:
        self._paths = paths
        self._profile = profile
        self._on_exchange = on_exchange
        self._capabilities = capabilities
        self._health = open_host(paths, profile.base_url)
        self._limiters: dict[Secret, BudgetLimiter] = {}
        self._plan: tuple[float, float] | None = None

    def open_client(self, secret: Secret) -> ImailClient:
        """A client for a key; the caller closes it."""
        limiter = self._limiters.get(secret)
        if limiter is None:
            limiter = open_limiter(self._paths, secret, self._profile.base_url)
            self._limiters[secret] = limiter
            if self._plan is not None:
                limiter.configure(*self._plan)
        return ImailClient(
            secret,
            self._profile.base_url,
            limiter=limiter,
            health=self._health,
            version=self._profile.api_version,
            on_exchange=self._on_exchange,
            capabilities=self._capabilities,
            clock=limiter.clock,
        )

    def configure(self, requests_per_minute: float, burst: float) -> None:
        """The workspace told its limits; they hold for every key of it."""
        self._plan = requests_per_minute, burst
        for limiter in self._limiters.values():
            limiter.configure(requests_per_minute, burst)

    def attend(self) -> None:
        """A person did something."""
        for limiter in self._limiters.values():
            limiter.attend()

    def turn_away(self, priority: Priority) -> None:
        """Whatever waits for a token in a class fails with `RateLimited` instead."""
        for limiter in self._limiters.values():
            limiter.turn_away(priority)

    @property
    def host_is_failing(self) -> bool:
        """Whether only single attempts look if the server is back."""
        return self._health.failing

    def budget(self, secret: Secret | None) -> Budget:
        """The budget of a key in short, unknown while it has no client."""
        limiter = None if secret is None else self._limiters.get(secret)
        return Budget() if limiter is None else limiter.snapshot()

    def budget_detail(self, secret: Secret | None) -> BudgetDetail:
        """All about the budget of a key; what is assumed at first while it has no client."""
        limiter = None if secret is None else self._limiters.get(secret)
        return BudgetDetail(None, SURGE_BURST, SURGE_RATE) if limiter is None else limiter.detail()

    def close(self) -> None:
        """Leave the budgets to the others. The clients must be closed."""
        for limiter in self._limiters.values():
            limiter.close()
        self._health.close()
