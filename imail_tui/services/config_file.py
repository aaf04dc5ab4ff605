"""`config.toml` as a file: reading it, judging it, putting an older text back, its schema."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.refused import Refused
from imail_tui.store.files import FileRefused, read_checked, write_private
from imail_tui.store.paths import Paths

UNKNOWN = "unknown_setting"
"""The code of a setting that is passed over; every other one is an error."""
_BEGINNING = """\
# Settings of imail-tui; all of them are optional. `imail-tui config schema` says what there is.
# theme = "imail-light"

# [keys]
# "table.down" = "down,j"
"""


class ConfigFile:
    """The settings of one user."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.path: Path = Paths.find(environment).settings_file

    def read(self) -> str:
        """Its text, "" where there is none. Raises `Refused`."""
        try:
            return read_checked(self.path).decode()
        except FileNotFoundError:
            return ""
        except FileRefused as error:
            raise Refused(error.problem) from None
        except (OSError, UnicodeDecodeError) as error:
            raise self._refused(f"The file cannot be read: {_why(error)}.") from None

    def begin(self) -> None:
        """Make it where there is none, with remarks only. Raises `Refused`."""
        if not self.path.exists():
            self.write(_BEGINNING)

    def write(self, text: str) -> None:
        """Replace its text, whole or not at all. Raises `Refused`."""
        try:
            write_private(self.path, text.encode())
        except OSError as error:
            raise self._refused(f"The file cannot be written: {_why(error)}.") from None

    def problems(self, text: str) -> tuple[Problem, ...]:
        """What is wrong with a text of it, in the order of its lines."""
        from imail_tui.store.config_check import check_config

        try:
            return tuple(each.problem for each in check_config(text, str(self.path)).mistakes)
        except tomllib.TOMLDecodeError as error:
            return (Problem(f"{error}.", "Correct the line.", str(self.path), "settings_refused"),)

    def settings(self, text: str) -> Json:
        """A text of it as data, good or not. Raises `Refused` where it is no TOML."""
        try:
            # A date, which no setting is, becomes text.
            made: Json = json.loads(json.dumps(tomllib.loads(text), default=str))
        except tomllib.TOMLDecodeError as error:
            raise self._refused(f"{error}.") from None
        return made

    def _refused(self, what: str) -> Refused:
        return Refused(Problem(what, "Make it a text file of yours.", str(self.path), "settings_refused"))


def schema() -> Json:
    """The JSON Schema of the file."""
    from imail_tui.model.config import ConfigFile as Model

    made: Json = Model.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "imail-tui config.toml"
    return made


def _why(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "it is not text"
