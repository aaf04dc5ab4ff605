"""Campaigns that are being written."""

from dataclasses import dataclass

from imail_tui.model.record import Json


@dataclass(frozen=True, slots=True)
class Draft:
    """A campaign being written. `version` 0: never kept.

    `campaign_id` None: the server has none yet. `base` is the server's campaign that it began with,
    `saved_at` epoch seconds. `content` is what the file of the campaign would say.
    """

    id: str
    campaign_id: str | None
    base: Json | None
    content: Json
    version: int = 0
    saved_at: float = 0.0

    @property
    def name(self) -> str:
        """The campaign's name as it is written now; foreign."""
        name = self.content.get("name")
        return name if isinstance(name, str) else ""


class DraftMoved(Exception):
    """Another program kept the draft since; `theirs` is what it says now, None when it is gone."""

    def __init__(self, theirs: Draft | None) -> None:
        super().__init__("the draft was changed by another program")
        self.theirs = theirs
