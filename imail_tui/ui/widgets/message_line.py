"""One line for what is to be said: a problem, a remark, or else the keys that are most useful here."""

from typing import Final

from textual.content import Content

from imail_tui.domain.text import cell_width
from imail_tui.model.problem import Problem
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_UNKNOWN_WIDTH: Final = 1_000
"""Before the first layout."""


class MessageLine(SafeStatic):
    """Shows a remark while there is one, else a problem, else the keys. Texts may be foreign."""

    DEFAULT_CSS = """
    MessageLine { height: 1; width: 1fr; padding: 0 1; }
    MessageLine.-told { height: auto; max-height: 3; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[tuple[str, str], ...] = ()
        self._remark = ""
        self._problem: Problem | None = None

    @property
    def problem(self) -> Problem | None:
        """The problem on show."""
        return self._problem

    def show_hints(self, hints: tuple[tuple[str, str], ...]) -> None:
        """Set the keys and their words."""
        self._hints = hints
        self._fill()

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        self._fill()

    def say(self, remark: str) -> None:
        """Show a remark until the next one; "" takes it away."""
        self._remark = remark
        self._fill()

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem until None is given; a new one takes the place of an older remark."""
        if problem is not None and problem != self._problem:
            self._remark = ""
        self._problem = problem
        self._fill()

    def _fill(self) -> None:
        self.set_class(self._problem is not None and not self._remark, "-problem")
        self.set_class(bool(self._remark), "-told")
        if self._remark:
            self.update(styled(self._remark))
        elif self._problem is not None:
            self.update(problem_content(self._problem))
        else:
            self.update(self._fitting_hints())

    def _fitting_hints(self) -> Content:
        """As many keys as there is room for; the last, which leads to all others, is always there."""
        *first, last = self._hints or (("", ""),)
        room = self.content_size.width or _UNKNOWN_WIDTH
        room -= sum(map(cell_width, last)) + 1
        shown = []
        for key, word in first:
            room -= cell_width(key) + cell_width(word) + 3
            if room < 0:
                break
            shown.append((key, word))
        pieces = [styled((key, "bold"), (f" {word}", "$text-muted")) for key, word in (*shown, last)]
        return Content("  ").join(pieces)


def problem_content(problem: Problem) -> Content:
    """What happened, what to do, and the request id: everything in words, on one line if it fits."""
    request = f"  {problem.request_id}" if problem.request_id else ""
    remedy = f" {problem.remedy}" if problem.remedy else ""
    return styled(
        ("! ", "bold $text-error"),
        (problem.placed(), "$text-error"),
        remedy,
        (request, "$text-muted"),
    )
