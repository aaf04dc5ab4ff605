"""Linting campaign files on disk."""

from dataclasses import dataclass
from pathlib import Path

from imail_tui.domain.campaign_files.reading import MAX_BYTES, Position, Unreadable, read_campaign
from imail_tui.domain.sequence.lint.finding import Finding
from imail_tui.domain.sequence.lint.findings import lint
from imail_tui.model.lead_fields import LEAD_FIELDS


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A finding and where it stands in its file."""

    path: str
    position: Position
    finding: Finding


def lint_file(path: str) -> list[FileFinding]:
    """Everything found in a file; one that is refused has the single finding `unreadable`.

    Raises:
        OSError: there is no such file, or it may not be read.
    """
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        read = read_campaign(data)
    except Unreadable as error:
        finding = Finding("unreadable", "error", "", error.message, "Correct the file here.")
        return [FileFinding(path, error.position, finding)]
    found = lint(read.campaign, LEAD_FIELDS)
    return [FileFinding(path, read.position(item.place), item) for item in found]
