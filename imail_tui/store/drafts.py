"""Campaigns that are being written: one private file each, so that no end of the program loses one.

Two programs may have the same draft open. Each write says which version it comes from; the second of two that
come from the same one is refused and can be kept as a draft of its own.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from imail_tui.model.drafts import Draft, DraftMoved
from imail_tui.store.files import FileRefused, make_private_dir, read_checked, write_private

_SUFFIX = ".json"


def id_of_campaign(campaign_id: str) -> str:
    """The id of the one draft of a campaign."""
    return "campaign-" + hashlib.sha256(campaign_id.encode()).hexdigest()[:20]


def fresh_id() -> str:
    """An id of a draft that belongs to no campaign yet."""
    return "new-" + secrets.token_hex(8)


class Drafts:
    """The drafts of one workspace. All methods may wait for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Draft]:
        """Every draft that can be read, the latest first."""
        try:
            names = [path.stem for path in self._folder.iterdir() if path.suffix == _SUFFIX]
        except OSError:
            return []
        found = [draft for name in names if (draft := self.load(name)) is not None]
        return sorted(found, key=lambda draft: -draft.saved_at)

    def load(self, draft_id: str) -> Draft | None:
        """A draft, None when there is none that can be read."""
        try:
            raw = json.loads(read_checked(self._path(draft_id)))
        except (OSError, FileRefused, ValueError):
            return None
        return _read(draft_id, raw)

    def save(self, draft: Draft, at: float) -> Draft:
        """Keep a draft, on disk when this returns; gives it with its new version.

        Raises:
            DraftMoved: what is kept is not the version this one comes from.
            OSError: it cannot be kept.
        """
        with self._alone():
            held = self.load(draft.id)
            if (held.version if held is not None else 0) != draft.version:
                raise DraftMoved(held)
            kept = replace(draft, version=draft.version + 1, saved_at=at)
            write_private(self._path(draft.id), _written(kept))
        return kept

    def drop(self, draft: Draft) -> None:
        """Forget a draft that is done with; one that moved since is left alone. Raises `OSError`."""
        with self._alone():
            held = self.load(draft.id)
            if held is not None and held.version == draft.version:
                self._path(draft.id).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other program writes drafts meanwhile; the lock ends with its holder."""
        make_private_dir(self._folder)
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _path(self, draft_id: str) -> Path:
        return self._folder / f"{draft_id}{_SUFFIX}"


def _written(draft: Draft) -> bytes:
    fields = {
        "campaign_id": draft.campaign_id,
        "base": draft.base,
        "content": draft.content,
        "version": draft.version,
        "saved_at": draft.saved_at,
    }
    return json.dumps(fields, ensure_ascii=True).encode()


def _read(draft_id: str, raw: object) -> Draft | None:
    match raw:
        case {
            "campaign_id": str() | None as campaign_id,
            "base": dict() | None as base,
            "content": dict() as content,
            "version": int() as version,
            "saved_at": int() | float() as saved_at,
        }:
            return Draft(draft_id, campaign_id, base, content, version, saved_at)
    return None
