"""Walking a lead through a campaign as a file or the server has it."""

from dataclasses import dataclass
from datetime import datetime

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.paths import Path, all_paths, emails_of, path_count
from imail_tui.domain.sequence.sequence import InvalidSequence, load
from imail_tui.domain.sequence.steps import Condition
from imail_tui.domain.sequence.story import Deed, tell
from imail_tui.domain.sequence.telling import ToldLine, told_lines
from imail_tui.domain.sequence.violations import Raw, Violation
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.model.problem import Problem
from imail_tui.services.campaign_code.files import FileProblem

MOST_PATHS = 500
"""Paths that are listed; nobody reads more."""


@dataclass(frozen=True, slots=True)
class ToldPath:
    """One distinct path: its steps, its mails, and the ways taken at its forks."""

    steps: tuple[str, ...]
    mails: tuple[str, ...]
    choices: tuple[str, ...]


def course_of(campaign: Raw, workspace_zone: str) -> Course:
    """What a lead of a campaign walks. Raises `FileProblem` where the campaign is not sound."""
    window, broken = read_window(campaign.get("send_window"))
    try:
        sequence = load(campaign.get("steps"))
    except InvalidSequence as error:
        raise _unsound(error.violations[0]) from None
    if broken:
        raise _unsound(broken[0])
    return Course(sequence, window, campaign.get("stop_on_reply") is not False, workspace_zone)


def _unsound(broken: Violation) -> FileProblem:
    what = f"{broken.place}: {broken.message}."
    return FileProblem(Problem(what, "`campaigns lint` lists all errors.", code="invalid_campaign"))


def simulate(course: Course, lead: Lead, begins: datetime, deeds: list[Deed]) -> list[ToldLine]:
    """The dated walk of a lead that does these things. Raises `FileProblem` for a deed to no mail."""
    for deed in deeds:
        if course.sequence.email(deed.step_id) is None:
            mails = ", ".join(step for step in course.sequence.steps if course.sequence.email(step))
            raise FileProblem(Problem(f"{deed.step_id} is no mail; there are {mails}.", code="usage"))
    return told_lines(course, lead, tell(course, lead, begins, deeds))


def paths(course: Course) -> tuple[list[ToldPath], int]:
    """The distinct paths, the longest first, and how many there are in all."""
    found: list[ToldPath] = []
    for path in all_paths(course.sequence):
        found.append(
            ToldPath(
                tuple(way.step_id for way in path), emails_of(course.sequence, path), _choices(course, path)
            )
        )
        if len(found) >= MOST_PATHS:
            break
    found.sort(key=lambda path: -len(path.mails))
    return found, path_count(course.sequence)


def _choices(course: Course, path: Path) -> tuple[str, ...]:
    told: list[str] = []
    for way in path:
        step = course.sequence.steps[way.step_id]
        if isinstance(step, Condition):
            name = "else"
            if isinstance(way.slot, int):
                name = step.branches[way.slot].label or f"branch {way.slot + 1}"
            told.append(f"{step.id}: {name}")
    return tuple(told)
