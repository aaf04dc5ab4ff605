"""What replies mean: the vocabulary of classifications, how each is shown, chosen and counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Sentiment(StrEnum):
    """The role a label plays; a colour of the theme follows from it."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    AUTOMATIC = "automatic"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Label:
    """One classification. `key`: the shifted letter that sets it, "" = none.

    `is_reply`: counts as a human reply. `asks_first`: setting it suppresses the address.
    """

    label: str
    word: str
    glyph: str
    sentiment: Sentiment
    key: str = ""
    is_reply: bool = True
    asks_first: bool = False

    @property
    def is_positive(self) -> bool:
        """Counts as a positive reply."""
        return self.sentiment is Sentiment.POSITIVE


_ALL = (
    Label("interested", "interested", "+", Sentiment.POSITIVE, "I"),
    Label("meeting_request", "meeting", "+", Sentiment.POSITIVE, "M"),
    Label("question", "question", "?", Sentiment.POSITIVE, "Q"),
    Label("referral", "referral", "→", Sentiment.NEUTRAL, "R"),
    Label("not_now", "not now", "…", Sentiment.NEUTRAL, "L"),
    Label("objection", "objection", "!", Sentiment.NEUTRAL, "O"),
    Label("wrong_person", "wrong person", "×", Sentiment.NEGATIVE, "W"),
    Label("not_interested", "not interested", "-", Sentiment.NEGATIVE, "N"),
    Label("unsubscribe", "unsubscribe", "×", Sentiment.NEGATIVE, "X", asks_first=True),
    Label("out_of_office", "out of office", "○", Sentiment.AUTOMATIC, "V", is_reply=False),
    Label("auto_reply", "automatic", "○", Sentiment.AUTOMATIC, "A", is_reply=False),
)

LABELS: Mapping[str, Label] = MappingProxyType({label.label: label for label in _ALL})
"""Known labels in the order they are offered."""

UNCLASSIFIED = Label("", "unclassified", "·", Sentiment.UNKNOWN)
"""No label: a normal state. It counts as a reply until it is judged."""


def label_of(name: str | None) -> Label:
    """How to show a classification; one this version does not know passes through as its own word."""
    if not name:
        return UNCLASSIFIED
    return LABELS.get(name) or Label(name, name.replace("_", " "), "·", Sentiment.UNKNOWN)
