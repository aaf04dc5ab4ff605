"""Which counts are looked at, and by what they are split."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from imail_tui.domain.rates import Basis


class Split(StrEnum):
    """One row for each …"""

    DAY = "day"
    CAMPAIGN = "campaign"
    INBOX = "inbox"
    STEP = "step"
    VARIANT = "variant"
    DOMAIN = "domain"
    """What stands behind the @ of an inbox."""
    PROVIDER = "provider"
    """google, microsoft, smtp: who runs an inbox."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Group keys of the API it is made from."""
        return _KEYS[self]

    @property
    def basis(self) -> Basis:
        """What replies of one row are measured by."""
        return Basis.SENT if self in (Split.STEP, Split.VARIANT) else Basis.CONTACTED


_KEYS: Final = {
    Split.DAY: ("day",),
    Split.CAMPAIGN: ("campaign",),
    Split.INBOX: ("inbox",),
    Split.STEP: ("step",),
    Split.VARIANT: ("step", "variant"),
    Split.DOMAIN: ("inbox",),
    Split.PROVIDER: ("inbox",),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """All parts hold at once; None = any. `""` for a campaign, step or variant = mails that have none.

    `domain` and `provider` are of the inboxes.
    """

    campaign_id: str | None = None
    inbox_id: str | None = None
    domain: str | None = None
    provider: str | None = None
    step_id: str | None = None
    variant_id: str | None = None

    @property
    def basis(self) -> Basis:
        """What replies are measured by."""
        parted = self.step_id is not None or self.variant_id is not None
        return Basis.SENT if parted else Basis.CONTACTED

    @property
    def keys(self) -> frozenset[str]:
        """Group keys of the API that the counts must be split by to look at this part."""
        named = {
            "campaign": self.campaign_id,
            "inbox": self.inbox_id or self.domain or self.provider,
            "step": self.step_id,
            "variant": self.variant_id,
        }
        return frozenset(key for key, value in named.items() if value is not None)


WORKSPACE: Final = Scope()
