"""The profiles of the settings with what is known of their keys, without asking anybody."""

from dataclasses import dataclass

from imail_tui.store.key_notes import KeyNote, read_note
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, Settings, load_settings
from imail_tui.store.secrets import command_in_words


@dataclass(frozen=True, slots=True)
class KnownProfile:
    """A profile and what is known of its key without fetching it.

    `mode` is live or test; it, `workspace` and `key_source` are empty where nothing is known.
    """

    profile: Profile
    is_default: bool
    workspace: str = ""
    mode: str = ""
    key_source: str = ""


def known_profiles(paths: Paths) -> tuple[KnownProfile, ...]:
    """All profiles in the order of the settings, at once. Raises SettingsRefused."""
    settings = load_settings(paths)
    profiles = list(settings.profiles.values())
    if settings.default not in settings.profiles and read_note(paths, settings.profile()) is not None:
        profiles.insert(0, settings.profile())
    return tuple(_known(paths, settings, profile) for profile in profiles)


def _known(paths: Paths, settings: Settings, profile: Profile) -> KnownProfile:
    note = read_note(paths, profile) or KeyNote("", "")
    command = profile.api_key_command
    source = note.source or (command_in_words(command) if command else "")
    return KnownProfile(profile, profile.name == settings.default, note.workspace, note.mode, source)
