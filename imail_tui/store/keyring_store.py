"""The system's secret store, behind a time limit: it may be absent, locked, or never answer.

Importing the library costs up to half a second and finding a backend may already ask a bus, so all of it
happens in a daemon thread that is left behind when it does not come back.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from imail_tui.model.secret import Secret

LIMIT_SECONDS = 3.0
_SERVICE = "imail-tui"
_T = TypeVar("_T")


class NoKeyring(Exception):
    """There is no usable secret store; the message says why, without any secret."""


def read(account: str, seconds: float = LIMIT_SECONDS) -> Secret | None:
    """The key kept for an account. Raises NoKeyring."""

    def find() -> Secret | None:
        import keyring

        _require_real_backend()
        value = keyring.get_password(_SERVICE, account)
        return Secret(value) if value else None

    return _limited(find, seconds)


def write(account: str, secret: Secret, seconds: float = LIMIT_SECONDS) -> None:
    """Keep a key, and make sure that it can be read back. Raises NoKeyring."""

    def keep() -> bool:
        import keyring

        _require_real_backend()
        keyring.set_password(_SERVICE, account, secret.reveal())
        return keyring.get_password(_SERVICE, account) == secret.reveal()

    if not _limited(keep, seconds):
        raise NoKeyring("the secret store does not give back what it was given")


def delete(account: str, seconds: float = LIMIT_SECONDS) -> None:
    """Forget a key; one that is not there is fine. Raises NoKeyring."""

    def forget() -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        _require_real_backend()
        try:
            keyring.delete_password(_SERVICE, account)
        except PasswordDeleteError:
            return

    _limited(forget, seconds)


def _require_real_backend() -> None:
    """Raises NoKeyring for backends that keep nothing, or keep it in plain text."""
    import keyring

    backend = keyring.get_keyring()
    module = type(backend).__module__
    if module.startswith("keyring.backends.chainer"):
        backends: list[object] = list(getattr(backend, "backends", []))
        real = [each for each in backends if _is_real(type(each).__module__)]
        if not real or real != backends:
            raise NoKeyring("no secret store is running here")
    elif not _is_real(module):
        raise NoKeyring("no secret store is running here")


def _is_real(module: str) -> bool:
    return not module.startswith(
        ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")
    )


def _limited(work: Callable[[], _T], seconds: float) -> _T:
    values: list[_T] = []
    failures: list[NoKeyring] = []

    def run() -> None:
        try:
            values.append(work())
        except NoKeyring as error:
            failures.append(error)
        except Exception as error:
            # Backends raise what they like; the words may quote what was to be kept.
            failures.append(NoKeyring(f"the secret store failed ({type(error).__name__})"))

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not values:
        raise NoKeyring(f"the secret store did not answer within {seconds:g} s")
    return values[0]
