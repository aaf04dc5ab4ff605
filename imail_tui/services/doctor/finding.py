"""What a check found, as data."""

from dataclasses import dataclass
from enum import StrEnum

from imail_tui.model.problem import Problem


class Verdict(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not as well as it could, or not for long."""
    ERROR = "error"
    """Something does not work until this is put right."""
    SKIPPED = "skipped"
    """It could not be looked at, or there is nothing to look at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `check` names what was looked at; `what` and `remedy` may hold foreign text."""

    check: str
    verdict: Verdict
    what: str
    remedy: str = ""


def ok(check: str, what: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.OK, what)


def warning(check: str, what: str, remedy: str) -> Finding:
    """It works, but."""
    return Finding(check, Verdict.WARNING, what, remedy)


def error(check: str, what: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(check, Verdict.ERROR, what, remedy)


def skipped(check: str, why: str) -> Finding:
    """Not looked at."""
    return Finding(check, Verdict.SKIPPED, why)


def told(check: str, verdict: Verdict, problem: Problem) -> Finding:
    """A problem as a finding; its request id stays with it."""
    about = f" ({problem.request_id})" if problem.request_id else ""
    return Finding(check, verdict, problem.placed() + about, problem.remedy)
