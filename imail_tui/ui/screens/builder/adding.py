"""New steps, and choosing their kind."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.sequence.violations import Raw
from imail_tui.domain.sequence.ways import RawStep
from imail_tui.ui.dialogs.picker import Choice

KINDS: Final = (
    Choice("email", "● mail", "m", "subject and body, with variables, spins and other wordings"),
    Choice("wait", "○ wait", "w", "days, business days, hours or minutes"),
    Choice("condition", "◆ condition", "c", "branches by what the lead did or is; the rest goes on"),
    Choice("end", "■ end", "z", "a place where paths end"),
)
_IDS: Final = {"email": "mail", "condition": "fork"}
_ANSWER_DAYS: Final = 3


def new_step(kind: str, mails: Sequence[str]) -> RawStep:
    """A step to begin with; a condition asks for a reply to the latest of the `mails` before it."""
    step: RawStep = {"id": _IDS.get(kind, kind), "type": kind}
    match kind:
        case "email":
            step |= {"subject": "", "body": ""}
        case "wait":
            step |= {"delay": {"value": 3, "unit": "days"}}
        case "condition":
            step |= {"branches": [new_branch(mails)], "else": None}
    return step


def new_branch(mails: Sequence[str]) -> RawStep:
    """A branch to begin with; it ends."""
    if not mails:
        when: Raw = {"signal": "field", "field": "company", "op": "exists"}
    else:
        when = {"signal": "replied", "of_step": mails[0], "within_days": _ANSWER_DAYS}
    return {"when": when, "next": None}


def new_wording(step: Raw, number: int) -> RawStep:
    """One more wording that shares the weights evenly with those there are."""
    taken = step.get("variants")
    names = {item.get("id") for item in taken if isinstance(item, dict)} if isinstance(taken, list) else set()
    name = next(letter for letter in "bcdefghij" if letter not in names)
    return {"id": name, "weight": number, "subject": "", "body": "", "active": True}


def even_weights(count: int) -> list[int]:
    """So many weights that are as equal as whole numbers can be; together 100."""
    share, rest = divmod(100, count)
    return [share + (number < rest) for number in range(count)]
