"""The place a session's key came from: looking there again, and keeping another key there."""

from pathlib import Path
from typing import Final

from imail_tui.api.errors import Unauthorized
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace
from imail_tui.services.detached import run_detached
from imail_tui.services.key_search import fetch_kept_key
from imail_tui.store.key_notes import note_workspace
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import KEYRING, KeyFailed, file_in_words, keep_key, read_key_file

_UNCHANGING: Final = frozenset({"environment", "systemd credential", "sandbox"})
"""Sources that give a running process the same key for ever."""
_FILE: Final = "file "


class KeyPlace:
    """Where the key of one profile is. `source` in words, as `FoundKey` has it."""

    def __init__(self, paths: Paths, profile: Profile, source: str) -> None:
        self.source = source
        self._paths = paths
        self._profile = profile

    @property
    def keeping(self) -> Keeping:
        """How the key is kept."""
        if self._profile.api_key_command:
            return Keeping.COMMAND
        if self.source == KEYRING:
            return Keeping.KEYRING
        own_file = self._paths.key_file(self._profile.name, self._profile.base_url)
        return Keeping.FILE if self.source == file_in_words(own_file) else Keeping.NOT

    async def look(self) -> Secret:
        """The key that is there now; may take seconds. Raises `Unauthorized` when there is none."""
        if self.source in _UNCHANGING:
            what = f"The key came from {self.source}, which cannot change while the app runs."
            raise Unauthorized(Problem(what, code="no_key"))
        if self.keeping is Keeping.NOT and self.source.startswith(_FILE):
            return await self._from_given_file()
        return await fetch_kept_key(self._paths, self._profile)

    async def keep(self, secret: Secret, *, in_file: bool, workspace: Workspace | None) -> None:
        """Keep a key for the next start. Raises KeyFailed."""
        self.source = await run_detached(
            lambda: keep_key(self._paths, self._profile, secret, in_file=in_file, workspace=workspace)
        )

    async def note(self, workspace: Workspace) -> None:
        """Remember whose the kept key is, for the list of profiles."""
        await run_detached(lambda: note_workspace(self._paths, self._profile, self.source, workspace))

    async def _from_given_file(self) -> Secret:
        named = self.source.removeprefix(_FILE)
        try:
            return await run_detached(lambda: read_key_file(Path(named).expanduser()))
        except KeyFailed as error:
            raise Unauthorized(error.problem) from None
