"""The question for another API key, while everything behind it stays as it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from imail_tui.domain.text import clip, one_line
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail import fact, page
from imail_tui.ui.widgets.keeping import CHOICES, next_choice, promise
from imail_tui.ui.widgets.message_line import problem_content
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_VALUE_CELLS: Final = 46


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """Whose key is asked for. Texts may be foreign.

    `shown`: the present key's last four characters at most; `refusal`: why there must be another one, None
    while the present one is fine; `keeping`: how the present one is kept, `source` the same in words.
    """

    workspace: str
    profile: str
    server: str
    live: bool
    shown: str
    source: str
    keeping: Keeping
    refusal: Problem | None = None


class KeyRejected(Exception):
    """The key that was typed is not used, or not kept; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class KeyDialog(Dialog[bool]):
    """Takes a key, has it checked, and gives True when it is in use. A refused key can be corrected."""

    DEFAULT_CSS = """
    KeyDialog #field { margin: 1 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "keep", "keep the key or not", show=False, id="key.keep")
    ]

    def __init__(self, question: KeyQuestion, use: Callable[[str, Keeping], Awaitable[None]]) -> None:
        """`use` checks a typed key, uses it and keeps it. Raises KeyRejected."""
        super().__init__()
        self._question = question
        self._use = use
        self._keeping = question.keeping

    def compose(self) -> ComposeResult:
        """Whose key, the field, whether it is kept, and room for what is wrong with it."""
        question = self._question
        with Vertical(classes="box"):
            yield SafeStatic(_title(question), classes="title")
            yield SafeStatic(page(_facts(question)))
            field = Input(placeholder="imk_… of the same workspace", password=True, compact=True, id="field")
            field.cursor_blink = False
            yield field
            yield SafeStatic(self._promise(), id="promise")
            yield SafeStatic(_hint(question), id="fault")

    def action_keep(self) -> None:
        """Choose whether and where the key is kept."""
        if self._keeping in CHOICES:
            self._keeping = next_choice(self._keeping)
            self.query_one("#promise", SafeStatic).update(self._promise())

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Have the key checked."""
        self._check(event.value)

    @work(group="key", exclusive=True, exit_on_error=False)
    async def _check(self, typed: str) -> None:
        fault = self.query_one("#fault", SafeStatic)
        fault.update(styled((f"checking with {one_line(self._question.server)} …", "$text-muted")))
        try:
            await self._use(typed, self._keeping)
        except KeyRejected as error:
            fault.update(problem_content(error.problem))
            return
        # The field must not hold a key longer than it is needed.
        self.query_one("#field", Input).clear()
        self.dismiss(True)

    def _promise(self) -> Content:
        if self._keeping is Keeping.COMMAND:
            return styled(
                ("The next start asks ", "$text-muted"),
                clip(one_line(self._question.source), _VALUE_CELLS),
                (" again.", "$text-muted"),
            )
        return promise(self._keeping)


def _title(question: KeyQuestion) -> str:
    if question.refusal is None:
        return "Another key for this workspace"
    return "The server refuses the key" if question.refusal.status else "There is no key to use"


def _facts(question: KeyQuestion) -> list[Content]:
    lines = [
        _fact("workspace", question.workspace or "not known yet"),
        fact("ledger", styled(("LIVE", "bold reverse $text-warning")) if question.live else "TEST"),
        _fact("profile", question.profile),
        _fact("server", question.server),
        _fact("refused" if question.refusal else "in use", question.shown),
    ]
    if question.refusal is not None and question.refusal.request_id:
        lines.append(_fact("request", question.refusal.request_id))
    return lines


def _fact(name: str, value: str) -> Content:
    """One line, however long a name is: the field below must stay in view."""
    return fact(name, clip(one_line(value), _VALUE_CELLS))


def _hint(question: KeyQuestion) -> Content:
    waits = "; imports and the feed wait" if question.refusal else ""
    return styled((f"enter checks it, esc leaves{waits}", "$text-muted"))
