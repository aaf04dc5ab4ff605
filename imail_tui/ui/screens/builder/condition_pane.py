"""The form of a condition: what decides in words, and where each branch leads."""

from collections.abc import Iterator

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from imail_tui.domain.sequence.condition_text import NotReadable, completions, condition_text, read_condition
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.ways import Slot, id_of
from imail_tui.domain.sequence.words import condition_words
from imail_tui.ui.screens.builder.field import Completions, Field
from imail_tui.ui.screens.builder.pane import Scribe, StepPane, field_of, text_of
from imail_tui.ui.widgets.safe_static import SafeStatic


class BranchForm(Vertical):
    """The lines of one branch."""

    DEFAULT_CSS = """
    BranchForm { height: auto; padding-bottom: 1; }
    """

    def __init__(self, number: int, pane: "ConditionPane") -> None:
        super().__init__()
        words = Completions(lambda: completions(pane.context.mails, pane.context.fields), (" and ", " or "))
        self._title = f"Branch {number + 1}"
        self.when = Field(f"branches[{number}].when", "when", suggester=words)
        self.label = Field(f"branches[{number}].label", "name", placeholder="optional, shown in the graph")
        self.target = Field(f"branches[{number}].next", "then", suggester=Completions(pane.targets))

    def compose(self) -> ComposeResult:
        """Which branch, and its lines."""
        yield SafeStatic(self._title)
        yield from (self.when, self.label, self.target)


class ConditionPane(StepPane):
    """What decides, and where each branch leads."""

    DEFAULT_CSS = """
    ConditionPane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    ConditionPane { height: 1fr; }
    """

    def __init__(self, scribe: Scribe) -> None:
        super().__init__(scribe)
        self._forms: list[BranchForm] = []
        self._else = Field("else", "then", suggester=Completions(self.targets))

    def compose(self) -> ComposeResult:
        """Room for branches, which come and go; what happens otherwise."""
        with VerticalScroll(can_focus=False):
            yield SafeStatic("Otherwise", id="otherwise")
            yield self._else

    @property
    def branches(self) -> list[Raw]:
        """The step's branches."""
        branches = self.step.get("branches")
        return [item for item in branches if is_object(item)] if isinstance(branches, list) else []

    def fields(self) -> list[Field]:
        """The lines of the branches there are, then the last one."""
        found = [field for form in self._shown for field in (form.when, form.label, form.target)]
        return [field for field in (*found, self._else) if not field.input.disabled]

    @property
    def _shown(self) -> list["BranchForm"]:
        return self._forms[: len(self.branches)]

    def fill(self) -> None:
        """As many lines as it has branches, and their values."""
        branches = self.branches
        missing = [BranchForm(number, self) for number in range(len(self._forms), len(branches))]
        if missing:
            self._forms += missing
            self.query_one(VerticalScroll).mount_all(missing, before="#otherwise")
        for number, form in enumerate(self._forms):
            form.display = number < len(branches)
        for form, branch in zip(self._forms, branches, strict=False):
            self._fill_condition(form.when, branch.get("when"))
            form.label.show(text_of(branch.get("label")))
            form.target.show(self._target_text(branch.get("next")))
        self._else.show(self._target_text(self.step.get("else")))

    def targets(self) -> Iterator[str]:
        """What can be named as the step that follows."""
        yield from (*self.context.targets, self.context.end_word)

    def _target_text(self, value: object) -> str:
        return value if isinstance(value, str) else self.context.end_word

    def _fill_condition(self, field: Field, when: object) -> None:
        text = condition_text(when)
        # A condition being typed that means the same stays as it is written.
        if text is not None and _meaning(field.text) == when:
            field.show_fault("")
            return
        field.show(condition_words(when) if text is None and is_object(when) else text or "")
        field.input.disabled = text is None
        if text is None:
            field.show_fault("words cannot say all of it; E edits it in the file")

    def waits(self, field: Field) -> bool:
        """A target is taken when it is done."""
        return field.place == "else" or field.place.endswith(".next")

    def leave(self) -> None:
        """Targets too."""
        super().leave()
        for field in self.fields():
            self._take_target(field)

    def take(self, field: Field) -> None:
        """A condition, once it can be read; a name as it is typed."""
        number, key = _branch_place(field.place)
        value: object = field.text
        if key == "when":
            try:
                value = read_condition(field.text)
            except NotReadable as error:
                field.show_fault(str(error))
                return
            field.show_fault("")
        branches = [dict(item) for item in self.branches]
        if key == "label" and not field.text:
            branches[number].pop("label", None)
        else:
            branches[number][key] = value
        self.write(field.place, branches=branches)

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """To the next line; a target is taken."""
        event.stop()
        self._take_target(field_of(event.input))
        self.screen.focus_next()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A target is taken when one leaves its line."""
        if isinstance(event.widget, Input) and event.widget.is_attached:
            self._take_target(field_of(event.widget))

    def _take_target(self, field: Field) -> None:
        if not (self.waits(field) and field.is_pending):
            return
        field.settle()
        slot: Slot = "else" if field.place == "else" else _branch_place(field.place)[0]
        text = field.text.strip()
        target = None if text in (self.context.end_word, "") else text
        if target is not None and target not in self.context.targets:
            field.show_fault(f"there is no step {target}; leave it blank to end the path")
        else:
            field.show_fault(self.scribe.lead(id_of(self.step), slot, target))

    def condition_field(self) -> Field | None:
        """The condition that is being typed, else the first that can be."""
        fields = [form.when for form in self._shown]
        typing = [field for field in fields if field.input.has_focus]
        return next((field for field in (*typing, *fields) if not field.input.disabled), None)


def _branch_place(place: str) -> tuple[int, str]:
    number, _, key = place.removeprefix("branches[").partition("].")
    return int(number), key


def _meaning(text: str) -> object:
    try:
        return read_condition(text)
    except NotReadable:
        return None
