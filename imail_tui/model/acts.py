"""What a person did, as a list of it shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Done:
    """One act. `why_not` says in a clause why it cannot be taken back, "" = it can. `at` is world time."""

    id: str
    title: str
    at: datetime
    why_not: str = ""
