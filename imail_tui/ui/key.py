"""Asking for another key of the open workspace, and going on with it."""

from typing import TYPE_CHECKING

from imail_tui.api.errors import ApiError
from imail_tui.model.keeping import Keeping
from imail_tui.model.status import Link
from imail_tui.services.key_check import KeyRefused, explained, typed_key
from imail_tui.ui.dialogs.key import KeyDialog, KeyQuestion, KeyRejected
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.frame import FrameScreen, problem_of

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp


async def ask_key(app: "ImailApp", session: FrameSession) -> None:
    """Ask for another key of a session, unless that is being asked already. Call it from a worker."""
    if any(isinstance(screen, KeyDialog) for screen in app.screen_stack):
        return
    await app.push_screen_wait(key_dialog(session))
    if session.status.link is Link.UNAUTHORIZED and isinstance(app.screen, FrameScreen):
        app.screen.say("The key is refused: imports and the feed wait. `:key` takes another one.")


def take_back_question(app: "ImailApp") -> None:
    """Close the dialog that asks for a key, if it is open: there is a good one."""
    if isinstance(app.screen, KeyDialog):
        app.screen.dismiss(None)


def key_dialog(session: FrameSession) -> KeyDialog:
    """The dialog that takes another key for a session."""

    async def use(typed: str, keeping: Keeping) -> None:
        try:
            await session.use_key(typed_key(typed))
        except ApiError as error:
            raise KeyRejected(explained(error, session.profile.base_url)) from None
        except KeyRefused as error:
            raise KeyRejected(error.problem) from None
        except Exception as error:
            raise _rejected(error) from None
        if keeping in (Keeping.KEYRING, Keeping.FILE):
            await _keep(session, in_file=keeping is Keeping.FILE)

    return KeyDialog(question_of(session), use)


def question_of(session: FrameSession) -> KeyQuestion:
    """Whose key a session needs."""
    status = session.status
    return KeyQuestion(
        workspace=status.workspace,
        profile=session.profile.name,
        server=session.profile.base_url,
        live=status.mode != "test",
        shown=session.key_shown,
        source=session.key_source,
        keeping=session.key_keeping,
        refusal=status.problem if status.link is Link.UNAUTHORIZED else None,
    )


async def _keep(session: FrameSession, *, in_file: bool) -> None:
    try:
        await session.keep_key(in_file=in_file)
    except Exception as error:
        raise _rejected(error) from None


def _rejected(error: Exception) -> Exception:
    """As the dialog shows it; an error without a problem is a mistake of ours and goes on."""
    problem = problem_of(error)
    return error if problem is None else KeyRejected(problem)
