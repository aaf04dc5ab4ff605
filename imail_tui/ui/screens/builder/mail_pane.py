"""The form of a mail: its copy, one wording at a time."""

import re

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, TextArea

from imail_tui.domain.sequence.copy_spans import copy_spans
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.shown import plural
from imail_tui.ui.screens.builder.copy_editor import CopyEditor
from imail_tui.ui.screens.builder.field import Field
from imail_tui.ui.screens.builder.pane import StepPane, text_of
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

    def __init__(self) -> None:
        super().__init__()
        self.wording = 0

    def compose(self) -> ComposeResult:
        """Subject, which wording, body, counts."""
        yield Field("subject", "Subject", placeholder="blank: in the same thread")
        yield SafeStatic(id="wording")
        weight = Field("weight", "Weight %")
        weight.add_class("weight")
        yield weight
        yield CopyEditor(id="body")
        yield SafeStatic(id="counts")

    @property
    def variants(self) -> list[Raw]:
        """The step's other wordings."""
        variants = self.step.get("variants")
        return [item for item in variants if is_object(item)] if isinstance(variants, list) else []

    def show_wording(self, number: int) -> None:
        """Show another wording: 0 is the step's own."""
        self.wording = number
        self.fill()

    def fill(self) -> None:
        """The wording on show."""
        variants = self.variants
        self.wording = min(self.wording, len(variants))
        self.set_class(bool(variants), "-several")
        shown = variants[self.wording - 1] if self.wording else self.step
        subject, weight = self._fields()
        subject.show(text_of(shown.get("subject")))
        subject.input.placeholder = "blank: the step's own" if self.wording else "blank: in the same thread"
        given = shown.get("weight")
        weight.show("" if given is None else f"{given}")
        editor = self.query_one(CopyEditor)
        editor.words = ("spin|", *self.context.fields)
        editor.show(text_of(shown.get("body")))
        self._show_wording_line()
        self._count()

    def first_widget(self, place: str) -> Widget | None:
        """The body is a widget of its own; a place in a variant shows that one."""
        found = re.match(r"variants\[(\d+)\]\.?(.*)", place)
        if found:
            self.show_wording(min(int(found[1]) + 1, len(self.variants)))
            place = found[2]
        return self.query_one(CopyEditor) if place.startswith("body") else super().first_widget(place)

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Subject or weight."""
        subject, weight = self._fields()
        event.stop()
        if event.input is subject.input:
            self._put("subject", subject.text)
        elif weight.text.strip().isdecimal() and int(weight.text) <= 100:
            weight.show_fault("")
            self._put("weight", int(weight.text))
            self._show_wording_line()
        else:
            weight.show_fault("a whole number, 0 to 100")

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """To the body."""
        event.stop()
        self.query_one(CopyEditor).focus()

    @on(TextArea.Changed)
    def typed_body(self, event: TextArea.Changed) -> None:
        """The body."""
        event.stop()
        self._put("body", event.text_area.text)
        self._count()

    def _put(self, key: str, value: object) -> None:
        if not self.wording:
            self.write(key, **{key: value})
            return
        variants = [dict(item) for item in self.variants]
        variants[self.wording - 1][key] = value
        self.write(f"variants[{self.wording - 1}].{key}", variants=variants)

    def _fields(self) -> tuple[Field, Field]:
        first, second = self.query(Field)
        return first, second

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
        text = self.query_one(CopyEditor).text
        kinds = [kind for *_, kind in copy_spans(text)]
        found = [plural(len(text.split()), "word")]
        found += [
            plural(kinds.count(kind), word)
            for kind, word in (("link", "link"), ("variable", "variable"), ("spin", "spin"))
            if kind in kinds
        ]
        self.query_one("#counts", SafeStatic).update(" · ".join(found))
