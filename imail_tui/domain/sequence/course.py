"""What the leads of one campaign walk."""

from dataclasses import dataclass, field
from datetime import tzinfo

from imail_tui.domain.sequence.chance import Chances
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.sequence import Sequence
from imail_tui.domain.sequence.windows import SendWindow


@dataclass(frozen=True, slots=True)
class Course:
    """A campaign's sequence, window and settings, and where chance comes from."""

    sequence: Sequence
    window: SendWindow = field(default_factory=SendWindow)
    stop_on_reply: bool = True
    workspace_zone: str = "UTC"
    chances: Chances = field(default_factory=Chances)

    def zone(self, lead: Lead) -> tzinfo:
        """The zone of the window's hours for a lead."""
        return self.window.zone(lead.timezone, self.workspace_zone)
