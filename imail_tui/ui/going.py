"""Going from a thing on one screen to the thing it is about on another."""

from textual.message import Message


class GoTo(Message):
    """Show a record in its area. `words` find it where it is not among the rows kept here."""

    def __init__(self, area_id: str, record_id: str, words: str = "") -> None:
        super().__init__()
        self.area_id = area_id
        self.record_id = record_id
        self.words = words


class ShowList(Message):
    """Show an area's list under a filter line. `note`: what the list cannot tell apart."""

    def __init__(self, area_id: str, filter_line: str, note: str = "") -> None:
        super().__init__()
        self.area_id = area_id
        self.filter_line = filter_line
        self.note = note
