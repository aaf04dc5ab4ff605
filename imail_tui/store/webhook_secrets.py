"""The signing secrets of a workspace's webhooks: shown once by the server, so kept when they are made.

All of one profile are one entry of the secret store, or one private file where a person agreed to that.
After a rotation the one before is kept too: it signs for another day.
"""

import json
from pathlib import Path

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.store import keyring_store
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.keyring_store import NoKeyring
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import KEYRING, KeyFailed, file_in_words

KEPT_OF_EACH = 2
"""The newest secret of a webhook and the one it replaced."""

_Kept = dict[str, list[str]]


class WebhookSecrets:
    """The secrets kept for one profile on one server. Everything raises KeyFailed."""

    def __init__(self, paths: Paths, profile: Profile) -> None:
        self._file = paths.webhook_secrets_file(profile.name, profile.base_url)
        self._account = f"webhooks of {profile.name} at {profile.base_url}"

    def all(self) -> tuple[Secret, ...]:
        """Every secret kept, the newest of each webhook first."""
        found = [secrets for kept in (self._in_file(), self._in_keyring()) for secrets in kept.values()]
        newest_first = sorted(
            ((place, secret) for secrets in found for place, secret in enumerate(secrets)),
            key=lambda each: each[0],
        )
        return tuple(Secret(secret) for _, secret in newest_first)

    def keep(self, webhook_id: str, secret: Secret, *, in_file: bool) -> str:
        """Keep a webhook's new secret; returns where, in words."""
        kept = self._in_file() if in_file else self._in_keyring(asked=True)
        before = kept.get(webhook_id, [])
        kept[webhook_id] = [secret.reveal(), *before][:KEPT_OF_EACH]
        self._write(kept, in_file=in_file)
        return file_in_words(self._file) if in_file else KEYRING

    def forget(self, webhook_id: str) -> None:
        """Forget a webhook's secrets, wherever they are."""
        for kept, in_file in ((self._in_file(), True), (self._in_keyring(), False)):
            if kept.pop(webhook_id, None) is not None:
                self._write(kept, in_file=in_file)

    def _in_file(self) -> _Kept:
        try:
            return _read(read_checked(self._file, private=True).decode(errors="replace"))
        except FileNotFoundError:
            return {}
        except FileRefused as error:
            raise KeyFailed(error.problem) from None
        except OSError as error:
            raise KeyFailed(_problem(f"The file cannot be read: {error.strerror}.", self._file)) from None

    def _in_keyring(self, *, asked: bool = False) -> _Kept:
        """What the secret store holds; without one that is nothing, unless it is `asked` for."""
        try:
            found = keyring_store.read(self._account)
        except NoKeyring as error:
            if not asked:
                return {}
            raise self._no_keyring(error) from None
        return {} if found is None else _read(found.reveal())

    def _write(self, kept: _Kept, *, in_file: bool) -> None:
        text = json.dumps(kept)
        try:
            if in_file:
                write_private(self._file, text.encode())
            else:
                keyring_store.write(self._account, Secret(text))
        except NoKeyring as error:
            raise self._no_keyring(error) from None
        except OSError as error:
            raise KeyFailed(_problem(f"The secret was not kept: {error.strerror}.", self._file)) from None

    def _no_keyring(self, error: NoKeyring) -> KeyFailed:
        remedy = "Give --in-file to keep it in a private file."
        return KeyFailed(Problem(f"The secret was not kept: {error}.", remedy, code="no_keyring"))


def _read(text: str) -> _Kept:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: [each for each in secrets if isinstance(each, str)]
        for name, secrets in found.items()
        if isinstance(secrets, list)
    }


def _problem(what: str, file: Path) -> Problem:
    return Problem(what, "Look at the file and its folder.", where=str(file), code="key_failed")
