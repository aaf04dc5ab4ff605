"""`imail-tui doctor`: what is wrong, and what to do about it."""

import asyncio
import gc
import io
import os
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import print_json
from imail_tui.cli.version import version_line
from imail_tui.domain.redaction import without_keys
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.doctor.examination import Patient
    from imail_tui.services.doctor.finding import Finding

_GLYPHS: Final = {"ok": "✓", "warning": "!", "error": "✗", "skipped": "–"}
_INDENT: Final = 26
"""Cells before the words: glyph, verdict and check."""


def doctor(
    *,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Check terminal, config, key, server, limits, files and secret store, and say what to do.

    Takes at most 10 seconds and at most two requests of the budget. The exit code is 0 when nothing worse
    than a warning was found, else 1.

    For example:
      imail-tui doctor

    Parameters
    ----------
    json
        Print one JSON object.
    """
    from imail_tui.services.doctor.examination import Patient
    from imail_tui.services.doctor.terminal import Screen
    from imail_tui.ui.commands.registry import problems_of

    size = shutil.get_terminal_size() if sys.stdout.isatty() else None
    patient = Patient(
        environment=os.environ,
        profile=connection.profile,
        base_url=connection.base_url,
        screen=Screen(None if size is None else (size.columns, size.lines), sys.stdout.encoding or ""),
        check_keymap=problems_of,
    )
    gc.enable()
    try:
        return asyncio.run(_print_all(patient, json=json))
    except KeyboardInterrupt:
        return tell(Problem("Interrupted.", code="interrupted"))


async def _print_all(patient: "Patient", *, json: bool) -> Exit:
    from imail_tui.services.doctor.examination import examine

    findings: list[Finding] = []
    async for finding in _safe(examine(patient)):
        findings.append(finding)
        if not json:
            _print(finding)
    counts = {verdict: sum(each.verdict == verdict for each in findings) for verdict in _GLYPHS}
    if json:
        print_json(
            {
                "imail_tui": version_line().split()[1],
                "counts": {**counts},
                "findings": [
                    {
                        "check": each.check,
                        "verdict": each.verdict.value,
                        "what": each.what,
                        "remedy": each.remedy,
                    }
                    for each in findings
                ],
            }
        )
    else:
        print(", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number))
    return Exit.FAILED if counts["error"] else Exit.OK


async def _safe(findings: "AsyncIterator[Finding]") -> "AsyncIterator[Finding]":
    """The findings with their foreign text made safe, and no key in them."""
    from dataclasses import replace

    async for each in findings:
        yield replace(
            each, what=without_keys(one_line(each.what)), remedy=without_keys(one_line(each.remedy))
        )


def _print(finding: "Finding") -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a glyph must not end the examination.
        sys.stdout.reconfigure(errors="replace")
    for line in _lines(finding, shutil.get_terminal_size().columns if sys.stdout.isatty() else None):
        print(line)
    sys.stdout.flush()


def _lines(finding: "Finding", columns: int | None) -> Iterator[str]:
    head = f"{_GLYPHS[finding.verdict]} {finding.verdict.value:<8} {finding.check:<14} "
    texts = [finding.what, *([f"→ {finding.remedy}"] if finding.remedy else [])]
    for text in texts:
        wrapped = [text] if columns is None else textwrap.wrap(text, max(20, columns - _INDENT - 1))
        for line in wrapped:
            yield (head or " " * _INDENT) + line
            head = ""
