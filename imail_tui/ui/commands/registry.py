"""All commands by where they can be reached. Importing it imports no area; asking for an area does."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from imail_tui.model.problem import Problem
from imail_tui.ui.areas import AREAS
from imail_tui.ui.commands import app, screen
from imail_tui.ui.commands.command import Command, CommandGroup
from imail_tui.ui.commands.keymap import Keymap, KeyRow, key_rows, keymap_problems, split_keys

_PLACES = (*(area.id for area in AREAS), "webhooks", "deliveries", "suppressions")
"""Areas, and lists inside of one that have commands of their own."""
_NO_LISTS = ("analytics",)
"""Areas with a table that is no list of records: what lists have in common is not theirs."""
_FORMS = ("builder", "answer", "import_columns", "import_check", "import_run", "imports")
"""Screens with commands of their own that are no lists."""


def area_group(area_id: str) -> CommandGroup | None:
    """The commands that only this area has: `COMMANDS` of the module of its name."""
    name = f"imail_tui.ui.commands.{area_id}"
    if find_spec(name) is None:
        return None
    group = import_module(name).COMMANDS
    assert isinstance(group, CommandGroup)
    return group


def commands_for_all(area_id: str) -> tuple[Command, ...]:
    """The commands of an area that can be asked for in every other one."""
    group = area_group(area_id)
    return () if group is None else tuple(command for command in group.commands if command.anywhere)


def all_keys(keymap: Keymap) -> list[KeyRow]:
    """Every command once, with the keys it has under a keymap, for listing."""
    areas = [group for place in (*_PLACES, *_FORMS) if (group := area_group(place)) is not None]
    groups = (app.COMMANDS, screen.AREA_COMMANDS, screen.LIST_COMMANDS, screen.FILTER_COMMANDS, *areas)
    return [*key_rows(groups, keymap), *_table_rows(keymap)]


def problems_of(keymap: Keymap) -> list[Problem]:
    """What is wrong with a keymap; empty when nothing is."""
    return keymap_problems(dict(_scopes(keymap)), keymap)


def _scopes(keymap: Keymap) -> Iterator[tuple[str, list[KeyRow]]]:
    """What can be reached in each place: with the focus on a table everything above it too."""
    everywhere = key_rows((app.COMMANDS, screen.AREA_COMMANDS), keymap)
    in_lists = [*everywhere, *key_rows((screen.LIST_COMMANDS,), keymap), *_table_rows(keymap)]
    yield "lists", in_lists
    for place in _PLACES:
        group = area_group(place)
        if group is not None and place not in _NO_LISTS:
            yield group.title, [*in_lists, *key_rows((group,), keymap)]
    for place in _NO_LISTS:
        group = area_group(place)
        assert group is not None, "it has commands of its own"
        yield group.title, [*everywhere, *_table_rows(keymap), *key_rows((group,), keymap)]
    for place in _FORMS:
        group = area_group(place)
        if group is not None:
            yield group.title, [*everywhere, *key_rows((group,), keymap)]
    yield screen.FILTER_COMMANDS.title, key_rows((screen.FILTER_COMMANDS,), keymap)


def _table_rows(keymap: Keymap) -> list[KeyRow]:
    # The widget declares its own keys; it brings Textual along, so it is imported only here.
    from textual.binding import Binding

    from imail_tui.ui.widgets.line_table import LineTable

    return [
        KeyRow(binding.id, binding.description, split_keys(keymap.get(binding.id, binding.key)), "Tables")
        for binding in LineTable.BINDINGS
        if isinstance(binding, Binding) and binding.id is not None
    ]
