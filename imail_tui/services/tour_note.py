"""Whether the guided tour was taken on this machine."""

from collections.abc import Mapping

from imail_tui.store.files import write_private
from imail_tui.store.paths import Paths


class TourNote:
    """A note in the state directory; a demo's own files go with it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._file = Paths.find(environment).tour_file

    @property
    def taken(self) -> bool:
        """Whether it was taken, or left, before."""
        return self._file.exists()

    def keep(self) -> None:
        """Do not begin it by itself again. A disk that cannot be written costs the person one key."""
        try:
            write_private(self._file, b"taken\n")
        except OSError:
            return
