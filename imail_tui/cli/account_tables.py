"""What `imail-tui auth list` and `auth status` print."""

import sys
from collections.abc import Sequence

from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.account_status import AccountReport, KeyStatus
from imail_tui.services.known_profiles import KnownProfile

_LIST = (
    Heading("default"),
    Heading("profile"),
    Heading("server"),
    Heading("workspace"),
    Heading("ledger"),
    Heading("key"),
)
_STATUS = (*_LIST[:-1], Heading("key", drop=1), Heading("shown", drop=2), Heading("state"))
_EMPTY = "No profiles. Add one: imail-tui auth add NAME"


def print_list(known: Sequence[KnownProfile], *, json: bool) -> None:
    """The profiles and what is known of their keys."""
    if json:
        print_json([known_document(each) for each in known])
    else:
        print_rows(_LIST, map(_known_row, known), empty=_EMPTY)


def print_report(report: AccountReport, *, json: bool) -> None:
    """The keys as they stand; what is wrong, and the secret store, on standard error."""
    if json:
        print_json(_document(report))
        return
    given = [] if report.given is None else [report.given]
    print_rows(_STATUS, map(_row, [*given, *report.profiles]), empty=_EMPTY)
    keyring = report.keyring
    facts = ", ".join(filter(None, (keyring.state, keyring.backend, keyring.why)))
    remark(f"secret store: {facts}")
    if report.given is not None:
        remark(f"the key of the {report.given.source or 'environment'} is used instead of every kept one")
    for status in (*given, *report.profiles):
        if status.problem is not None:
            remark(f"{status.profile}: {status.problem.sentence()}")
    for problem in report.exposed:
        remark(problem.sentence())


def remark(text: str) -> None:
    """One line beside the result, on standard error; the text may be foreign."""
    print(one_line(text), file=sys.stderr)


def _known_row(known: KnownProfile) -> Sequence[Field]:
    return (
        "*" if known.is_default else "",
        known.profile.name,
        known.profile.base_url,
        known.workspace or None,
        known.mode.upper() or None,
        known.key_source or None,
    )


def known_document(known: KnownProfile) -> Json:
    """One profile of the list."""
    return {
        "profile": known.profile.name,
        "default": known.is_default,
        "base_url": known.profile.base_url,
        "workspace": known.workspace or None,
        "mode": known.mode or None,
        "key_source": known.key_source or None,
    }


def _row(status: KeyStatus) -> Sequence[Field]:
    return (
        "*" if status.is_default else "",
        status.profile,
        status.base_url,
        status.workspace or None,
        status.mode.upper() or None,
        status.source or None,
        status.key or None,
        "works" if status.problem is None else status.problem.code or "failed",
    )


def _status_document(status: KeyStatus) -> Json:
    return {
        "profile": status.profile,
        "default": status.is_default,
        "base_url": status.base_url,
        "workspace": status.workspace or None,
        "tier": status.tier or None,
        "mode": status.mode or None,
        "key_source": status.source or None,
        "key": status.key or None,
        "works": status.problem is None,
        "problem": _problem_document(status.problem),
    }


def _problem_document(problem: Problem | None) -> Json | None:
    if problem is None:
        return None
    return {
        "what": problem.what,
        "remedy": problem.remedy,
        "where": problem.where,
        "code": problem.code,
        "request_id": problem.request_id,
    }


def _document(report: AccountReport) -> Json:
    keyring = report.keyring
    return {
        "profiles": [_status_document(each) for each in report.profiles],
        "given": None if report.given is None else _status_document(report.given),
        "keyring": {"state": keyring.state, "backend": keyring.backend or None, "why": keyring.why or None},
        "exposed": [_problem_document(each) for each in report.exposed],
    }
