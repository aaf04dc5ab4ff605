"""`imail-tui campaigns lint`: findings of campaign files, for people, programs and GitHub."""

from imail_tui.cli.exits import tell
from imail_tui.cli.lint_report import report
from imail_tui.cli.options import Flag
from imail_tui.model.problem import Problem


def lint(*files: str, github: Flag = False, json: Flag = False) -> int:
    """Look for mistakes in campaign files. Fails (1) when there is an error; warnings alone pass.

    For example:
      imail-tui campaigns lint campaigns/*.yaml
      imail-tui campaigns lint --github campaigns/*.yaml

    Parameters
    ----------
    files
        YAML files, one campaign each.
    github
        Print annotations of a pull request.
    json
        Print one JSON array: `path`, `line`, `column`, `code`, `severity`, `place`, `message`, `remedy`.
    """
    if github and json:
        return tell(Problem("--github and --json exclude each other.", "Leave one out.", code="usage"))
    return report(files, "github" if github else "json" if json else "text")
