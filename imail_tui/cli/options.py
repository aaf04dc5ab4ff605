"""Options that mean the same everywhere."""

import sys
from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import Connection
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

Flag = Annotated[bool, Parameter(negative="", show_default=False)]
Many = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
"""An option that may be repeated."""
AtLeastOne = Annotated[int, Parameter(validator=Number(gte=1))]
"""How many, of `--most` and `--count`."""
GivenFile = Annotated[str, Parameter(allow_leading_hyphen=True)]
"""A file's name; "-" is standard input or output."""
Shared = Annotated[Connection, Parameter(parse=False)]


def required(names: Sequence[str], group: str) -> Sequence[str]:
    """The things of a group that a command is about. Raises `Refused` where none was named."""
    from imail_tui.services.refused import Refused

    if not names:
        what = f"No {group} were named."
        raise Refused(Problem(what, f"See `imail-tui {group} list`.", code="usage"))
    return names


def say(text: str) -> None:
    """One line beside the result, on standard error; the text may be foreign."""
    print(one_line(text), file=sys.stderr)
