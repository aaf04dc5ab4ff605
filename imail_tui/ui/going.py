"""Going from a thing on one screen to the thing it is about on another."""

from textual.message import Message


class GoTo(Message):
    """Show a record in its area. `words` find it where it is not among the rows kept here."""

    def __init__(self, area_id: str, record_id: str, words: str = "") -> None:
        super().__init__()
        self.area_id = area_id
        self.record_id = record_id
        self.words = words
