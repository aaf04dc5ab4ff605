"""Findings of campaign files printed for people, programs and GitHub.

Neither the command line's parser nor the models are needed for it: a file is linted at each save.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.output import print_json
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem
from imail_tui.services.campaign_code.linting import FileFinding, lint_file

if TYPE_CHECKING:
    from imail_tui.model.record import Json

Format: TypeAlias = Literal["text", "json", "github"]
_FORMATS: dict[str, Format] = {"--json": "json", "--github": "github"}


def plain_words(words: Sequence[str]) -> tuple[list[str], Format] | None:
    """Files and format of a command line that has nothing else, None for any other."""
    options = [word for word in words if word.startswith("-")]
    if len(options) > 1 or not set(options) <= _FORMATS.keys():
        return None
    return [word for word in words if word not in options], _FORMATS[options[0]] if options else "text"


def report(files: Sequence[str], output: Format) -> Exit:
    """Lint files and print what is found; fails when there is an error."""
    if not files:
        return tell(Problem("Name at least one file.", code="usage"))
    found: list[FileFinding] = []
    for path in files:
        try:
            found += lint_file(path)
        except OSError as error:
            return tell(Problem(f"{path} cannot be read: {error.strerror}.", code="usage"))
    if output == "json":
        print_json([_json(item) for item in found])
    else:
        for item in found:
            print(one_line(_github(item) if output == "github" else _text(item)))
    return Exit.FAILED if any(item.finding.severity == "error" for item in found) else Exit.OK


def _text(item: FileFinding) -> str:
    at, finding = item.position, item.finding
    place = f" {finding.place}:" if finding.place else ""
    return (
        f"{item.path}:{at.line}:{at.column}: {finding.severity}:{place} {finding.message}."
        f" {finding.remedy} [{finding.code}]"
    )


def _github(item: FileFinding) -> str:
    """A workflow command; its own signs in foreign text are written as the runner reads them back."""
    at, finding = item.position, item.finding
    path = _escaped(item.path).replace(":", "%3A").replace(",", "%2C")
    message = _escaped(f"{finding.message}. {finding.remedy}")
    return f"::{finding.severity} file={path},line={at.line},col={at.column},title={finding.code}::{message}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _json(item: FileFinding) -> "Json":
    finding = item.finding
    return {
        "path": item.path,
        "line": item.position.line,
        "column": item.position.column,
        "code": finding.code,
        "severity": finding.severity,
        "place": finding.place,
        "message": finding.message,
        "remedy": finding.remedy,
    }
