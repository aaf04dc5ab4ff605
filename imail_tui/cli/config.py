"""`imail-tui config`: the settings as a file."""

import os
import shlex
import subprocess
from collections.abc import Callable

from cyclopts import App

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.key_input import agreed, can_ask
from imail_tui.cli.options import Flag, say
from imail_tui.cli.output import print_json, print_text
from imail_tui.model.problem import Problem
from imail_tui.services.config_file import UNKNOWN, ConfigFile, schema
from imail_tui.services.refused import Refused

app = App(name="config", help="Settings: profiles, keys, theme, alerts, events, listener.")


@app.command
def path() -> int:
    """Print where the settings are, whether there are any or not.

    For example:
      cp "$(imail-tui config path)" backup.toml
    """
    return _run(lambda file: _printed(str(file.path)))


@app.command
def show(*, json: Flag = False) -> int:
    """Print the settings as they are written. They hold no key.

    For example:
      imail-tui config show

    Parameters
    ----------
    json
        Print one JSON object; `config schema` says what may be in it.
    """

    def run(file: ConfigFile) -> Exit:
        text = file.read()
        if not text:
            say(f"There are no settings yet: imail-tui config edit makes {file.path}.")
        if json:
            print_json(file.settings(text))
        else:
            print_text(text)
        return Exit.OK

    return _run(run)


@app.command
def check(*, json: Flag = False) -> int:
    """Say what is wrong with the settings, with line and key, and what is allowed there.

    Exit code 2 when a value is wrong. Names that are not known are warnings.

    For example:
      imail-tui config check

    Parameters
    ----------
    json
        Print one JSON array: `where`, `what`, `remedy`, `code`.
    """

    def run(file: ConfigFile) -> Exit:
        problems = file.problems(file.read())
        if json:
            print_json(
                [
                    {"where": each.where, "what": each.what, "remedy": each.remedy, "code": each.code}
                    for each in problems
                ]
            )
        else:
            _print(problems)
            if not problems:
                print_text(f"{file.path}: nothing is wrong.")
        return _code(problems)

    return _run(run)


@app.command
def edit() -> int:
    """Open the settings in $VISUAL or $EDITOR, check them afterwards, and offer to go back.

    A running app takes on keys, theme, columns and alerts within seconds.

    For example:
      EDITOR=nano imail-tui config edit
    """

    def run(file: ConfigFile) -> Exit:
        if not can_ask():
            return tell(
                Problem("There is no terminal for an editor.", "See: imail-tui config path", code="usage")
            )
        before = file.read()
        file.begin()
        while True:
            failed = _open_editor(str(file.path))
            if failed is not None:
                return tell(failed)
            problems = file.problems(file.read())
            _print(problems)
            if not problems or not agreed("Edit again?"):
                break
        if _code(file.problems(file.read())) != Exit.OK and agreed("Put the settings back as they were?"):
            file.write(before)
            say("They are as they were.")
            return Exit.FAILED
        return _code(problems)

    return _run(run)


@app.command(name="schema")
def print_schema() -> int:
    """Print the JSON Schema of the settings, for editors that complete and check while one writes.

    For example:
      imail-tui config schema > imail-tui.schema.json
    """
    print_json(schema())
    return Exit.OK


def _open_editor(path: str) -> Problem | None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), path], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return Problem(f"{editor} cannot be run: {why}.", "Set EDITOR to an editor.", code="usage")
    if done.returncode:
        return Problem(f"{editor} ended with {done.returncode}.", "Nothing was checked.", code="editor")
    return None


def _print(problems: tuple[Problem, ...]) -> None:
    for each in problems:
        say(f"{'warning' if each.code == UNKNOWN else 'error'}: {each.sentence()}")


def _code(problems: tuple[Problem, ...]) -> Exit:
    return Exit.USAGE if any(each.code != UNKNOWN for each in problems) else Exit.OK


def _printed(text: str) -> Exit:
    print_text(text)
    return Exit.OK


def _run(command: Callable[[ConfigFile], Exit]) -> int:
    try:
        return command(ConfigFile(os.environ))
    except Refused as error:
        return tell(error.problem)
    except KeyboardInterrupt:
        return tell(Problem("Interrupted.", code="interrupted"))
