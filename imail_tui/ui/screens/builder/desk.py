"""What all of the builder stands on: a draft, what is shown of it, and keeping it while somebody types."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from imail_tui.domain.sequence import edits
from imail_tui.domain.sequence.drawing import draw
from imail_tui.domain.sequence.edits import Refused
from imail_tui.domain.sequence.lint.finding import Finding, Surroundings
from imail_tui.domain.sequence.lint.findings import NOWHERE
from imail_tui.domain.sequence.manuscript import Manuscript
from imail_tui.domain.sequence.violations import Raw
from imail_tui.domain.sequence.ways import RawStep, Slot, Way, id_of
from imail_tui.domain.shown import plural
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.model.drafts import Draft, DraftMoved
from imail_tui.model.record import Json
from imail_tui.model.steps import MAX_STEPS, Step
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import Subject
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.builder.context import StepContext, context_of
from imail_tui.ui.screens.builder.graph import GraphView, Worry
from imail_tui.ui.screens.builder.pane import Scribe
from imail_tui.ui.screens.builder.step_form import StepForm
from imail_tui.ui.widgets.message_line import MessageLine

SETTLE_SECONDS: Final = 0.12
"""Rest after the last letter before the graph is drawn and judged again."""
KEEP_SECONDS: Final = 0.5
"""After a change the draft is on disk this much later at most, so that a kill loses less than a second."""
_NAME_CELLS: Final = 24
_LEAST_NAME: Final = 8
_TITLE_EDGES: Final = 4
_FORM_HINTS: Final = (
    ("esc", "graph"),
    ("tab", "next"),
    ("→", "complete"),
    ("ctrl+z", "undo"),
    ("ctrl+s", "save"),
    ("f1", "help"),
)
_NO_CONTEXT: Final = StepContext(0, (), (), ())


class Desk(AreaScreen):
    """One campaign being written: what is shown, and that nothing typed is lost."""

    HINTED = (("enter", "write"),)
    AUTO_FOCUS: ClassVar[str | None] = "GraphView"

    DEFAULT_CSS = """
    Desk {
        #desk { height: 1fr; }
        #form { display: none; }
    }
    Desk.-wide #graph { width: 48%; }
    Desk.-wide #form { display: block; width: 52%; border-left: solid $panel; }
    Desk.-wide:ansi #form { border-left: solid ansi_bright_black; }
    Desk.-narrow.-writing #form { display: block; width: 1fr; }
    Desk.-narrow.-writing #graph { display: none; }
    """

    session: Session

    def __init__(
        self, session: Session, draft: Draft, options: UiOptions | None = None, *, told: str = ""
    ) -> None:
        """`told` is said once, such as that a draft was taken up again."""
        super().__init__(session, options)
        self.draft = draft
        self._script = Manuscript(draft.content)
        self.form = StepForm(Scribe(self._write, self._lead), id="form")
        self.around: Surroundings = NOWHERE
        self.findings: tuple[Finding, ...] = ()
        self.path: frozenset[str] = frozenset()
        self._kept = 0
        self._taken: str | None = None
        self._settle_timer: Timer | None = None
        self._keep_timer: Timer | None = None
        self._told = told
        self._refused: tuple[Finding, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Graph and form."""
        with Horizontal(id="desk"):
            yield GraphView(
                id="graph", empty="An empty campaign.\n\nm adds the first mail, ? shows all keys."
            )
            yield self.form

    def on_mount(self) -> None:
        """Show the draft; what is known of inboxes and leads follows."""
        self.show_all()
        if self._told:
            self.say(self._told)

    @on(events.Unmount)
    async def keep_last(self) -> None:
        """What was typed last is kept."""
        await self.keep_now()

    @on(events.DescendantFocus)
    def tell_keys(self) -> None:
        """Other keys work in a form than in the graph."""
        self.query_one(MessageLine).show_hints(tuple(self.hints()))

    def hints(self) -> Iterable[tuple[str, str]]:
        """In a form the keys that work there."""
        return _FORM_HINTS if self.form.writing else super().hints()

    # What is shown

    @property
    def graph(self) -> GraphView:
        """The sequence."""
        return self.query_one(GraphView)

    @property
    def script(self) -> Manuscript:
        """What is written, the last letter in a field included."""
        self.form.take_typed()
        return self._script

    @property
    def here(self) -> RawStep | None:
        """The step under the cursor, as it is written now."""
        place = self.graph.place
        return None if place is None else self.script.step(place[0])

    @property
    def status(self) -> str:
        """The campaign's state on the server; blank where it is not there yet."""
        if self.draft.campaign_id is None:
            return ""
        campaign = self.session.campaigns.get(self.draft.campaign_id)
        return "" if campaign is None else campaign.status

    def title_note(self) -> str:
        """Name, state, steps, findings, and whether the server has it."""
        name = self.script.campaign.get("name")
        errors = sum(finding.severity == "error" for finding in self.findings)
        warnings = len(self.findings) - errors
        shown = name if isinstance(name, str) and name.strip() else "no name"
        parts = [
            f"{len(self.script.steps)}/{MAX_STEPS}",
            plural(errors, "error") if errors else "",
            plural(warnings, "warning") if warnings else "",
            self.status or "not on the server",
            "" if self.saved or not self.status else "changed",
        ]
        rest = "".join(f" · {part}" for part in parts if part)
        room = self.size.width - cell_width(rest) - len(self.AREA.title) - _TITLE_EDGES
        return clip(one_line(shown), max(_LEAST_NAME, min(room, _NAME_CELLS))) + rest

    @property
    def saved(self) -> bool:
        """Whether the server has all of it."""
        return not self.session.drafting.changes_server(self.as_draft())

    def as_draft(self) -> Draft:
        """The draft as it is written now."""
        content: Json = self.session.drafting.as_json(self.script.campaign)
        return replace(self.draft, content=content)

    def show_all(self) -> None:
        """Draw and judge everything anew."""
        self._stop_timer()
        found = self.session.drafting.judge(self.script.campaign, self.around)
        self.findings = (*self._refused, *found)
        steps = self.script.steps
        ids = [id_of(step) for step in steps]
        worries: dict[str, Worry] = {}
        for finding in reversed(self.findings):
            step_id = step_of_place(finding.place, ids)
            if step_id is not None:
                worries[step_id] = finding.severity
        self.graph.show(draw([Step.model_validate(step) for step in steps]), self.path, worries)
        self.show_form()
        self.show_title()

    def show_form(self) -> None:
        """Show the step under the cursor."""
        step = self.here
        self.form.show(step, self.context(id_of(step)) if step is not None else _NO_CONTEXT)
        ids = [id_of(each) for each in self.script.steps]
        mine = [
            finding
            for finding in self.findings
            if step is not None and step_of_place(finding.place, ids) == id_of(step)
        ]
        self.form.show_findings(mine)

    def context(self, step_id: str) -> StepContext:
        """What a step's form knows of the rest."""
        audience = self.around.audience
        columns = sorted(audience.columns) if audience is not None else []
        return context_of(self.script.steps, step_id, columns)

    def subject(self) -> Subject:
        """The step under the cursor; a taken one counts as marked."""
        found = super().subject()
        marked = frozenset() if self._taken is None else frozenset({self._taken})
        return replace(found, record=self.here, marked=marked)

    def to_copy(self) -> str:
        """The body of a mail, else the step's id."""
        step = self.here or {}
        return str(step.get("body") or id_of(step))

    def data_age(self) -> float | None:
        """The draft is here; what ages is what the server said of it."""
        return self.session.campaigns.age()

    def errors(self) -> list[Finding]:
        """What forbids a launch, silenced or not."""
        found = self.session.drafting.judge(self.script.campaign, self.around, heed_silence=False)
        return [finding for finding in found if finding.severity == "error"]

    def show_refused(self, findings: tuple[Finding, ...]) -> None:
        """Show what the server does not accept, until something is changed."""
        self._refused = findings
        self.show_all()

    def take_over(self, draft: Draft) -> None:
        """Go on with a draft that the server or another program had its part in."""
        self.draft = draft
        self.script.become(draft.content)
        self._refused = ()
        self.show_all()
        self._keep_soon()

    async def forget(self) -> None:
        """Forget the draft."""
        self._kept = self.script.version
        await self.session.drafting.drop(self.draft)

    async def refresh_area(self) -> None:
        """Ask for what the linter may know."""
        await self.session.inboxes.refresh(urgent=False)
        self.around = await self.session.drafting.surroundings(self.draft)
        self.show_all()

    # Writing

    def _write(self, changed: RawStep, place: str) -> None:
        """Somebody typed in the form."""
        step_id = id_of(changed)
        if self._script.step(step_id) is not None:
            self._script.write(step_id, changed, place, monotonic())
            self._changed()

    def _lead(self, step_id: str, slot: Slot, target: str | None) -> str:
        """A way out is given another target in the form."""
        try:
            self._script.edit(lambda steps: edits.retarget(steps, Way(step_id, slot), target))
        except Refused as error:
            return str(error)
        self._changed()
        return ""

    def change(self, edit: Callable[[Sequence[Raw]], list[RawStep]]) -> bool:
        """Edit the sequence, or say why it cannot be done."""
        try:
            self.script.edit(edit)
        except Refused as error:
            self.say(f"{error}.")
            return False
        self._settle_now()
        return True

    def become(self, campaign: Raw) -> None:
        """Say something else altogether, as one edit."""
        self.script.become(campaign)
        self._settle_now()

    def set_setting(self, key: str, value: object) -> None:
        """Change a setting of the campaign."""
        self.script.set(key, value)
        self._settle_now()

    def action_undo(self) -> None:
        """The last edit back."""
        self._settle_now() if self.script.undo() else self.say("There is nothing to undo.")

    def action_redo(self) -> None:
        """And again."""
        self._settle_now() if self.script.redo() else self.say("There is nothing to redo.")

    # Keeping

    def _changed(self) -> None:
        """After a letter: the rest follows when the fingers rest."""
        self._refused = ()
        if self._settle_timer is not None:
            self._settle_timer.stop()
        self._settle_timer = self.set_timer(SETTLE_SECONDS, self.show_all)
        self._keep_soon()

    def _settle_now(self) -> None:
        self._refused = ()
        self.show_all()
        self._keep_soon()

    def _stop_timer(self) -> None:
        if self._settle_timer is not None:
            self._settle_timer.stop()
            self._settle_timer = None

    def _keep_soon(self) -> None:
        if self._keep_timer is None and self._kept != self.script.version:
            self._keep_timer = self.set_timer(KEEP_SECONDS, self._keep)

    @work(group="keep", exit_on_error=False)
    async def _keep(self) -> None:
        self._keep_timer = None
        await self.keep_now()

    async def keep_now(self) -> None:
        """Keep what is written, if that is not kept yet. Raises `OSError`."""
        version = self.script.version
        if version in (self._kept, 0):
            return
        try:
            self.draft = await self.session.drafting.keep(self.as_draft())
            self._kept = version
        except DraftMoved:
            # Another program writes the same draft: this one goes on as a copy, and nothing is lost.
            copy = self.session.drafting.begin(self.script.campaign)
            self.draft = replace(copy, base=self.draft.base, campaign_id=self.draft.campaign_id)
            self.draft = await self.session.drafting.keep(self.as_draft())
            self._kept = version
            # Whoever types would take a remark away with the next command.
            self.app.notify(
                "Another program changed this draft. Yours goes on as a draft of its own; both are kept.",
                severity="warning",
            )


def step_of_place(place: str, ids: Sequence[str]) -> str | None:
    """The id of the step a path in the campaign's JSON leads into, None for the campaign's own fields."""
    if not place.startswith("steps["):
        return None
    number = place[6:].partition("]")[0]
    return ids[int(number)] if number.isdecimal() and int(number) < len(ids) else None
