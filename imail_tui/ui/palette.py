"""The list of all commands (ctrl+p, `:`), made from the commands themselves; and the list of themes."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from imail_tui.ui import themes
from imail_tui.ui.areas import AREAS
from imail_tui.ui.commands.command import Command, Subject
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.commands.registry import commands_for_all
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.frame import FrameScreen

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp


async def ask_command(app: "ImailApp") -> None:
    """Let the person find a command and run it. Call it from a worker."""
    # A key may be faster than the screen it is for: what commands act on is asked of its widgets.
    if isinstance(app.screen, FrameScreen):
        await app.screen.put_together.wait()
    chosen = await app.push_screen_wait(PickerDialog("Commands", list(_choices(app))))
    if chosen is None:
        return
    if chosen in app.commands:
        await app.action_command(chosen)
    else:
        area_id = chosen.partition(".")[0]
        if isinstance(app.screen, FrameScreen) and chosen not in app.screen.commands():
            lost = await app.to_top(area_id)
            if lost and isinstance(app.screen, FrameScreen):
                app.screen.say(f"Finish or leave this first: {lost}.")
                return
        if isinstance(app.screen, FrameScreen):
            await app.screen.action_command(chosen)


async def ask_theme(app: "ImailApp") -> None:
    """Let the person choose a theme; it applies at once. Call it from a worker."""
    choices = [Choice(name, title) for name, title in themes.TITLES.items()]
    chosen = await app.push_screen_wait(PickerDialog("Theme", choices, at=app.theme))
    if chosen is not None:
        app.use_theme(chosen)


def _choices(app: "ImailApp") -> Iterator[Choice]:
    screen = app.screen
    if isinstance(screen, FrameScreen):
        yield from _as_choices(screen.commands().values(), screen.subject(), app)
    own = [command for command in app.commands.values() if command.id != "app.palette"]
    yield from _as_choices(own, Subject(), app)
    if isinstance(screen, AreaScreen):
        elsewhere = Subject(capabilities=screen.session.capabilities)
        for area in AREAS:
            there = [each for each in commands_for_all(area.id) if each.id not in screen.commands()]
            yield from _as_choices(there, elsewhere, app, f"In {area.title}: ")


def _as_choices(
    commands: Iterable[Command], subject: Subject, app: "ImailApp", where: str = ""
) -> Iterator[Choice]:
    for command in commands:
        keys = split_keys(app.options.keymap.get(command.id, command.keys))
        yield Choice(
            command.id,
            command.title,
            keys=" ".join(keys),
            note=where + command.doc,
            impossible=command.why_not(subject),
            aliases=command.aliases,
        )
