"""`imail-tui campaigns lint`: findings of campaign files, for people, programs and GitHub."""

from typing import Annotated

from cyclopts import Parameter

from imail_tui.cli.lint_report import Format, report


def lint(*files: str, output: Annotated[Format, Parameter(name="--format")] = "text") -> int:
    """Look for mistakes in campaign files. Fails (1) when there is an error; warnings alone pass.

    Parameters
    ----------
    files
        YAML files, one campaign each.
    output
        `text` for people, `json` for programs, `github` for annotations of a pull request.
    """
    return report(files, output)
