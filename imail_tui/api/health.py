"""The seam to a server's health: the API layer asks before it sends, services remember for all processes."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether an attempt may go: in `wait` seconds, 0 = now. `silent`: the server last gave no answer."""

    wait: float = 0.0
    silent: bool = False


class HostHealth(Protocol):
    """How one server does: a circuit, and a quota of retries."""

    def admit(self) -> Admission:
        """Ask to send an attempt."""
        ...

    def succeeded(self) -> None:
        """The server answered as it should, a refusal included."""
        ...

    def failed(self, *, silent: bool) -> None:
        """A 5xx, or (`silent`) no answer at all."""
        ...

    def may_retry(self, *, after_timeout: bool) -> bool:
        """Whether one more attempt of a failed call is within the quota; if so it is paid for."""
        ...

    @property
    def failing(self) -> bool:
        """Whether only single attempts look if the server is back."""
        ...


class Unwatched:
    """A server asked so rarely that nothing needs to be remembered about it."""

    failing = False

    def admit(self) -> Admission:
        """Always now."""
        return Admission()

    def succeeded(self) -> None:
        """Nothing to remember."""

    def failed(self, *, silent: bool) -> None:
        """Nothing to remember."""

    def may_retry(self, *, after_timeout: bool) -> bool:
        """Always."""
        del after_timeout
        return True
