"""The campaign builder: edit, look ahead, save, launch."""

from typing import ClassVar

from textual import work

from imail_tui.domain.sequence.lead import read_lead
from imail_tui.domain.sequence.ways import id_of
from imail_tui.services.campaign_code.files import FileProblem
from imail_tui.ui.areas import Area
from imail_tui.ui.commands.builder import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.screens.builder.editing import Editing
from imail_tui.ui.typeahead import opening


class BuilderScreen(Editing):
    """One campaign being written. Each command loads what it needs when it is first used."""

    AREA: ClassVar[Area] = Area("builder", "Builder", "", "builder.screen:BuilderScreen")
    GROUP: ClassVar[CommandGroup | None] = COMMANDS

    # Looking ahead

    @work(group="look", exclusive=True, exit_on_error=False)
    async def action_preview(self) -> None:
        """Its mails as leads would get them."""
        from imail_tui.domain.sequence.sequence import read_steps
        from imail_tui.ui.screens.builder.preview import PreviewDialog

        steps = read_steps(self.script.steps)[0]
        with opening(self.app):
            await self.keep_now()
            leads = await self.session.drafting.leads(self.draft.campaign_id)
        at = id_of(self.here or {})
        await self.app.push_screen_wait(PreviewDialog(steps, leads, at, self._send_test))

    async def _send_test(self, to: str, step_id: str, lead_id: str | None) -> str:
        if self.draft.campaign_id is None or not self.saved:
            return "Save the campaign first (ctrl+s): the server sends what it has."
        await self.session.drafting.send_test(self.draft, to, step_id, lead_id)
        return f"{step_id} is on its way to {to}."

    @work(group="look", exclusive=True, exit_on_error=False)
    async def action_walk(self) -> None:
        """A lead's walk with dates; its path is then shown in the graph."""
        from imail_tui.services.campaign_code.simulating import course_of
        from imail_tui.ui.screens.builder.preview import MADE_UP
        from imail_tui.ui.screens.builder.walk_dialog import WalkDialog

        zone = self.session.drafting.workspace_zone
        try:
            course = course_of(self.script.campaign, zone)
        except FileProblem as error:
            self.say(error.problem.sentence())
            return
        with opening(self.app):
            real = await self.session.drafting.leads(self.draft.campaign_id, 50)
        leads = [read_lead(lead.wire()) for lead in real]
        passed = await self.app.push_screen_wait(
            WalkDialog(course, leads or [read_lead({**MADE_UP, "timezone": zone})], self.session.now())
        )
        if passed is not None:
            self.show_path(passed)

    @work(group="look", exclusive=True, exit_on_error=False)
    async def action_paths(self) -> None:
        """All distinct paths."""
        from imail_tui.services.campaign_code.simulating import course_of, paths
        from imail_tui.ui.screens.builder.walk_dialog import PathsDialog

        try:
            found, count = paths(course_of(self.script.campaign, self.session.drafting.workspace_zone))
        except FileProblem as error:
            self.say(error.problem.sentence())
            return
        steps = await self.app.push_screen_wait(PathsDialog(found, count))
        if steps is not None:
            self.show_path(frozenset(steps))

    @work(group="look", exclusive=True, exit_on_error=False)
    async def action_forecast(self) -> None:
        """When it is done, and what holds it up."""
        from imail_tui.ui.screens.builder.forecast_dialog import ForecastDialog

        try:
            with opening(self.app):
                outlook = await self.session.forecasting.outlook(self.as_draft())
        except FileProblem as error:
            self.say(error.problem.sentence())
            return
        await self.app.push_screen_wait(ForecastDialog(self.as_draft().name, outlook))

    def show_path(self, step_ids: frozenset[str]) -> None:
        """Mark a path in the graph until esc."""
        self.path = step_ids
        self.show_all()
        self.say("The path is marked in the graph; esc takes the marks away.")

    # Files

    @work(group="file", exclusive=True, exit_on_error=False)
    async def action_edit_body(self) -> None:
        """This mail's body in the person's editor."""
        from imail_tui.ui.screens.builder.external import edit_body

        await edit_body(self)

    @work(group="file", exclusive=True, exit_on_error=False)
    async def action_edit_file(self) -> None:
        """The whole campaign as its file in the person's editor."""
        from imail_tui.ui.screens.builder.external import edit_file

        await edit_file(self)

    @work(group="file", exclusive=True, exit_on_error=False)
    async def action_read_file(self) -> None:
        """What a file says."""
        from imail_tui.ui.screens.builder.external import read_campaign_file

        await read_campaign_file(self)

    @work(group="file", exclusive=True, exit_on_error=False)
    async def action_write_file(self) -> None:
        """Into a file."""
        from imail_tui.ui.screens.builder.external import write_campaign_file

        await write_campaign_file(self)

    # The server

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_save(self) -> None:
        """Make the server's campaign what this says."""
        from imail_tui.ui.screens.builder.saving import save

        await save(self)

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_launch(self) -> None:
        """Save, tell what launching touches, ask, launch."""
        from imail_tui.ui.screens.builder.launching import launch

        await launch(self)

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_pause(self) -> None:
        """Stop sending."""
        from imail_tui.ui.screens.builder.launching import pause

        await pause(self)

    @work(group="save", exclusive=True, exit_on_error=False)
    async def action_discard(self) -> None:
        """Forget what is not saved."""
        from imail_tui.ui.screens.asking import confirmed

        lines = (
            ("What is on the server stays as it is.",) if self.draft.campaign_id else ("It is nowhere else.",)
        )
        if await confirmed(self.app, "Discard this draft?", "Discard", lines, trigger="enter", live=False):
            await self.forget()
            self.dismiss()
