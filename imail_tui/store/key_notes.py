"""What is known of a kept key without fetching it: where it is and whose it is. Never the key itself.

With it a start shows the right cache at once, and a list of profiles does not wait for a secret store.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import orjson

from imail_tui.model.workspace import Workspace
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile


@dataclass(frozen=True, slots=True)
class KeyNote:
    """Where a profile's key was last found (in words), and its ledger, live or test.

    `workspace` and `workspace_id` are empty until the server has told them.
    """

    source: str
    mode: str
    workspace: str = ""
    workspace_id: str = ""


def read_note(paths: Paths, profile: Profile) -> KeyNote | None:
    """What is known, None when nothing is."""
    try:
        note = orjson.loads(read_checked(paths.key_note_file(profile.name, profile.base_url)))
    except (OSError, FileRefused, ValueError):
        return None
    match note:
        case {
            "source": str(source),
            "mode": "live" | "test" as mode,
            "workspace": str(workspace),
            "workspace_id": str(workspace_id),
        }:
            return KeyNote(source, mode, workspace, workspace_id)
    return None


def write_note(paths: Paths, profile: Profile, note: KeyNote | None) -> None:
    """Remember it for the next start, None = there is no key."""
    file = paths.key_note_file(profile.name, profile.base_url)
    # Without the note the next start only takes longer.
    with suppress(OSError):
        if note is None:
            file.unlink(missing_ok=True)
        elif note != read_note(paths, profile):
            write_private(file, orjson.dumps(note))


def note_workspace(paths: Paths, profile: Profile, source: str, workspace: Workspace) -> None:
    """Remember whose the profile's kept key is. Nothing is written for a key from elsewhere."""
    note = read_note(paths, profile)
    if note is not None and note.source == source:
        write_note(paths, profile, replace(note, workspace=workspace.name, workspace_id=workspace.id))
