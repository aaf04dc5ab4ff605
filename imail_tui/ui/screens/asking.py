"""Asking before something that cannot simply be taken back. Dialogs are loaded when one is first needed."""

from textual.app import App


async def confirmed(
    app: App[None], title: str, verb: str, lines: tuple[str, ...], *, trigger: str, live: bool
) -> bool:
    """Whether the person chose the verb; `trigger` is the key that led here. Call it from a worker."""
    from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger

    answer = await app.push_screen_wait(ConfirmDialog(Danger(title, verb, lines, live, (trigger,))))
    return answer is True
