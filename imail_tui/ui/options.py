"""How the app was asked to look and behave, before it knows any workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imail_tui.services.live_settings import SettingsWatch
from imail_tui.services.tour_note import TourNote


@dataclass(frozen=True, slots=True)
class UiOptions:
    """`theme`: until the person picks another, None = by the terminal; `keymap`: command id → its keys.

    `settings`: the file these come from, which may change.
    `tour`: begin with the guided tour, and note here that it was taken.
    `low_bandwidth`: sixteen colours, no motion. `status_seconds`: how often the age in the status line is
    looked at; None = never (for tests that count bytes).
    """

    theme: str | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)
    settings: SettingsWatch | None = None
    tour: TourNote | None = None
    low_bandwidth: bool = False
    no_color: bool = False
    first_area: str = "inboxes"
    status_seconds: float | None = 5.0
