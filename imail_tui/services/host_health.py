"""How a server does, remembered for all processes of this machine: circuit and retry quota."""

from collections.abc import Callable
from urllib.parse import urlsplit

from imail_tui.api.health import Admission
from imail_tui.domain import host_health
from imail_tui.domain.host_health import Health
from imail_tui.services.shared_state import KeptState, SharedState, StateBusy
from imail_tui.store.paths import Paths
from imail_tui.store.shared_records import read_health, write_record
from imail_tui.store.shared_rows import SharedRows, boot_seconds

_BUSY_WAIT = 0.005


class WatchedHost:
    """The `api.health.HostHealth` over a kept state. `clock` gives the state's seconds."""

    def __init__(self, kept: KeptState[Health], clock: Callable[[], float] = boot_seconds) -> None:
        self._kept = kept
        self._clock = clock

    def admit(self) -> Admission:
        """Ask to send an attempt. While the server is well nothing is written."""
        health = self._kept.look()
        if not host_health.is_failing(health):
            return Admission()
        now = self._clock()
        try:
            wait = self._kept.change(lambda state: host_health.admit(state, now))
        except StateBusy:
            wait = _BUSY_WAIT
        return Admission(wait, health.silent)

    def succeeded(self) -> None:
        """The server answered as it should, a refusal included."""
        if self._kept.look() != Health():
            self._note(lambda state: (host_health.succeeded(state), None))

    def failed(self, *, silent: bool) -> None:
        """A 5xx, or (`silent`) no answer at all."""
        now = self._clock()
        self._note(lambda state: (host_health.failed(state, silent=silent, now=now), None))

    def may_retry(self, *, after_timeout: bool) -> bool:
        """Whether one more attempt of a failed call is within the quota; if so it is paid for."""
        try:
            return self._kept.change(
                lambda state: host_health.spend_retry(state, after_timeout=after_timeout)
            )
        except StateBusy:
            return True

    @property
    def failing(self) -> bool:
        """Whether only single attempts look if the server is back."""
        return host_health.is_failing(self._kept.look())

    def close(self) -> None:
        """Let go of the file."""
        self._kept.close()

    def _note(self, transition: Callable[[Health], tuple[Health, None]]) -> None:
        try:
            self._kept.change(transition)
        except StateBusy:
            # One success or failure less: the next one counts.
            return


def open_host(paths: Paths, base_url: str, *, clock: Callable[[], float] = boot_seconds) -> WatchedHost:
    """The health of a server's host, shared with all processes of this machine."""
    kept: SharedState[Health] = SharedState(
        SharedRows(paths.budget_file),
        f"host {urlsplit(base_url).netloc}",
        read=read_health,
        write=write_record,
        begin=lambda _: Health(),
        alone=lambda seen: seen or Health(),
        clock=clock,
    )
    return WatchedHost(kept, clock)
