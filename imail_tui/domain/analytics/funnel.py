"""From first mail to interest: what each stage leaves of the one before."""

from dataclasses import dataclass
from typing import Final

from imail_tui.model.analytics import AnalyticsRow

_STAGES: Final = (
    ("contacted", "contacted"),
    ("unique_opened", "opened"),
    ("unique_clicked", "clicked"),
    ("replied", "replied"),
    ("positive_replied", "positive"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`count` None = unknown. `of_first`: its part of the first stage; it may pass 1.

    The first stage counts leads, opens and clicks count mails: a lead that opens two mails counts twice.
    """

    counter: str
    title: str
    count: int | None
    of_first: float | None


def funnel(row: AnalyticsRow) -> tuple[Stage, ...]:
    """The stages of a row of counts."""
    first = row.contacted
    stages = []
    for counter, title in _STAGES:
        found = row.counter(counter)
        share = found / first if found is not None and first else None
        stages.append(Stage(counter, title, found, share))
    return tuple(stages)
