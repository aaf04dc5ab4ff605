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

from imail_tui.domain.text import one_line
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail import fact, page
from imail_tui.ui.widgets.message_line import problem_content
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_CHOICES: Final = (Keeping.NOT, Keeping.KEYRING, Keeping.FILE)
_PROMISES: Final = {
    Keeping.NOT: ("[ ]", "used only now, not kept"),
    Keeping.KEYRING: ("[x]", "kept in this machine's keyring"),
    Keeping.FILE: ("[x]", "kept in a file that only you can read"),
}


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
        if self._keeping in _CHOICES:
            self._keeping = _CHOICES[(_CHOICES.index(self._keeping) + 1) % len(_CHOICES)]
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
                ("The next start asks ", "$text-muted"), self._question.source, (" again.", "$text-muted")
            )
        sign, words = _PROMISES[self._keeping]
        return styled(("f3", "bold"), f"  {sign} the key is {words}")


def _title(question: KeyQuestion) -> str:
    if question.refusal is None:
        return "Another key for this workspace"
    return "The server refuses the key" if question.refusal.status else "There is no key to use"


def _facts(question: KeyQuestion) -> list[Content]:
    lines = [
        fact("workspace", one_line(question.workspace or "not known yet")),
        fact("ledger", styled(("LIVE", "bold reverse $text-warning")) if question.live else "TEST"),
        fact("profile", one_line(question.profile)),
        fact("server", one_line(question.server)),
        fact("refused" if question.refusal else "in use", one_line(question.shown)),
    ]
    if question.refusal is not None and question.refusal.status is None:
        lines.append(fact("why", one_line(question.refusal.sentence())))
    if question.refusal is not None and question.refusal.request_id:
        lines.append(fact("request", one_line(question.refusal.request_id)))
    return lines


def _hint(question: KeyQuestion) -> Content:
    waits = "; imports and the feed wait" if question.refusal else ""
    return styled((f"enter checks it, esc leaves{waits}", "$text-muted"))
