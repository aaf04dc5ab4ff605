"""Secret stores for a process under test: PYTHON_KEYRING_BACKEND=tests.fakes.keyrings.HangingKeyring.

IMAIL_TEST_KEYRING names a folder. The keys are in it, and a file `asked` once the store was asked.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FOLDER: Final = "IMAIL_TEST_KEYRING"
SLOW_SECONDS: Final = 2.0
_released: Final = threading.Event()


class WorkingKeyring(KeyringBackend):
    """Keeps keys for all processes that name its folder."""

    priority = -1  # never chosen by itself: keyring considers every backend class it has seen

    def get_password(self, service: str, username: str) -> str | None:
        asked()
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep({**self._kept(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("not there")
        self._keep(kept)

    def _file(self) -> Path:
        return folder() / "keys.json"

    def _kept(self) -> dict[str, str]:
        file = self._file()
        return dict(json.loads(file.read_bytes())) if file.exists() else {}

    def _keep(self, kept: Mapping[str, str]) -> None:
        self._file().write_text(json.dumps(kept), encoding="utf-8")


class SlowKeyring(WorkingKeyring):
    """Answers after SLOW_SECONDS, as one that starts a service first."""

    def get_password(self, service: str, username: str) -> str | None:
        asked()
        time.sleep(SLOW_SECONDS)
        return super().get_password(service, username)


class HangingKeyring(WorkingKeyring):
    """Never answers, as a bus with nobody behind it."""

    def get_password(self, service: str, username: str) -> str | None:
        asked()
        _released.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)

    def delete_password(self, service: str, username: str) -> None:
        self.get_password(service, username)


class LockedKeyring(WorkingKeyring):
    """Nobody unlocks it; its words quote what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        asked()
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"cannot store {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("locked")


def backend_environment(backend: type[object], place: Path) -> dict[str, str]:
    """The variables that make a process use a store of this kind with its keys in `place`."""
    place.mkdir(exist_ok=True)
    return {"PYTHON_KEYRING_BACKEND": f"{backend.__module__}.{backend.__qualname__}", FOLDER: str(place)}


@contextmanager
def keyring_in_use(backend: type[object], place: Path) -> Iterator[None]:
    """This process has a store of this kind inside the block."""
    before = keyring.get_keyring()
    variables = backend_environment(backend, place)
    with patch.dict(os.environ, variables):
        keyring.set_keyring(keyring.core.load_keyring(variables["PYTHON_KEYRING_BACKEND"]))
        try:
            yield
        finally:
            keyring.set_keyring(before)
            _let_go()


def _let_go() -> None:
    """End the threads of this process that hang in a store."""
    _released.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join()
    _released.clear()


def folder() -> Path:
    """Where the store of this process is."""
    return Path(os.environ[FOLDER])


def asked() -> None:
    """Leave word that the store was asked."""
    (folder() / "asked").touch()
