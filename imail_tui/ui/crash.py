"""What is left on the terminal when a mistake of ours ended the app."""

import traceback

from rich.text import Text

from imail_tui.domain.redaction import without_keys
from imail_tui.domain.text import multi_line


def crash_text(error: BaseException | None) -> Text:
    """The traceback without local variables, API keys and control characters, and what to do with it."""
    told = without_keys("".join(traceback.format_exception(error)))
    return Text(f"{multi_line(told)}imail-tui stopped on an error of its own. Report it with these lines.\n")
