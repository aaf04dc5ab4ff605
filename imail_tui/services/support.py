"""What support asks for, as one text: versions, the doctor's findings, the newest requests with their ids.

Never a key and never a lead: keys are cut to their last characters, addresses masked, and answers of the
server are not in the request log at all.
"""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from imail_tui.domain.filters import EVERYTHING
from imail_tui.domain.redaction import without_addresses, without_keys
from imail_tui.domain.text import one_line
from imail_tui.model.request_log import RequestLine
from imail_tui.services.doctor.finding import Finding
from imail_tui.services.request_log_view import newest_requests

REQUESTS: Final = 200
"""Lines of the request log that are in it."""
_PACKAGES: Final = ("imail-tui", "textual", "httpx", "pydantic", "rich", "cyclopts", "keyring")
_TERMINAL: Final = ("TERM", "COLORTERM", "TERM_PROGRAM", "LANG", "LC_ALL", "NO_COLOR")
_SET: Final = ("TMUX", "SSH_CONNECTION", "IMAIL_TUI_HOME", "IMAIL_PROFILE", "IMAIL_BASE_URL", "IMAIL_API_KEY")
"""Variables of which only that they are set is told."""
_ADDRESS: Final = re.compile(r"[^\s<>@,;:\"']+@[^\s<>@,;:\"']+")


def support_text(
    environment: Mapping[str, str], size: tuple[int, int] | None, findings: Sequence[Finding]
) -> str:
    """The bundle, a line each; nothing is sent. Reads the local request log."""
    lines = [
        "# imail-tui support bundle",
        "",
        "## Versions",
        *_versions(),
        f"python {platform.python_version()} ({platform.python_implementation()})",
        f"system {platform.system()} {platform.release()} {platform.machine()}",
        "",
        "## Terminal",
        f"size {'not a terminal' if size is None else f'{size[0]}x{size[1]}'}",
        *(f"{name}={environment[name]}" for name in _TERMINAL if environment.get(name)),
        *(f"{name} is set" for name in _SET if environment.get(name)),
        "",
        "## Doctor",
        *(_finding(each) for each in findings),
        "",
        f"## Requests (the newest {REQUESTS} of this machine, newest first)",
        *_requests(newest_requests(environment, EVERYTHING, REQUESTS)),
    ]
    return "".join(f"{_masked(line)}\n" for line in lines)


def _versions() -> Iterable[str]:
    for name in _PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"


def _finding(each: Finding) -> str:
    remedy = f" -> {each.remedy}" if each.remedy else ""
    return f"{each.verdict.value:<8} {each.check:<14} {each.what}{remedy}"


def _requests(lines: Iterable[RequestLine]) -> Iterable[str]:
    for each in lines:
        at = "-" if each.at is None else f"{each.at:%Y-%m-%dT%H:%M:%SZ}"
        outcome = each.fault or each.status
        took = "-" if each.ms is None else f"{each.ms:.0f}ms"
        path = without_addresses(each.path)
        yield f"{at} {each.method} {path} {outcome} {took} attempt={each.attempt} {each.request_id or '-'}"


def _masked(line: str) -> str:
    """A line without keys, addresses and whatever a terminal would act on."""
    return _ADDRESS.sub("…@…", without_keys(one_line(line)))
