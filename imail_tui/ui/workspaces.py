"""Going to another workspace while the app runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from imail_tui.domain.text import one_line
from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.dialogs.prompt import PromptDialog
from imail_tui.ui.ports import FrameSession, Workspaces
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.frame import FrameScreen, problem_of

if TYPE_CHECKING:
    from imail_tui.services.known_profiles import KnownProfile
    from imail_tui.ui.app import ImailApp

_ADD: Final = "+"
"""Not a name that a profile can have."""


async def switch_workspace(app: "ImailApp") -> None:
    """Let the person choose a workspace and go there. Call it from a worker.

    What cannot be opened leaves everything as it is, with the reason in the message line.
    """
    workspaces, session = app.workspaces, app.session
    if workspaces is None or session is None:
        _say(app, "There is only one workspace in this run.")
        return
    if isinstance(app.screen, FrameScreen) and not isinstance(app.screen, AreaScreen):
        _say(app, "Esc first goes back to the open workspace.")
        return
    try:
        chosen = await app.push_screen_wait(
            PickerDialog("Switch workspace", list(_choices(workspaces, session)))
        )
        if chosen is None:
            return
        if chosen == _ADD:
            await _add(app, workspaces)
        elif await may_leave(app, "Switch workspace without saving?", "Switch"):
            await _go(app, workspaces, chosen)
    except Exception as error:
        problem = problem_of(error)
        if problem is None or not isinstance(app.screen, FrameScreen):
            raise
        app.screen.show_problem(problem)


async def may_leave(app: "ImailApp", question: str, verb: str, trigger: tuple[str, ...] = ()) -> bool:
    """Whether nothing would be lost, or the person accepts the loss. Call it from a worker."""
    losses = tuple(loss for screen in app.screens() if (loss := screen.unsaved()))
    if not losses:
        return True
    return await app.push_screen_wait(ConfirmDialog(Danger(question, verb, losses, trigger=trigger))) is True


async def _go(app: "ImailApp", workspaces: Workspaces, name: str) -> None:
    session = workspaces.open(name)
    if session is None:
        await app.show_way_in(workspaces.way_in(name))
    else:
        await app.enter(session)


async def _add(app: "ImailApp", workspaces: Workspaces) -> None:
    name = await app.push_screen_wait(
        PromptDialog(
            "Add a workspace: what shall its profile be called?",
            note="a word such as acme-test; enter goes on, esc leaves",
            check=workspaces.name_fault,
        )
    )
    if name is None:
        return
    server = await app.push_screen_wait(
        PromptDialog(
            f"Server of {name}",
            text=workspaces.default_server,
            check=workspaces.server_fault,
        )
    )
    if server is not None and await may_leave(app, "Switch workspace without saving?", "Switch"):
        await app.show_way_in(workspaces.way_to_add(name, server))


def _choices(workspaces: Workspaces, session: FrameSession) -> Iterator[Choice]:
    here = session.profile.name
    for known in workspaces.known():
        is_here = known.profile.name == here
        mode = session.status.mode if is_here else known.mode
        workspace = one_line((session.status.workspace if is_here else "") or known.workspace)
        yield Choice(
            known.profile.name,
            known.profile.name,
            keys=mode.upper() if mode else "no key",
            note=_note(known, workspace),
            impossible=f"open now · {workspace}" if is_here else None,
            aliases=(workspace.casefold(),) if workspace else (),
        )
    yield Choice(_ADD, "Add a workspace…", note="with a key of another workspace, or the sandbox")


def _note(known: "KnownProfile", workspace: str) -> str:
    server = one_line(known.profile.base_url)
    return f"{workspace} · {server}" if workspace else server


def _say(app: "ImailApp", text: str) -> None:
    if isinstance(app.screen, FrameScreen):
        app.screen.say(text)
