"""The form of a mail: its copy, one wording at a time."""

import re

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, TextArea

from imail_tui.domain.sequence.copy_spans import copy_spans
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.shown import plural
from imail_tui.ui.screens.builder.field import Field
from imail_tui.ui.screens.builder.pane import Scribe, StepPane, text_of
from imail_tui.ui.widgets.copy_editor import CopyEditor
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class MailPane(StepPane):
    """Subject and body; with variants those of one wording at a time."""

    DEFAULT_CSS = """
    MailPane { height: 1fr; }
    MailPane #wording { display: none; }
    MailPane.-several #wording { display: block; }
    MailPane .weight { display: none; }
    MailPane.-several .weight { display: block; }
    MailPane #counts { height: 1; color: $text-muted; }
    """

    def __init__(self, scribe: Scribe) -> None:
        super().__init__(scribe)
        self.wording = 0
        self.subject = Field("subject", "Subject", placeholder="blank: in the same thread")
        self.weight = Field("weight", "Weight %")
        self.editor = CopyEditor(id="body")

    def compose(self) -> ComposeResult:
        """Subject, which wording, body, counts."""
        self.weight.add_class("weight")
        yield self.subject
        yield SafeStatic(id="wording")
        yield self.weight
        yield self.editor
        yield SafeStatic(id="counts")

    @property
    def variants(self) -> list[Raw]:
        """The step's other wordings."""
        variants = self.step.get("variants")
        return [item for item in variants if is_object(item)] if isinstance(variants, list) else []

    def fields(self) -> list[Field]:
        """The subject, and its weight where there are several wordings."""
        return [self.subject, self.weight] if self.variants else [self.subject]

    def show_wording(self, number: int) -> None:
        """Show another wording: 0 is the step's own."""
        self.take_typed()
        self.wording = number
        self.fill()

    def fill(self) -> None:
        """The wording on show."""
        variants = self.variants
        self.wording = min(self.wording, len(variants))
        self.set_class(bool(variants), "-several")
        shown = variants[self.wording - 1] if self.wording else self.step
        self.subject.show(text_of(shown.get("subject")))
        self.subject.input.placeholder = (
            "blank: the step's own" if self.wording else "blank: in the same thread"
        )
        given = shown.get("weight")
        self.weight.show("" if given is None else f"{given}")
        self.editor.words = ("spin|", *self.context.fields)
        self.editor.show(text_of(shown.get("body")))
        self._show_wording_line()
        self._count()

    def first_widget(self, place: str) -> Widget | None:
        """The body is a widget of its own; a place in a variant shows that one."""
        found = re.match(r"variants\[(\d+)\]\.?(.*)", place)
        if found:
            self.show_wording(min(int(found[1]) + 1, len(self.variants)))
            place = found[2]
        return self.editor if place.startswith("body") else super().first_widget(place)

    def take(self, field: Field) -> None:
        """Subject or weight."""
        if field is self.subject:
            self._put("subject", field.text)
        elif field.text.strip().isdecimal() and int(field.text) <= 100:
            field.show_fault("")
            self._put("weight", int(field.text))
            self._show_wording_line()
        else:
            field.show_fault("a whole number, 0 to 100")

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """To the body."""
        event.stop()
        self.editor.focus()

    @on(TextArea.Changed)
    def typed_body(self, event: TextArea.Changed) -> None:
        """The body."""
        event.stop()
        self.take_typed()
        self._count()

    def take_typed(self) -> None:
        """Subject, weight, and body."""
        super().take_typed()
        if self.editor.is_pending:
            self.editor.settle()
            self._put("body", self.editor.text)

    def _put(self, key: str, value: object) -> None:
        if not self.wording:
            self.write(key, **{key: value})
            return
        variants = [dict(item) for item in self.variants]
        variants[self.wording - 1][key] = value
        self.write(f"variants[{self.wording - 1}].{key}", variants=variants)

    def _show_wording_line(self) -> None:
        names = ["the step's own", *(text_of(item.get("id")) for item in self.variants)]
        weights = [self.step.get("weight"), *(item.get("weight") for item in self.variants)]
        told = [
            f"{'▸' if number == self.wording else ' '}{name} {'–' if weight is None else weight} %"
            for number, (name, weight) in enumerate(zip(names, weights, strict=True))
        ]
        self.query_one("#wording", SafeStatic).update(
            styled(("Wording  ", "$text-muted"), "  ".join(told), ("   ctrl+n next", "$text-muted"))
        )

    def _count(self) -> None:
        text = self.editor.text
        kinds = [kind for *_, kind in copy_spans(text)]
        found = [plural(len(text.split()), "word")]
        found += [
            plural(kinds.count(kind), word)
            for kind, word in (("link", "link"), ("variable", "variable"), ("spin", "spin"))
            if kind in kinds
        ]
        self.query_one("#counts", SafeStatic).update(" · ".join(found))
