"""Lines above what is wrong with a file: what the workspace knows of it, and what a campaign wants of it."""

from collections.abc import Sequence

from textual.content import Content

from imail_tui.domain.shown import count, plural
from imail_tui.services.imports.chunks import ROWS
from imail_tui.services.imports.knowing import Known
from imail_tui.ui.widgets.safe_static import styled


def known_line(known: Known, accepted: int, *, under_way: bool) -> Content:
    """How many exist already or are suppressed, of how many that were looked up."""
    if under_way and not known.asked:
        return styled((f"Looking up {count(accepted)}, esc stops", "$text-muted"))
    is_all = known.asked >= accepted and not under_way
    rest = ""
    if under_way:
        rest = f"; looking up, {known.asked / max(1, accepted):.0%}, esc stops"
    elif not is_all:
        rest = f"; l looks up all {count(accepted)} with {plural(-(-accepted // ROWS), 'request')}"
    return styled(
        ("" if is_all else f"Of the first {count(known.asked)}, ", "$text-muted"),
        (f"{count(known.existing)} exist already", "$text-muted"),
        (
            f", {count(known.suppressed)} are suppressed and get no mail" if known.suppressed else "",
            "$text-warning",
        ),
        (rest, "$text-muted"),
    )


def campaign_line(name: str, status: str, wanted: Sequence[str], missing: Sequence[str]) -> Content:
    """Whether the file has what a campaign's mails cannot do without."""
    if missing:
        words = f"! its mails need {', '.join(missing)}, which the file has not"
        covered = (words, "$text-warning")
    elif wanted:
        covered = (f"the file has all its mails need: {', '.join(wanted)}", "$text-success")
    else:
        covered = ("its mails need no fields", "$text-muted")
    return styled(f"For {name} ({status}): ", covered)
