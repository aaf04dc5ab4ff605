"""Lines above what is wrong with a file: what it comes to, what is known of it, what a campaign wants."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from imail_tui.domain.leads.records import REASONS
from imail_tui.domain.shown import count, plural
from imail_tui.services.imports.checking import LISTED, Tally
from imail_tui.services.imports.chunks import ROWS
from imail_tui.services.imports.knowing import Known
from imail_tui.ui.widgets.safe_static import styled

_WORST: Final = 3
_NOTES: Final = {
    "mailto": "with mailto: taken off",
    "name": "with a name around the address",
    "brackets": "in brackets",
    "trailing_dot": "with a dot at the end taken off",
    "invisible": "with invisible letters taken out",
    "apostrophe": "with an apostrophe taken off",
}


def counts_line(tally: Tally, share: float | None, uncounted: int) -> Content:
    """Each record in one outcome. `share`: of the file that is read, None = all; `uncounted`: new repairs."""
    return styled(
        (f"{count(tally.leads)} to import", "bold $text-success"),
        f" of {plural(tally.records, 'record')}",
        f", {count(tally.duplicates)} duplicate" if tally.duplicates else "",
        (f", {count(tally.invalid)} invalid" if tally.invalid else "", "$text-warning"),
        f", {count(tally.blank)} blank" if tally.blank else "",
        (f"  reading, {share:.0%}" if share is not None else "", "$text-muted"),
        (
            f"  {plural(uncounted, 'repair')} not counted yet: c checks again" if uncounted else "",
            "$text-warning",
        ),
    )


def tally_lines(tally: Tally, *, every_address: bool) -> list[Content]:
    """The worst, what is worth knowing, and what becomes of further addresses."""
    lines = []
    # One reason is told by the lines themselves.
    if len(tally.by_code) > 1:
        worst = sorted(tally.by_code.items(), key=lambda each: -each[1])[:_WORST]
        words = ", ".join(f"{count(number)} {REASONS[code]}" for code, number in worst)
        lines.append(styled((f"Mostly: {words}", "$text-warning")))
    flags = [
        (tally.roles, "role addresses such as info@"),
        (tally.free_mail, "free mail"),
        *((number, _NOTES[note]) for note, number in tally.notes.items()),
    ]
    worth = ", ".join(f"{count(number)} {words}" for number, words in flags if number)
    if worth:
        lines.append(styled((f"Among them: {worth}", "$text-muted")))
    if tally.several:
        lines.append(_several_line(tally, every_address=every_address))
    return lines


def _several_line(tally: Tally, *, every_address: bool) -> Content:
    records = plural(tally.several, "record")
    if not every_address:
        words = f"{records} with several addresses: the first is taken, the others go to other_emails"
        return styled((f"{words}; m makes each a lead", "$text-muted"))
    parts = (
        (tally.further_duplicates, "stand earlier in the file"),
        (tally.further_invalid, "can be none"),
    )
    rest = "".join(f", {count(number)} {words}" for number, words in parts if number)
    words = f"{records} with several addresses: {plural(tally.further, 'lead')} more{rest}"
    return styled((f"{words}; m takes the first only", "$text-muted"))


def listed_line() -> Content:
    """That there are more than are listed."""
    words = f"The first {count(LISTED)} are listed. The report writes all invalid ones to a file;"
    return styled((f"{words} duplicates are in by their first line.", "$text-muted"))


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
