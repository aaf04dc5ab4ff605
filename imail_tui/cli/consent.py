"""Asking before something is done that cannot be taken back, or lets somebody get mail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imail_tui.cli.key_input import agreed, answer, can_ask
from imail_tui.cli.options import say
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session


def check_consent(session: "Session", question: str, word: str, facts: Sequence[str], *, yes: bool) -> None:
    """Go on only if that is wanted: by `--yes`, or by a person who was told `facts` and asked.

    Where mail reaches people (LIVE, or not known to be TEST) `word` has to be typed, and without a terminal
    nothing is done. On TEST a person is asked for yes or no, and a script need not say anything. Raises
    `Refused`. Texts may be foreign.
    """
    from imail_tui.services.refused import Refused

    live = session.status.mode != "test"
    if yes:
        return
    if not can_ask():
        if live:
            what = f"{question} This is LIVE, and there is no terminal to ask on."
            raise Refused(Problem(what, "Say --yes.", code="usage"))
        return
    say(f"{'LIVE' if live else 'TEST'}. {question}")
    for fact in facts:
        say(f"  {fact}")
    # What is typed is compared with what was shown.
    shown = one_line(word).strip()
    if not (answer(f"Type {shown} to go on: ") == shown if live else agreed("Go on?")):
        raise Refused(Problem("Nothing was changed."))
