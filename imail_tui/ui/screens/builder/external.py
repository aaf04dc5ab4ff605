"""The campaign outside of the app: the person's editor, and campaign files."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from imail_tui.domain.campaign_files.fields import ordered
from imail_tui.domain.campaign_files.reading import Unreadable, read_campaign
from imail_tui.domain.campaign_files.writing import new_file
from imail_tui.domain.sequence import edits
from imail_tui.domain.sequence.violations import Raw
from imail_tui.domain.sequence.ways import id_of
from imail_tui.services.campaign_code.files import FileProblem, read_file, write_file
from imail_tui.ui.editor import EditorFailed, edit_text

if TYPE_CHECKING:
    from imail_tui.ui.screens.builder.desk import Desk


async def edit_body(desk: "Desk") -> None:
    """The body of the mail under the cursor in `$EDITOR`."""
    step = desk.here
    if step is None or step.get("type") != "email":
        desk.say("This is no mail; E edits the whole campaign.")
        return
    body = step.get("body")
    text = await _edited(desk, body if isinstance(body, str) else "", ".txt")
    if text is not None:
        # Editors end a file with a newline that nobody typed.
        typed = text if isinstance(body, str) and body.endswith("\n") else text.removesuffix("\n")
        desk.change(lambda steps: edits.replace_step(steps, id_of(step), {**step, "body": typed}))


async def edit_file(desk: "Desk") -> None:
    """The whole campaign as YAML in `$EDITOR`; again until it can be read, or it is left as it was."""
    from imail_tui.ui.screens.asking import confirmed

    text = new_file(ordered(desk.script.campaign))
    while (edited := await _edited(desk, text, ".yaml")) is not None:
        try:
            desk.become(read_campaign(edited.encode("utf-8", "replace")).campaign)
            return
        except Unreadable as error:
            where = f"Line {error.position.line}, column {error.position.column}: {error.message}."
            if not await confirmed(
                desk.app, "The file cannot be read", "Edit again", (where,), trigger="E", live=False
            ):
                desk.say("The campaign is as it was before.")
                return
            text = edited


async def read_campaign_file(desk: "Desk") -> None:
    """Put what a file says in place of the campaign; undo takes it back."""
    path = await _asked_path(desk, "Open which file?")
    if path is not None:
        try:
            desk.become((await asyncio.to_thread(read_file, path)).campaign)
        except FileProblem as error:
            desk.show_problem(error.problem)
        else:
            desk.say(f"This is {path} now; u undoes, ctrl+s saves it on the server.")


async def write_campaign_file(desk: "Desk") -> None:
    """Write the campaign's file; comments of one that is there are kept."""
    path = await _asked_path(desk, "Write which file?")
    if path is not None:
        campaign = ordered(desk.script.campaign)
        try:
            changed = await asyncio.to_thread(write_file, path, campaign)
        except FileProblem as error:
            desk.show_problem(error.problem)
        else:
            desk.say(f"{path} is written." if changed else f"{path} said so already.")


async def _asked_path(desk: "Desk", title: str) -> str | None:
    from imail_tui.ui.dialogs.prompt import PromptDialog

    typed = await desk.app.push_screen_wait(PromptDialog(title, text=_file_name(desk.script.campaign)))
    return _path(typed) if typed and typed.strip() else None


def _path(typed: str) -> str:
    return str(Path(typed.strip()).expanduser())


def _file_name(campaign: Raw) -> str:
    name = campaign.get("name")
    slug = edits.fresh_id((), name if isinstance(name, str) and name else "campaign")
    return f"{slug}.yaml"


async def _edited(desk: "Desk", text: str, suffix: str) -> str | None:
    """A text as it comes back from the editor; None when it did not change, or there is no editor."""
    try:
        return edit_text(desk.app, text, suffix)
    except EditorFailed as error:
        desk.say(f"{error}")
        return None
