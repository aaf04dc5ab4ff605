"""One line for what is to be said: a problem, a remark, or else the keys that are most useful here."""

from typing import Final

from textual.content import Content

from imail_tui.model.problem import Problem
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_GAP: Final = Content("  ")
"""Between two keys."""


class MessageLine(SafeStatic):
    """Shows a remark while there is one, else a problem, else the keys. Texts may be foreign."""

    DEFAULT_CSS = """
    MessageLine { height: 1; width: 1fr; padding: 0 1; }
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
        """Set the keys and their words; the last of them is always in view, others as far as they fit."""
        self._hints = hints
        self._fill()

    def on_resize(self) -> None:
        """More keys fit, or fewer."""
        self._fill()

    def _fitting(self) -> Content:
        told = [styled((key, "bold"), (f" {word}", "$text-muted")) for key, word in self._hints]
        while len(told) > 1 and _GAP.join(told).cell_length > self.content_size.width > 0:
            del told[-2]
        return _GAP.join(told)

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
        if self._remark:
            self.update(styled(self._remark))
        elif self._problem is not None:
            self.update(problem_content(self._problem))
        else:
            self.update(self._fitting())


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
