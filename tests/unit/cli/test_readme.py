"""The README against the command line and the settings it speaks of."""

import re
import shlex
import tomllib
from pathlib import Path

from imail_tui.cli.root import app
from imail_tui.services.config_file import schema
from imail_tui.store.config_check import check_config
from tests.unit.cli.command_tree import commands
from tests.unit.store.settings_table import settings_table

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_table_of_commands_has_all_of_them_and_no_other() -> None:
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z -]+?)(?: [\[A-Z…\]. -]+)?` \|", section, re.MULTILINE)
    assert sorted(rows) == sorted(words for words, _ in commands(app))


def test_every_command_says_what_it_does_and_has_examples_that_can_be_typed() -> None:
    for words, command in commands(app):
        assert command.help, words
        doc = command.default_command.__doc__ or "" if command.default_command else ""
        examples = re.findall(
            rf"^ .*\bimail-tui ({words}\b.*)$", doc.partition("For example:")[2], re.MULTILINE
        )
        assert examples, words
        for example in examples:
            # What stands behind it is for the shell, or a remark.
            typed = re.split(r" [|<>&;]|  |\)", example)[0]
            app.parse_args(shlex.split(typed), exit_on_error=False, print_error=False)


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


def test_every_picture_of_the_readme_is_one_that_can_be_made_anew() -> None:
    shown = set(re.findall(r"\(screenshots/([a-z0-9-]+)\.svg\)", README))
    there = {file.stem for file in (ROOT / "screenshots").glob("*.svg")}
    script = (ROOT / "tests" / "screenshots.py").read_text("utf-8")
    assert shown <= there
    assert all(f'"{name}"' in script for name in there)
