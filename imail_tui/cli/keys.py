"""`imail-tui keys`: every key of the app, as the settings have it."""

import os
from typing import Final

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag
from imail_tui.cli.output import Heading, print_json, print_rows

_HEADINGS: Final = (Heading("keys"), Heading("id"), Heading("where"), Heading("what"))


def keys(*, json: Flag = False) -> int:
    """List every command of the app with its keys and its id, by which [keys] in the settings remaps it.

    What is wrong with them is told on standard error: two commands on one
    key, unknown ids, keys that terminals lose. Exit code 1 then.

    For example:
      imail-tui keys
      imail-tui keys --json | jq -r '.keys[] | select(.id | startswith("table")) | .id'

    Parameters
    ----------
    json
        Print one JSON object: `keys` (`id`, `keys`, `default`, `where`, `what`) and `problems`.
    """
    from imail_tui.services.opening import NotOpened, keymap_of
    from imail_tui.ui.commands.registry import all_keys, problems_of

    try:
        keymap = keymap_of(os.environ)
    except NotOpened as error:
        return tell(error.problem)
    problems = problems_of(keymap)
    rows = all_keys(keymap)
    if json:
        default = {row.id: row.keys for row in all_keys({})}
        print_json(
            {
                "keys": [
                    {
                        "id": row.id,
                        "keys": [*row.keys],
                        "default": [*default[row.id]],
                        "where": row.group,
                        "what": row.title,
                    }
                    for row in rows
                ],
                "problems": [
                    {"where": each.where, "what": each.what, "remedy": each.remedy, "code": each.code}
                    for each in problems
                ],
            }
        )
    else:
        print_rows(
            _HEADINGS, [(" ".join(row.keys), row.id, row.group, row.title) for row in rows], empty="No keys."
        )
    for each in problems:
        tell(each)
    return Exit.FAILED if problems else Exit.OK
