"""Where our files are. All directories are made private (0700) when something is first written."""

import hashlib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HOME_VARIABLE = "IMAIL_TUI_HOME"
"""When set, everything is under this one directory."""

_APP = "imail-tui"


@dataclass(frozen=True, slots=True)
class Paths:
    """The four directories of the app: settings, kept data, state of the interface, things of this boot."""

    config: Path
    data: Path
    state: Path
    runtime: Path

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> Self:
        """From IMAIL_TUI_HOME, else the platform's own places."""
        home = environment.get(HOME_VARIABLE)
        if home:
            root = Path(home).expanduser().absolute()
            return cls(root / "config", root / "data", root / "state", root / "run")
        import platformdirs

        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR it takes a directory under /tmp, with a remark on standard error; who
            # owns that directory is checked where it is used.
            warnings.simplefilter("ignore")
            return cls(
                platformdirs.user_config_path(_APP),
                platformdirs.user_data_path(_APP),
                platformdirs.user_state_path(_APP),
                platformdirs.user_runtime_path(_APP),
            )

    @property
    def settings_file(self) -> Path:
        """Profiles and settings."""
        return self.config / "config.toml"

    def key_file(self, profile: str, base_url: str) -> Path:
        """The profile's API key for one server, when it was allowed to be kept in a file."""
        return self.config / "keys" / f"{_safe(profile)}-{_digest(base_url.rstrip('/'))}"

    def webhook_secrets_file(self, profile: str, base_url: str) -> Path:
        """The signing secrets of the profile's webhooks, when they were allowed to be kept in a file."""
        return self.config / "keys" / f"webhooks-{_safe(profile)}-{_digest(base_url.rstrip('/'))}.json"

    def key_note_file(self, profile: str, base_url: str) -> Path:
        """Where a profile's key was last found, without the key."""
        return self.state / "keys" / f"{_safe(profile)}-{_digest(base_url.rstrip('/'))}.json"

    @property
    def tour_file(self) -> Path:
        """There once the guided tour was taken."""
        return self.state / "tour"

    @property
    def budget_file(self) -> Path:
        """What all processes of this machine share: request budgets, and how servers do."""
        return self.runtime / "shared-1.sqlite3"

    @property
    def request_log_file(self) -> Path:
        """What was asked of servers, by all profiles."""
        return self.state / "requests" / "requests.jsonl"

    def openapi_file(self, base_url: str, version: str | None) -> Path:
        """What a server offers by its own document, which may differ with the version pinned."""
        server = base_url.rstrip("/")
        return self.state / "servers" / f"{_digest(server)}-{_safe(version or 'newest')}.json"

    def listener_log(self, profile: str) -> Path:
        """What a listener in the background prints."""
        return self.state / "listen" / f"{_safe(profile)}.log"

    def ui_state_file(self, profile: str) -> Path:
        """Where the profile's interface was left."""
        return self.state / f"{_safe(profile)}.json"

    def cache_file(self, profile: str, base_url: str, mode: str) -> Path:
        """The cache of one profile on one server's ledger."""
        return self.data / "cache" / f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}.sqlite3"

    def events_file(self, profile: str, base_url: str, mode: str) -> Path:
        """The events of one profile on one server's ledger."""
        return self.data / "events" / f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}.sqlite3"

    def analytics_file(self, profile: str, base_url: str, mode: str) -> Path:
        """The counts of one profile on one server's ledger."""
        return self.data / "analytics" / f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}.sqlite3"

    def imports_file(self, profile: str, base_url: str, mode: str) -> Path:
        """The journal of imports of one profile into one server's ledger; its folder is the journal's own."""
        folder = f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}"
        return self.data / "imports" / folder / "journal.sqlite3"

    def outbox_file(self, profile: str, base_url: str, mode: str) -> Path:
        """Answers of one profile on one server's ledger: being written, and sent off."""
        return self.data / "outbox" / f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}.sqlite3"

    def snippet_folders(self, profile: str) -> tuple[Path, Path]:
        """Texts kept for answers: everybody's, and the profile's own."""
        return self.config / "snippets", self.config / "snippets" / _safe(profile)

    def drafts_folder(self, profile: str, base_url: str, mode: str) -> Path:
        """Campaigns that are being written, one file each."""
        return self.data / "drafts" / f"{_safe(profile)}-{mode}-{_digest(base_url.rstrip('/'))}"


def _safe(name: str) -> str:
    """A file name for a foreign name: two names never share one."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:40]
    return plain if plain == name else f"{plain}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
