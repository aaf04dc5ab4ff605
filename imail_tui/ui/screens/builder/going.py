"""Going about a campaign: between graph and form, to a finding, to a step, and out."""

from collections.abc import Sequence

from textual import on, work

from imail_tui.domain.sequence.lint.finding import Finding
from imail_tui.domain.sequence.violations import is_object
from imail_tui.domain.sequence.ways import id_of
from imail_tui.model.steps import Step
from imail_tui.ui.screens.builder.desk import Desk, step_of_place
from imail_tui.ui.screens.builder.graph import GraphView


class Going(Desk):
    """The desk, and the ways from one place on it to another."""

    # Settings and findings

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_settings(self) -> None:
        """Everything but the steps."""
        from imail_tui.ui.screens.builder.settings_dialog import SettingsDialog

        inboxes = tuple(self.session.inboxes.all())
        await self.app.push_screen_wait(
            SettingsDialog(lambda: self.script.campaign, self.set_setting, inboxes)
        )

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_findings(self) -> None:
        """All that is wrong; the one that is chosen is gone to."""
        from imail_tui.ui.screens.builder.findings_dialog import FindingsDialog

        finding = await self.app.push_screen_wait(
            FindingsDialog(lambda: self.findings, self.step_of, self._silence)
        )
        if finding is not None:
            self.go_to(finding)

    def step_of(self, finding: Finding) -> str | None:
        """The step a finding is about."""
        return step_of_place(finding.place, [id_of(step) for step in self.script.steps])

    def _silence(self, code: str) -> None:
        settings = self.script.campaign.get("lint")
        kept = settings if is_object(settings) else {}
        ignored = kept.get("ignore")
        codes = ignored if isinstance(ignored, list) else []
        if code not in codes:
            self.set_setting("lint", {**kept, "ignore": [*codes, code]})

    # Moving

    @on(GraphView.Moved)
    def follow(self) -> None:
        """Another step: show its form."""
        left = self.form.unread
        self.show_form()
        if left is not None:
            self.say(f"{left!r} could not be read and was left out.")

    @on(GraphView.Opened)
    def write_here(self) -> None:
        """Put the keys into the form."""
        place = self.graph.place
        slot = None if place is None else place[1]
        at = f"branches[{slot}].when" if isinstance(slot, int) else "else" if slot == "else" else ""
        self.write_at(at)

    def write_at(self, place: str) -> None:
        """Write at a place of the step's JSON."""
        self.set_class(True, "-writing")
        self.form.leave()
        self.show_form()
        if not self.form.write_at(place):
            self.set_class(False, "-writing")
            self.graph.focus()

    def action_back(self) -> None:
        """From the form to the graph, from there out; a taken step and a shown path go first."""
        if self.form.writing or self.has_class("-writing"):
            self.form.leave()
            self.set_class(False, "-writing")
            self.graph.focus()
            self._settle_now()
        elif self._taken is not None or self.path:
            self._taken, self.path = None, frozenset()
            self.show_all()
        else:
            super().action_back()

    def leave(self) -> None:
        """Back to the campaigns; the draft stays."""
        self.dismiss()

    def go_to(self, finding: Finding) -> None:
        """Write where a finding is."""
        ids = [id_of(step) for step in self.script.steps]
        step_id = step_of_place(finding.place, ids)
        if step_id is None:
            self.action_settings()
            return
        self.graph.select((step_id, None))
        self.write_at(finding.place.partition("].")[2])

    def action_jump(self) -> None:
        """Wait for a letter."""
        self.graph.focus()
        self.graph.wait_for_letter()
        self.say("Jump to the next step that begins with …")

    @on(GraphView.Lettered)
    def jump(self, event: GraphView.Lettered) -> None:
        """Say where that led."""
        self.say("" if event.found else f"No step begins with {event.letter}.")

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_find(self) -> None:
        """Choose a step by typing."""
        step_id = await self._asked_step("Go to which step?", [id_of(step) for step in self.script.steps])
        if step_id is not None:
            self.graph.select((step_id, None))

    async def _asked_step(self, title: str, ids: Sequence[str], *, end: bool = False) -> str | None:
        from imail_tui.domain.sequence.graph import summary
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        notes = {id_of(step): summary(Step.model_validate(step)) for step in self.script.steps}
        choices = [Choice(step_id, step_id, "", notes.get(step_id, "")) for step_id in ids]
        if end:
            choices.append(Choice("", "the end", "", "the path ends here"))
        return await self.app.push_screen_wait(PickerDialog(title, choices))
