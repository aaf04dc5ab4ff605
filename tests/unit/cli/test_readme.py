"""The README against the command line and the settings it speaks of."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from cyclopts import App

from imail_tui.cli.root import app
from imail_tui.services.config_file import schema
from imail_tui.store.config_check import check_config
from tests.unit.store.settings_table import settings_table

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")


def commands(group: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every command by its words."""
    for name in group:
        inner = group[name]
        if name.startswith("-"):
            continue
        if any(not each.startswith("-") for each in inner):
            yield from commands(inner, (*path, name))
        else:
            yield " ".join((*path, name)), inner


def test_the_table_of_commands_has_all_of_them_and_no_other() -> None:
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z -]+?)(?: [\[A-Z…\]. -]+)?` \|", section, re.MULTILINE)
    assert sorted(rows) == sorted(words for words, _ in commands(app))


def test_every_command_says_what_it_does_and_has_an_example_where_it_takes_anything() -> None:
    for words, command in commands(app):
        assert command.help, words
        doc = command.default_command.__doc__ or "" if command.default_command else ""
        example = re.search(r"For example:\n\s+(.*)", doc)
        assert example is None or "imail-tui " in example[1], words


def test_the_table_of_settings_is_the_schema() -> None:
    assert "\n".join(settings_table(schema())) in README


def test_settings_in_the_readme_are_good() -> None:
    examples = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert len(examples) >= 2
    for text in examples:
        tomllib.loads(text)
        assert check_config(text, "README.md").mistakes == ()


def test_what_the_readme_says_one_sees_is_what_the_app_says() -> None:
    table = README.partition("| what you see | what to do |\n")[2].partition("\n\n")[0]
    seen = [text for row in table.splitlines() for text in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    messages = [text for text in seen if " " in text and not text.startswith("config.toml")]
    assert len(messages) > 20
    sources = (file.read_text("utf-8") for file in (ROOT / "imail_tui").rglob("*.py"))
    code = "\n".join(re.sub(r'"\n\s+f?"', "", source) for source in sources)
    for message in messages:
        # What a thing is called is put in as well.
        pieces = map(re.escape, re.split("…|campaigns?", message))
        assert re.search(r"\{[^{}\n]+\}".join(pieces), code), message
