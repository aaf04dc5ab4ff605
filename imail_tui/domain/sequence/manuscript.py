"""A campaign while it is written: every edit can be undone, and typing in one place is one edit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from imail_tui.domain.sequence.edits import replace_step
from imail_tui.domain.sequence.history import History
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.ways import RawStep, id_of

PAUSE: Final = 1.5
"""Seconds without a letter after which typing in the same place is another edit."""

StepsEdit: TypeAlias = Callable[[Sequence[Raw]], list[RawStep]]


class Manuscript:
    """The campaign's JSON as a file would say it. Entries of `steps` that are no objects are left out."""

    def __init__(self, campaign: Raw) -> None:
        self._history: History[Mapping[str, object]] = History(campaign)
        self._typing = ("", 0.0)
        self.version = 0
        """Grows with every change; what was made from an older one is out of date."""

    @property
    def campaign(self) -> Raw:
        """What it says now."""
        return self._history.present

    @property
    def steps(self) -> list[RawStep]:
        """Its steps."""
        steps = self.campaign.get("steps")
        return [dict(step) for step in steps if is_object(step)] if isinstance(steps, list) else []

    def step(self, step_id: str) -> RawStep | None:
        """One of its steps."""
        return next((step for step in self.steps if id_of(step) == step_id), None)

    def edit(self, edit: StepsEdit) -> None:
        """Change the sequence. Raises `Refused`; then nothing changed."""
        self.become({**self.campaign, "steps": edit(self.steps)})

    def write(self, step_id: str, changed: Raw, place: str, now: float) -> None:
        """Somebody types at a place of a step; `now` in seconds of any clock. Raises `Refused`."""
        campaign = {**self.campaign, "steps": replace_step(self.steps, step_id, changed)}
        if campaign == self.campaign:
            return
        spot = f"{step_id}.{place}"
        before, at = self._typing
        goes_on = spot == before and now - at < PAUSE
        self._history = self._history.amended(campaign) if goes_on else self._history.did(campaign)
        self._typing = (spot, now)
        self.version += 1

    def set(self, key: str, value: object) -> None:
        """Change a setting; None leaves it to the server's default."""
        rest = {name: old for name, old in self.campaign.items() if name != key}
        known = key in self.campaign
        if value is None:
            self.become(rest)
        else:
            self.become({**self.campaign, key: value} if known else _with_setting(rest, key, value))

    def become(self, campaign: Raw) -> None:
        """Say something else altogether, as one edit."""
        if campaign != self.campaign:
            self._history = self._history.did(campaign)
            self._settled()

    def undo(self) -> bool:
        """Take the last edit back; False when there is none."""
        return self._go(self._history.undone())

    def redo(self) -> bool:
        """Make an edit again that was taken back; False when there is none."""
        return self._go(self._history.redone())

    def _go(self, history: History[Mapping[str, object]]) -> bool:
        if history is self._history:
            return False
        self._history = history
        self._settled()
        return True

    def _settled(self) -> None:
        self._typing = ("", 0.0)
        self.version += 1


def _with_setting(campaign: Mapping[str, object], key: str, value: object) -> dict[str, object]:
    """Settings stand before the steps."""
    made: dict[str, object] = {}
    for name, old in campaign.items():
        if name == "steps":
            made[key] = value
        made[name] = old
    return {**made, key: value} if key not in made else made
