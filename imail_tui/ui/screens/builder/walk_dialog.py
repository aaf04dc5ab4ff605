"""What if: a lead's walk with dates, and all paths there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.labels import LABELS
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.story import DEEDS, Deed, deed_words, read_deed, tell
from imail_tui.domain.sequence.telling import ToldLine, steps_passed, told_lines
from imail_tui.domain.shown import plural
from imail_tui.domain.text import clip, one_line
from imail_tui.services.campaign_code.simulating import ToldPath
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_NAME_CELLS: Final = 32
_SIGNS: Final = {"mail": "●", "branch": "◆", "end": "■", "stuck": "?"}
_DEED_WORDS: Final = {
    "opened": "opens it",
    "clicked": "clicks a link",
    "replied": "answers",
    "auto_replied": "sends an automatic reply",
    "bounced": "the mail bounces",
    "unsubscribed": "unsubscribes",
}


class WalkDialog(Dialog[frozenset[str]]):
    """Gives the steps that the lead came to, to be shown in the graph."""

    DEFAULT_CSS = """
    WalkDialog .box { width: 96; height: 100%; max-height: 40; }
    WalkDialog DetailPane { height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "the lead does something", show=False, id="walk.add"),
        Binding("x,backspace", "drop", "take the last deed back", show=False, id="walk.drop"),
        Binding("c", "clear", "the lead does nothing", show=False, id="walk.clear"),
        Binding("right,l,n", "lead(1)", "next lead", show=False, id="walk.next-lead"),
        Binding("left,h,p", "lead(-1)", "lead before", show=False, id="walk.lead-before"),
        Binding("enter", "take", "show the path in the graph", show=False, id="walk.take"),
        Binding("q", "cancel", "leave", show=False, id="walk.leave"),
    ]

    def __init__(self, course: Course, leads: Sequence[Lead], begins: datetime) -> None:
        """`leads`: at least one."""
        super().__init__()
        self._course = course
        self._leads = tuple(leads)
        self._lead = 0
        self._begins = begins
        self._deeds: list[Deed] = []
        self._passed: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """Who does what, and what follows."""
        with Vertical(classes="box"):
            yield SafeStatic(id="who", classes="title")
            yield SafeStatic(id="deeds")
            yield DetailPane()
            yield SafeStatic(
                "a the lead does something · x takes it back · ← → lead · enter path in the graph · esc",
                classes="note",
            )

    def on_mount(self) -> None:
        """A lead that does nothing."""
        self._show()
        self.query_one(DetailPane).focus()

    def action_lead(self, by: int) -> None:
        """Another lead: its zone and fields count."""
        self._lead = (self._lead + by) % len(self._leads)
        self._show()

    def action_drop(self) -> None:
        """One deed less."""
        if self._deeds:
            self._deeds.pop()
            self._show()

    def action_clear(self) -> None:
        """No deed."""
        self._deeds.clear()
        self._show()

    def action_take(self) -> None:
        """Give the steps it came to."""
        self.dismiss(self._passed)

    @work(group="deed", exclusive=True, exit_on_error=False)
    async def action_add(self) -> None:
        """Ask which mail, what, and when."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog
        from imail_tui.ui.dialogs.prompt import PromptDialog

        steps = self._course.sequence.steps.values()
        mails = [step for step in steps if isinstance(step, Email)]
        choices = [Choice(mail.id, mail.id, note=mail.subject or "(same thread)") for mail in mails]
        mail = await self.app.push_screen_wait(PickerDialog("What does the lead do? To which mail?", choices))
        if mail is None:
            return
        deeds = [Choice(kind, _DEED_WORDS.get(kind, kind)) for kind in DEEDS]
        kind = await self.app.push_screen_wait(PickerDialog(f"{mail}: the lead …", deeds))
        if kind is None:
            return
        label = ""
        if kind == "replied":
            labels = [Choice("", "not classified"), *(Choice(one, one.replace("_", " ")) for one in LABELS)]
            asked = await self.app.push_screen_wait(PickerDialog("What is the answer?", labels))
            if asked is None:
                return
            label = f"={asked}" if asked else ""
        after = await self.app.push_screen_wait(
            PromptDialog("How long after the mail? Such as 2d, 4h or 30m.", text="1d", check=_after_fault)
        )
        if after is not None:
            self._deeds.append(read_deed(f"{mail}:{kind}{label}@{after.strip()}"))
            self._show()

    def _show(self) -> None:
        lead = self._leads[self._lead]
        course = self._course
        walked = tell(course, lead, self._begins, self._deeds)
        self._passed = steps_passed(walked)
        zone = course.zone(lead)
        name = clip(one_line(str(lead.fields.get("email") or lead.id)), _NAME_CELLS)
        many = f", {self._lead + 1} of {len(self._leads)}" if len(self._leads) > 1 else ""
        self.query_one("#who", SafeStatic).update(
            styled((f"A walk of {name}", "bold"), (f"{many}  times in {zone}", "$text-muted"))
        )
        deeds = " · ".join(map(deed_words, self._deeds)) or "does nothing: never opens, clicks or answers"
        self.query_one("#deeds", SafeStatic).update(styled(("does  ", "$text-muted"), deeds))
        self.query_one(DetailPane).show(
            Content("\n").join([_line(line) for line in told_lines(course, lead, walked)])
        )


class PathsDialog(Dialog[tuple[str, ...]]):
    """All distinct paths, the longest first; gives the steps of one to be shown in the graph."""

    DEFAULT_CSS = """
    PathsDialog .box { width: 100; }
    PathsDialog #ways { height: 4; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "cancel", "leave", show=False, id="paths.leave"),
    ]

    COLUMNS: ClassVar = (
        Column("mails", "Mails", 5, align="right", max_width=5),
        Column("steps", "Path", 30, weight=1),
    )

    def __init__(self, paths: Sequence[ToldPath], count: int) -> None:
        super().__init__()
        self._paths = tuple(paths)
        self._count = count

    def compose(self) -> ComposeResult:
        """The list, and the ways taken of the one under the cursor."""
        with Vertical(classes="box"):
            more = "" if self._count == len(self._paths) else f", the first {len(self._paths):,} are listed"
            yield SafeStatic(f"{plural(self._count, 'distinct path')}{more}", classes="title")
            table = LineTable(self.COLUMNS)
            table.styles.height = 1 + min(len(self._paths), 14)
            yield table
            yield SafeStatic(id="ways")
            yield SafeStatic("enter shows it in the graph, esc leaves", classes="note")

    def on_mount(self) -> None:
        """All of them."""
        rows = [
            Row(str(place), {"mails": Cell(str(len(path.mails)), "strong"), "steps": " → ".join(path.steps)})
            for place, path in enumerate(self._paths)
        ]
        table = self.query_one(LineTable)
        table.show(ListedRows(rows))
        table.focus()

    @property
    def _here(self) -> ToldPath | None:
        row_id = self.query_one(LineTable).cursor_id
        return None if row_id is None else self._paths[int(row_id)]

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """The ways taken."""
        path = self._here
        choices = " · ".join(path.choices) if path is not None and path.choices else "no fork on the way"
        self.query_one("#ways", SafeStatic).update(styled((choices, "$text-muted")))

    @on(LineTable.Opened)
    def take(self) -> None:
        """Give its steps."""
        path = self._here
        if path is not None:
            self.dismiss(path.steps)


def _line(line: ToldLine) -> Content:
    name = f"{line.step_id}: " if line.step_id else ""
    note = f"  {line.note}" if line.note else ""
    return styled(
        (f"{line.at:%a %Y-%m-%d %H:%M}  ", "$text-muted"),
        (f"{_SIGNS[line.kind]} {name}", "bold"),
        line.text,
        (note, "$text-muted"),
    )


def _after_fault(text: str) -> str | None:
    try:
        read_deed(f"mail:opened@{text.strip()}")
    except ValueError:
        return "Such as 2d, 4h or 30m."
    return None
