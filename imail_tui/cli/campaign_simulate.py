"""`imail-tui campaigns simulate`: what happens to a lead, with dates."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Many
from imail_tui.cli.output import print_json
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.domain.sequence.lead import Lead
    from imail_tui.domain.sequence.telling import ToldLine
    from imail_tui.model.record import Json
    from imail_tui.services.campaign_code.simulating import ToldPath


_SIGNS = {"mail": "●", "branch": "◆", "end": "■", "stuck": "?"}


def simulate(
    file: str,
    /,
    *,
    does: Many = (),
    starts: datetime | None = None,
    zone: str = "UTC",
    lead: str | None = None,
    paths: Flag = False,
    json: Flag = False,
) -> int:
    """Walk a lead through a campaign's file: each mail with its date, and why each branch was taken.

    Nothing is sent and no server is asked.

    For example:
      imail-tui campaigns simulate q4.yaml --does hello:opened@2d --does hello:replied=not_now@4d

    Parameters
    ----------
    file
        A campaign's YAML file.
    does
        What the lead does, as step:what[=label][@time after that mail]; may be repeated. What: opened,
        clicked, replied, auto_replied, bounced, unsubscribed. Time: 30m, 4h, 2d; a day when left out.
    starts
        When the lead enters, such as 2026-03-02T08:00; now by default. UTC unless it says otherwise.
    zone
        The lead's time zone, such as Europe/Berlin.
    lead
        A JSON file with the lead's fields, as the API gives them.
    paths
        List all distinct paths instead.
    json
        Print one JSON array.
    """
    from imail_tui.domain.sequence.story import read_deed
    from imail_tui.domain.sequence.zones import zone as zone_of
    from imail_tui.services.campaign_code.files import FileProblem, read_file
    from imail_tui.services.campaign_code.simulating import course_of
    from imail_tui.services.campaign_code.simulating import paths as paths_of
    from imail_tui.services.campaign_code.simulating import simulate as walked

    if zone_of(zone) is None:
        return tell(
            Problem(f"There is no time zone {zone}.", "Use a name such as Europe/Berlin.", code="usage")
        )
    begins = datetime.now(UTC) if starts is None else starts
    try:
        course = course_of(read_file(file).campaign, zone)
        if paths:
            found, count = paths_of(course)
            _print_paths(found, count, json=json)
            return Exit.OK
        deeds = [read_deed(text) for text in does]
        begins = begins if begins.tzinfo is not None else begins.replace(tzinfo=UTC)
        lines = walked(course, _lead(lead, zone), begins, deeds)
    except FileProblem as error:
        return tell(error.problem)
    except ValueError as error:
        return tell(Problem(f"{error}.", code="usage"))
    if json:
        print_json([_document(line) for line in lines])
    else:
        for line in lines:
            print(one_line(_text(line)))
    return Exit.OK


def _lead(path: str | None, zone: str) -> "Lead":
    import json

    from imail_tui.domain.sequence.lead import read_lead
    from imail_tui.services.campaign_code.files import FileProblem

    if path is None:
        return read_lead({"id": "lead", "email": "lead@example.com", "timezone": zone})
    try:
        raw = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise FileProblem(Problem(f"{path} cannot be read: {error.strerror}.", code="usage")) from None
    except (ValueError, RecursionError):
        raise FileProblem(Problem(f"{path} is not JSON.", code="usage")) from None
    if not isinstance(raw, dict):
        raise FileProblem(Problem(f"{path} must hold one object.", code="usage"))
    return read_lead({"timezone": zone, **raw})


def _text(line: "ToldLine") -> str:
    step = f"{line.step_id}: " if line.step_id else ""
    note = f"  ({line.note})" if line.note else ""
    return f"{line.at:%a %Y-%m-%d %H:%M}  {_SIGNS[line.kind]} {step}{line.text}{note}"


def _print_paths(found: "list[ToldPath]", count: int, *, json: bool) -> None:
    if json:
        print_json(
            [{"steps": [*path.steps], "mails": [*path.mails], "choices": [*path.choices]} for path in found]
        )
        return
    for path in found:
        choices = f"  ({', '.join(path.choices)})" if path.choices else ""
        size = f"{len(path.mails)} mail{'' if len(path.mails) == 1 else 's'}"
        print(one_line(f"{size}: {' → '.join(path.steps)}{choices}"))
    if count > len(found):
        print(one_line(f"{count:,} paths in all; the first {len(found):,} are listed."), file=sys.stderr)


def _document(line: "ToldLine") -> "Json":
    return {
        "kind": line.kind,
        "at": line.at.isoformat(),
        "step_id": line.step_id,
        "text": line.text,
        "note": line.note,
    }
