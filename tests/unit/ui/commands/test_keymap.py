import subprocess
import sys

import pytest

from imail_tui.ui.areas import AREAS
from imail_tui.ui.commands.bindings import NO_KEY, bindings
from imail_tui.ui.commands.command import Command, CommandGroup
from imail_tui.ui.commands.keymap import key_rows, keymap_problems, split_keys
from imail_tui.ui.commands.registry import all_keys, area_group, problems_of

GROUP = CommandGroup(
    "mail",
    "Mail",
    (Command("mail.a", "A", "Does a.", "a,f2", "a"), Command("mail.b", "B", "Does b.", "", "b")),
)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("question_mark", ("?",)),
        ("slash,colon", ("/", ":")),
        ("ctrl+P", ("ctrl+p",)),
        (" j , down ", ("j", "down")),
        ("G", ("G",)),
        ("Escape", ("escape",)),
        ("space", ("space",)),
        ("f5", ("f5",)),
        ("ctrl+slash", ("ctrl+/",)),
        ("+", ("+",)),
        ("ctrl++", ("ctrl++",)),
        ("", ()),
    ],
)
def test_each_key_is_written_in_one_way(written: str, keys: tuple[str, ...]) -> None:
    assert split_keys(written) == keys


def test_rows_have_the_keys_of_the_keymap() -> None:
    rows = key_rows([GROUP], {"mail.b": "B"})
    assert [(row.id, row.keys, row.group) for row in rows] == [
        ("mail.a", ("a", "f2"), "Mail"),
        ("mail.b", ("B",), "Mail"),
    ]


def test_the_keys_we_deliver_do_not_clash() -> None:
    assert problems_of({}) == []


def test_a_clash_names_both_commands_and_the_place() -> None:
    clash, *others = problems_of({"inboxes.pause": "r"})
    assert others == []
    assert clash.code == "key_clash"
    assert clash.where == "Inboxes"
    assert "area.refresh" in clash.what
    assert "inboxes.pause" in clash.what


def test_a_clash_is_found_however_the_key_is_written_and_told_once_for_each_pair() -> None:
    problems = problems_of({"app.help": "slash"})
    assert [problem.code for problem in problems] == ["key_clash", "key_clash"]
    assert [problem.where for problem in problems] == ["lists", "Campaign builder"]
    assert all(problem.what.startswith("/ means ") for problem in problems)


def test_a_clash_with_the_keys_of_tables_is_found() -> None:
    assert any("table.mark" in problem.what for problem in problems_of({"area.refresh": "space"}))


def test_two_areas_may_use_the_same_key() -> None:
    places = {"One": key_rows([GROUP], {}), "Two": key_rows([GROUP], {})}
    assert keymap_problems(places, {}) == []


@pytest.mark.parametrize(
    ("keymap", "code"),
    [
        ({"no.such": "x"}, "unknown_command"),
        ({"app.help": "alt+x"}, "unreliable_key"),
        ({"app.help": "ctrl+B"}, "unreliable_key"),
    ],
)
def test_keys_that_lead_nowhere_are_found(keymap: dict[str, str], code: str) -> None:
    assert [problem.code for problem in problems_of(keymap)] == [code]


def test_every_command_is_listed_once_with_title_and_doc() -> None:
    rows = all_keys({})
    ids = [row.id for row in rows]
    assert len(ids) == len(set(ids))
    assert all(row.title for row in rows)
    assert all(row.doc.endswith(".") for row in rows if row.group != "Tables")
    assert {f"app.{area.id}" for area in AREAS} <= set(ids)


def test_a_command_belongs_to_its_group() -> None:
    for area in AREAS:
        group = area_group(area.id)
        assert group is None or all(command.id.startswith(f"{area.id}.") for command in group.commands)


def test_a_command_without_a_key_can_still_be_given_one() -> None:
    keys = {binding.id: binding.key for binding in bindings(GROUP) if not isinstance(binding, tuple)}
    assert keys == {"mail.a": "a,f2", "mail.b": f"{NO_KEY}mail.b"}


def test_commands_are_data_that_need_no_terminal() -> None:
    code = (
        "import sys; from imail_tui.ui.commands import app, screen, keymap, registry; "
        "from imail_tui.ui.areas import AREAS; [registry.area_group(a.id) for a in AREAS]; "
        "print('textual' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
