"""Everything an answer of the server tells about it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import ValidationError

from imail_tui.api.errors import ApiError, BadResponse
from imail_tui.api.reading import error_of, json_object
from imail_tui.api.wire import Answer
from imail_tui.domain.rate_headers import (
    EPOCH_MILLISECONDS_FROM,
    EPOCH_SECONDS_FROM,
    parse_instant,
    read_rate_headers,
)
from imail_tui.domain.shown import moment
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace, mode_of_key
from imail_tui.services.doctor.finding import Finding, Verdict, error, ok, skipped, told, warning

SAME_CLOCK: Final = 2.0
CLOCK_MATTERS_FROM: Final = 30.0
"""Seconds of difference: `Date` and the way there explain the first, signatures suffer from the second."""
_ADDRESS: Final = "Check the address: it ends in /v1. A proxy's page may stand for a server that is away."


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and the circumstances: the key if there was one, the pinned version, our time then."""

    answer: Answer
    secret: Secret | None
    version: str | None
    at: datetime


def judge_answer(asked: Asked) -> list[Finding]:
    """Everything an answer tells."""
    return [
        judge_status(asked),
        judge_workspace(asked),
        judge_clock(asked),
        judge_rate_headers(asked),
        judge_version(asked),
        judge_deprecation(asked),
    ]


def judge_status(asked: Asked) -> Finding:
    """Whether the API answers, and how fast."""
    answer = asked.answer
    speed = f"{answer.status} in {answer.seconds * 1000:.0f} ms"
    if 300 <= answer.status < 400:
        place = answer.header("location") or "another place"
        return error(
            "server", f"The server sends us to {place}.", "Give that address as base_url, up to /v1."
        )
    fault = _fault(answer)
    if fault is None:
        return ok("server", speed)
    if isinstance(fault, BadResponse):
        excerpt = f" It begins: {fault.excerpt}" if fault.excerpt else ""
        return error(
            "server", f"This is not the imail API ({speed}). {fault.problem.what}{excerpt}", _ADDRESS
        )
    if answer.status == 401 and asked.secret is None:
        return ok("server", f"{speed}: it asks for a key, as it should")
    if answer.status == 404:
        return error("server", f"{speed}: there is no workspace and no list of inboxes here.", _ADDRESS)
    verdict = Verdict.WARNING if answer.status == 429 else Verdict.ERROR
    return told("server", verdict, fault.problem)


def judge_workspace(asked: Asked) -> Finding:
    """Whose key it is, and what its tier allows."""
    if asked.answer.status != 200:
        return skipped("workspace", "The server did not tell.")
    try:
        workspace = Workspace.model_validate(json_object(asked.answer))
    except (BadResponse, ValidationError):
        return ok("workspace", "The server does not tell; the limits come from its headers.")
    limits = workspace.limits
    rate = "" if not limits.requests_per_minute else f", {limits.requests_per_minute:g} requests a minute"
    burst = "" if not limits.burst else f", burst {limits.burst:g}"
    tier = (workspace.tier or "unknown tier").capitalize()
    ledger = (workspace.mode or "unknown ledger").upper()
    what = f"{workspace.name or workspace.id}: {tier}, {ledger}{rate}{burst}"
    if asked.secret is not None and workspace.mode not in (None, mode_of_key(asked.secret.reveal())):
        remedy = "Trust what the server says, and tell imail: a key's prefix should name its ledger."
        return warning("workspace", f"{what}; the key's prefix says otherwise", remedy)
    return ok("workspace", what)


def judge_clock(asked: Asked) -> Finding:
    """How far this machine's clock is from the server's."""
    answer = asked.answer
    date = parse_instant(answer.header("date") or "")
    if date is None or answer.header("age") not in (None, "0"):
        return skipped("clock", "The answer does not say when it was made.")
    # Date is cut to the second, and was written about when half of the time had passed.
    middle = asked.at - timedelta(seconds=answer.seconds / 2)
    ahead = (middle - date).total_seconds() - 0.5
    world = parse_instant(answer.header("imail-now") or "")
    there = f"; world time there is {moment(world)} (Imail-Now)" if world else ""
    if abs(ahead) <= SAME_CLOCK:
        return ok("clock", f"the same as the server's{there}")
    what = f"{abs(ahead):,.0f} s {'ahead of' if ahead > 0 else 'behind'} the server's{there}"
    if abs(ahead) < CLOCK_MATTERS_FROM:
        return ok("clock", what)
    remedy = "Set it (timedatectl set-ntp true). The budget does not depend on it, webhook signatures do."
    return warning("clock", what, remedy)


def judge_rate_headers(asked: Asked) -> Finding:
    """Whether the server tells the state of its budget, and in which dialect."""
    answer = asked.answer
    headers = read_rate_headers(answer.headers, asked.at)
    if headers.remaining is None and answer.status != 200:
        return skipped("rate-headers", "Only an answer to a valid key carries them.")
    if headers.remaining is None:
        remedy = "Nothing to do: the client keeps count itself and stays more careful."
        return warning("rate-headers", "The server does not say how many requests are left.", remedy)
    burst = "" if headers.limit is None else f" of {headers.limit}"
    reset = "" if headers.reset is None else f", full in {headers.reset:,.0f} s"
    return ok("rate-headers", f"{headers.remaining}{burst} left{reset} ({reset_dialect(answer)})")


def reset_dialect(answer: Answer) -> str:
    """How the server writes when its bucket is full."""
    value = answer.header("x-ratelimit-reset")
    if value is None:
        return "RateLimit header" if answer.header("ratelimit") else "no Reset"
    try:
        number = float(value)
    except ValueError:
        return "Reset as a date" if parse_instant(value) else "Reset cannot be read"
    if number > EPOCH_MILLISECONDS_FROM:
        return "Reset in epoch milliseconds"
    return "Reset in epoch seconds" if number > EPOCH_SECONDS_FROM else "Reset in seconds"


def judge_version(asked: Asked) -> Finding:
    """Whether the server knows the version the profile is pinned to."""
    if asked.version is None:
        return ok("version", "not pinned: the newest of v1")
    fault = _fault(asked.answer)
    if fault is not None and fault.problem.code == "unknown_version":
        remedy = "Change api_version in the config; versions are dates such as 2026-05-10."
        return error("version", f"The server does not know {asked.version}.", remedy)
    return ok("version", f"pinned to {asked.version}")


def judge_deprecation(asked: Asked) -> Finding:
    """Whether the server has announced an end (RFC 9745 Deprecation, RFC 8594 Sunset)."""
    since, ends = asked.answer.header("deprecation"), asked.answer.header("sunset")
    if since is None and ends is None:
        return ok("deprecation", "nothing announced")
    parts = []
    if since is not None:
        parts.append(f"deprecated since {_when(since)}")
    if ends is not None:
        parts.append(f"it ends on {_when(ends)}")
    return warning("deprecation", ", ".join(parts), "Look for a newer imail-tui, or unpin api_version.")


def _when(value: str) -> str:
    """A date of RFC 9745 (`@` and epoch seconds), or any other; as it came where it is neither."""
    if value.startswith("@") and value[1:].isdigit() and len(value) <= 12:
        return f"{datetime.fromtimestamp(int(value[1:]), UTC):%Y-%m-%d}"
    instant = parse_instant(value)
    return value if instant is None else f"{instant:%Y-%m-%d}"


def _fault(answer: Answer) -> ApiError | None:
    """What is wrong with an answer that should be an object, None when nothing is."""
    if not 200 <= answer.status < 300:
        return error_of(answer)
    try:
        json_object(answer)
    except BadResponse as unreadable:
        return unreadable
    return None
