"""The system's secret store, behind a time limit: it may be absent, locked, or never answer.

Importing the library costs up to half a second and finding a backend may already ask a bus, so all of it
happens in a daemon thread that is left behind when it does not come back.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from imail_tui.model.secret import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

LIMIT_SECONDS = 3.0
_SERVICE = "imail-tui"
_T = TypeVar("_T")
_hanging: list[threading.Thread] = []
"""Threads whose time was over. While one of them is stuck another would only get stuck too."""


class KeyringState(StrEnum):
    """How the secret store was found."""

    REACHABLE = "reachable"
    ABSENT = "absent"
    LOCKED = "locked"
    SILENT = "silent"
    """It did not answer in time."""
    BROKEN = "broken"


class NoKeyring(Exception):
    """There is no usable secret store; the message says why, without any secret."""

    def __init__(self, why: str, state: KeyringState) -> None:
        super().__init__(why)
        self.state = state


@dataclass(frozen=True, slots=True)
class KeyringReport:
    """The secret store as it is now: its name and what is wrong with it, where there is something to say."""

    state: KeyringState
    backend: str = ""
    why: str = ""


def read(account: str, seconds: float = LIMIT_SECONDS) -> Secret | None:
    """The key kept for an account. Raises NoKeyring."""

    def find() -> Secret | None:
        for backend in _real_backends():
            value = backend.get_password(_SERVICE, account)
            if value:
                return Secret(value)
        return None

    return _limited(find, seconds)


def write(account: str, secret: Secret, seconds: float = LIMIT_SECONDS) -> None:
    """Keep a key, and make sure that it can be read back. Raises NoKeyring."""

    def keep() -> bool:
        backend = _real_backends()[0]
        backend.set_password(_SERVICE, account, secret.reveal())
        return backend.get_password(_SERVICE, account) == secret.reveal()

    if not _limited(keep, seconds):
        raise NoKeyring("the secret store does not give back what it was given", KeyringState.BROKEN)


def delete(account: str, seconds: float = LIMIT_SECONDS) -> None:
    """Forget a key; one that is not there is fine. Raises NoKeyring."""

    def forget() -> None:
        for backend in _real_backends():
            # Deleting what is not there is an error of a kind that each backend chooses for itself.
            if backend.get_password(_SERVICE, account) is not None:
                backend.delete_password(_SERVICE, account)

    _limited(forget, seconds)


def report(seconds: float = LIMIT_SECONDS) -> KeyringReport:
    """Ask the secret store for something that is not there, to see whether it answers."""
    names: list[str] = []

    def probe() -> None:
        for backend in _real_backends():
            names.append(f"{type(backend).__module__}.{type(backend).__qualname__}")
            backend.get_password(_SERVICE, "probe")

    try:
        _limited(probe, seconds)
    except NoKeyring as error:
        return KeyringReport(error.state, ", ".join(names), str(error))
    return KeyringReport(KeyringState.REACHABLE, ", ".join(names))


def _real_backends() -> "Sequence[KeyringBackend]":
    """At least one backend, the preferred first; none that keeps nothing or keeps it in plain text.

    Of a chain the usable ones are taken. Raises NoKeyring.
    """
    import keyring

    backend = keyring.get_keyring()
    chained: list[KeyringBackend] = list(getattr(backend, "backends", [backend]))
    real = [each for each in chained if _is_real(type(each).__module__)]
    if not real:
        raise NoKeyring("no secret store is running here", KeyringState.ABSENT)
    return real


def _is_real(module: str) -> bool:
    return not module.startswith(
        ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")
    )


def _limited(work: Callable[[], _T], seconds: float) -> _T:
    _hanging[:] = [thread for thread in _hanging if thread.is_alive()]
    if _hanging:
        raise NoKeyring("the secret store still does not answer", KeyringState.SILENT)
    values: list[_T] = []
    failures: list[NoKeyring] = []

    def run() -> None:
        try:
            values.append(work())
        except NoKeyring as error:
            failures.append(error)
        except Exception as error:
            failures.append(_failure(error))

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not values:
        _hanging.append(thread)
        raise NoKeyring(f"the secret store did not answer within {seconds:g} s", KeyringState.SILENT)
    return values[0]


def _failure(error: Exception) -> NoKeyring:
    """Backends raise what they like; the words are not repeated, they may quote what was to be kept."""
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(error, KeyringLocked):
        return NoKeyring("the secret store is locked", KeyringState.LOCKED)
    if isinstance(error, NoKeyringError):
        return NoKeyring("no secret store is running here", KeyringState.ABSENT)
    return NoKeyring(f"the secret store failed ({type(error).__name__})", KeyringState.BROKEN)
