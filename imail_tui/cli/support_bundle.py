"""`imail-tui support-bundle`: what support asks for, in one file, shown before it is written."""

import asyncio
import gc
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.key_input import agreed, can_ask
from imail_tui.cli.options import Flag, GivenFile, Shared, say
from imail_tui.cli.output import print_text
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.doctor.examination import Patient
    from imail_tui.services.doctor.finding import Finding


def support_bundle(file: GivenFile = "imail-support.txt", /, *, yes: Flag = False, connection: Shared) -> int:
    """Gather what support asks for: versions, terminal, `doctor`, and the newest requests with their ids.

    It is shown first, and written only if you agree. Keys and addresses are not in it, nor anything that
    the server said of leads, replies or mails. Nothing is sent but what `doctor` asks.

    For example:
      imail-tui support-bundle
      imail-tui support-bundle - > bundle.txt

    Parameters
    ----------
    file
        The file to make; - prints it. One that is there is not overwritten.
    yes
        Do not ask.
    """
    from imail_tui.services.doctor.examination import Patient
    from imail_tui.services.doctor.terminal import Screen
    from imail_tui.services.support import support_text
    from imail_tui.ui.commands.registry import problems_of

    gc.enable()
    size = shutil.get_terminal_size() if sys.stdout.isatty() else None
    cells = None if size is None else (size.columns, size.lines)
    screen = Screen(cells, sys.stdout.encoding or "")
    # The variable with the key is taken out while the doctor looks; that it was set is worth knowing.
    given = dict(os.environ)
    patient = Patient(os.environ, connection.profile, connection.base_url, screen, problems_of)
    try:
        text = support_text(given, cells, asyncio.run(_findings(patient)))
    except KeyboardInterrupt:
        return tell(Problem("Interrupted.", code="interrupted"))
    if file == "-":
        print_text(text)
        return Exit.OK
    if not yes:
        if not can_ask():
            remedy = "Say --yes, or - to print it."
            return tell(Problem("There is no terminal to ask on.", remedy, code="usage"))
        print_text(text)
        if not agreed(f"Write this to {file}?"):
            return tell(Problem("Nothing was written."))
    try:
        with Path(file).open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        return tell(Problem(f"{file} is there already.", "Choose another name.", code="usage"))
    except OSError as error:
        return tell(Problem(f"{file} cannot be written: {error.strerror}.", code="usage"))
    say(f"{file}: {len(text.splitlines())} lines. Look at it, then send it to support.")
    return Exit.OK


async def _findings(patient: "Patient") -> "list[Finding]":
    from imail_tui.services.doctor.examination import examine

    return [each async for each in examine(patient)]
