"""The keys that work here (`?`), from what has the focus up to the app; choosing one runs it."""

from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.screen import Screen

from imail_tui.ui.commands.bindings import NO_KEY
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.commands.screen import AREA_COMMANDS, LIST_COMMANDS
from imail_tui.ui.dialogs.picker import Choice, PickerDialog

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp

_APP: Final = "everywhere"
_COMMON: Final = frozenset(
    command.id for group in (AREA_COMMANDS, LIST_COMMANDS) for command in group.commands
)
_PLACES: Final = {
    "LineTable": "the list",
    "DetailPane": "the page",
    "FilterLine": "the filter",
    "GraphView": "the sequence",
    "ReadChart": "the chart",
}


async def show_help(app: "ImailApp") -> None:
    """Show the keys and run the one that is chosen. Call it from a worker."""
    focused = app.screen.focused
    bindings = {
        binding.id: (node, binding.action)
        for node, binding, *_ in app.screen.active_bindings.values()
        if binding.id
    }
    title = f"Keys in {_place(focused)}" if focused is not None else "Keys"
    chosen = await app.push_screen_wait(PickerDialog(title, key_choices(app)))
    if chosen is not None:
        node, action = bindings[chosen]
        await app.run_action(action, node)


def key_choices(app: "ImailApp") -> list[Choice]:
    """A line for each key that works now: what is special to this place first, what works everywhere last."""
    lines: dict[str, Choice] = {}
    ranks: dict[str, int] = {}
    for key, active in app.screen.active_bindings.items():
        binding = active.binding
        if binding.id is None or key.startswith(NO_KEY):
            continue
        shown = " ".join(split_keys(key))
        before = lines.get(binding.id)
        keys = f"{before.keys} {shown}" if before else shown
        title = binding.description[:1].upper() + binding.description[1:]
        note = active.tooltip or f"in {_place(active.node)}"
        lines[binding.id] = Choice(binding.id, title, keys=keys, note=note)
        ranks[binding.id] = _rank(active.node, binding.id)
    return sorted(lines.values(), key=lambda line: ranks[line.id])


def _rank(node: object, command_id: str) -> int:
    if isinstance(node, App):
        return 3
    if not isinstance(node, Screen):
        return 1
    return 2 if command_id in _COMMON else 0


def _place(node: object) -> str:
    if isinstance(node, App):
        return _APP
    if isinstance(node, Screen):
        return "this area"
    return _PLACES.get(type(node).__name__, "this field")
