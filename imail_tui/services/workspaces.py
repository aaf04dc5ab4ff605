"""The workspaces a running app can go to: one for each profile, and ways in to further ones."""

from dataclasses import replace

from imail_tui.model.profile_rules import NAME_RULE
from imail_tui.services.known_profiles import KnownProfile, known_profiles
from imail_tui.services.onboarding import Onboarding
from imail_tui.services.opening import Start, find_profile_start, open_found, way_in
from imail_tui.services.session import Session
from imail_tui.store.profiles import (
    DEFAULT_BASE_URL,
    Profile,
    is_base_url,
    is_profile_name,
)


class Workspaces:
    """Profiles as they are in the settings now, and the one this run began with."""

    default_server = DEFAULT_BASE_URL

    def __init__(self, start: Start) -> None:
        self._start = start

    def known(self) -> tuple[KnownProfile, ...]:
        """All profiles, at once. Raises an error that carries a Problem."""
        known = known_profiles(self._start.paths)
        if any(each.profile.name == self._start.profile.name for each in known):
            return known
        return (KnownProfile(self._start.profile, is_default=False), *known)

    def open(self, name: str) -> Session | None:
        """A session that shows its cache at once; None where the key has to be looked for or given.

        Raises NotOpened.
        """
        start = self._start_of(name)
        return None if start.found_key is None else open_found(start)

    def way_in(self, name: str) -> Onboarding[Session]:
        """How to get into a known profile whose key is not at hand. Raises NotOpened."""
        return way_in(self._start_of(name))

    def way_to_add(self, name: str, server: str) -> Onboarding[Session]:
        """How to get into a new profile, whose name and server have no fault."""
        profile = Profile(name, base_url=server.strip().rstrip("/"))
        return way_in(replace(self._start, profile=profile, found_key=None))

    def name_fault(self, name: str) -> str | None:
        """What is wrong with the name of a new profile, None = nothing."""
        if not is_profile_name(name):
            return f"A name has {NAME_RULE}."
        if any(each.profile.name == name for each in self.known()):
            return "There is a profile of that name already."
        return None

    def server_fault(self, server: str) -> str | None:
        """What is wrong with the address of a new profile's server, None = nothing."""
        return None if is_base_url(server.strip()) else f"Give an address such as {DEFAULT_BASE_URL}."

    def _start_of(self, name: str) -> Start:
        """The key given for this run belongs to the profile the run began with, and to no other."""
        if name == self._start.profile.name:
            return self._start
        return find_profile_start(self._start.paths, name)
