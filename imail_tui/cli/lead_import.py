"""`imail-tui leads import`: a file of leads into the workspace, for people and for pipelines."""

import asyncio
import json as json_text
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import SOME_REJECTED, Exit, tell
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import print_json
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.domain.leads.layout import Layout
    from imail_tui.model.imports import FileCounts, ImportReport
    from imail_tui.model.record import Json
    from imail_tui.services.imports.running import ImportRun, Progress
    from imail_tui.services.imports.table import Table
    from imail_tui.services.session import Session


_PATIENCE: Final = 900.0
"""Seconds without an answer after which it gives up; it can be taken up again."""
_PAINT_EVERY: Final = 0.2
_TELL_EVERY: Final = 5.0
_BAR: Final = 24
_SIGNS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "\\t": "\t"}


def import_leads(
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    campaign: str | None = None,
    fields: Annotated[tuple[str, ...], Parameter(name="--map", negative="", show_default=False)] = (),
    mapping: str | None = None,
    source: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    addresses: Literal["first", "all"] = "first",
    on_duplicate: Literal["skip", "update"] = "skip",
    dry_run: Flag = False,
    resume: str | None = None,
    rejects: str | None = None,
    yes: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Import leads from a CSV, TSV or JSON lines file; each row once, whatever happens on the way.

    Exports of Apollo, Hunter, LinkedIn, PhantomBuster, HubSpot, Instantly and
    Smartlead are known by their titles. What ends early, even by a power cut,
    is taken up again with --resume. Exit code 0 when all rows are in, 3 when
    some are not, 1 when it failed.

    For example:
      imail-tui leads import apollo.csv --campaign "Q4 outreach" --rejects rejects.csv --yes
      zcat people.csv.gz | imail-tui leads import - --map "Job=title" --dry-run --json

    Parameters
    ----------
    file
        The file; `-` reads standard input, `.gz` is unpacked.
    campaign
        Id or name of a campaign to enroll the leads in.
    fields
        Title=field, such as `"Job=title"`, `Plan=custom.plan`, or `Notes=-` to leave it out; may be repeated.
    mapping
        JSON file with an object of such titles and fields.
    source
        Tool that wrote the file, such as apollo or generic; it is told by its titles.
    delimiter
        What stands between cells: comma, semicolon, tab or bar, or the sign; it is told by its lines.
    encoding
        What it is written in, such as cp1250; UTF-8, UTF-16 and Windows-1252 are told by themselves.
    addresses
        Of several addresses in a row: the first becomes a lead and keeps the others
        in other_emails, or all do, with the same fields.
    on_duplicate
        What to do with leads that exist already.
    dry_run
        Read and check the file, send nothing. Needs no key.
    resume
        Take an import up again, by its id.
    rejects
        Write invalid and refused rows to this file, to be mended and imported again.
        Duplicates are in already, by the first line with their address.
    yes
        Do not ask before leads are put into a campaign.
    json
        Print one JSON object with all counts.
    """
    from imail_tui.domain.leads.layout import BadMapping
    from imail_tui.services.imports.errors import ImportRefused

    if (file is None) == (resume is None):
        what = "Name a file, or an import with --resume."
        return tell(Problem(what, "Not both, not none.", code="usage"))
    done: list[int] = []

    async def command(session: "Session") -> Exit:
        run = await _begun(session, file, resume, campaign, given, known, on_duplicate, yes=yes)
        report = await _run(session, run)
        done.append(await _told(session, run, report, rejects, json=json))
        return Exit.OK

    try:
        given = _given(fields, mapping)
        known = _known(source, delimiter, encoding, addresses)
        if dry_run and file is not None:
            return asyncio.run(_dry_run(file, given, known, rejects, json=json))
        code = run_on_workspace(connection, command)
    except (ImportRefused, BadMapping) as error:
        return _failed(tell(error.problem))
    return done[0] if done else _failed(code)


def _failed(code: int) -> int:
    """3 would say that some rows were rejected."""
    return code if code in (Exit.USAGE, Exit.INTERRUPTED) else Exit.FAILED


def _given(pairs: tuple[str, ...], mapping: str | None) -> dict[str, str]:
    """Title → target, as given. Raises BadMapping."""
    from imail_tui.domain.leads.layout import BadMapping

    given: dict[str, str] = {}
    if mapping is not None:
        try:
            told = json_text.loads(Path(mapping).read_text("utf-8"))
        except (OSError, ValueError) as error:
            what = f"The mapping cannot be read: {error}."
            raise BadMapping(Problem(what, "Give a JSON object.", mapping, code="usage")) from None
        if not isinstance(told, dict) or not all(isinstance(target, str) for target in told.values()):
            what = "The mapping is no JSON object of titles and fields."
            raise BadMapping(Problem(what, 'For example {"Job": "title"}.', mapping, code="usage"))
        given.update(told)
    for pair in pairs:
        title, equals, target = pair.rpartition("=")
        if not equals or not title:
            remedy = 'Write it as Title=field, for example --map "Job=title".'
            raise BadMapping(Problem(f"{pair} names no field.", remedy, "--map", code="usage"))
        given[title] = target
    return given


@dataclass(frozen=True, slots=True)
class _Known:
    """What a person says of the file, None = look; `every_address`: each in a row is a lead."""

    source: str | None
    delimiter: str | None
    encoding: str | None
    every_address: bool


def _known(source: str | None, delimiter: str | None, encoding: str | None, addresses: str) -> _Known:
    """As the engine calls them. Raises BadMapping."""
    from imail_tui.domain.leads.dialect import DELIMITERS
    from imail_tui.domain.leads.encodings import ENCODINGS, encoding_named
    from imail_tui.domain.leads.layout import BadMapping
    from imail_tui.domain.leads.sources import BY_NAME

    sign = None if delimiter is None else _SIGNS.get(delimiter, delimiter)
    codec = None if encoding is None else encoding_named(encoding)
    for option, given, fits, known in (
        ("--source", source, source in BY_NAME, BY_NAME),
        ("--delimiter", delimiter, sign in DELIMITERS, ("comma", "semicolon", "tab", "bar")),
        ("--encoding", encoding, codec is not None, ENCODINGS),
    ):
        if given is not None and not fits:
            remedy = f"Use one of {', '.join(known)}."
            raise BadMapping(Problem(f"{given} is none that is known.", remedy, option, code="usage"))
    return _Known(source, sign, codec, addresses == "all")


async def _begun(
    session: "Session",
    file: str | None,
    resume: str | None,
    campaign: str | None,
    given: dict[str, str],
    known: _Known,
    on_duplicate: str,
    *,
    yes: bool,
) -> "ImportRun":
    from imail_tui.services.naming import find_campaign

    imports = session.imports
    if resume is not None:
        return await imports.take_up(resume, patience=_PATIENCE)
    table = await imports.look(
        file or "-",
        sys.stdin.buffer,
        delimiter=known.delimiter,
        source=known.source,
        encoding=known.encoding,
    )
    try:
        layout = _laid_out(table, given, known)
        where = None
        if campaign is not None:
            found = await find_campaign(session.client, campaign)
            where = found.id
            facts = (f"The leads of {table.name} join it; it is {found.status}.",)
            check_consent(session, f"Enroll a file's leads in {found.name}?", found.name, facts, yes=yes)
        run = await imports.begin(
            table, layout, campaign_id=where, on_duplicate=on_duplicate, patience=_PATIENCE
        )
    except BaseException:
        await imports.let_go(table)
        raise
    for problem in table.problems:
        print(one_line(f"imail-tui: {problem.sentence()}"), file=sys.stderr)
    return run


def _laid_out(table: "Table", given: dict[str, str], known: _Known) -> "Layout":
    layout = replace(table.layout(given), every_address=known.every_address)
    table.require_email(layout)
    return layout


async def _run(session: "Session", run: "ImportRun") -> "ImportReport":
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, run.stop)
    shown = _Shown()
    unsubscribe = run.changed.subscribe(shown.show)
    try:
        return await session.imports.start(run)
    finally:
        unsubscribe()
        shown.end()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


async def _told(
    session: "Session", run: "ImportRun", report: "ImportReport", rejects: str | None, *, json: bool
) -> int:
    """Print how it ended; the exit code."""
    from imail_tui.services.imports.errors import ImportRefused
    from imail_tui.services.imports.running import STOPPED

    record, server = report.record, report.server
    file = record.file or report.read
    problem = record.problem
    if json:
        print_json(
            {
                **_counts(run.table, run.layout, file),
                "created": server.created,
                "updated": server.updated,
                "skipped": server.skipped,
                "failed": server.failed,
                "unexplained": server.unexplained,
                "requests": server.requests,
                "seconds": round(report.seconds, 3),
                "import_id": record.id,
            }
        )
    else:
        _print_counts(run.table, run.layout, file, report)
    if problem is not None:
        tell(problem)
        print(f"Take it up again: imail-tui leads import --resume {record.id}", file=sys.stderr)
        return Exit.INTERRUPTED if problem.code == STOPPED else Exit.FAILED
    if rejects is not None:
        try:
            await session.imports.write_rejects(record.id, Path(rejects))
        except ImportRefused as error:
            return _failed(tell(error.problem))
    return SOME_REJECTED if file.invalid + server.failed + server.unexplained else Exit.OK


async def _dry_run(
    file: str, given: dict[str, str], known: _Known, rejects: str | None, *, json: bool
) -> int:
    from imail_tui.model.imports import NOTHING_MENDED
    from imail_tui.services.imports.checking import check
    from imail_tui.services.imports.rejects import write_rejects
    from imail_tui.services.imports.table import look_through

    table = look_through(
        file,
        sys.stdin.buffer,
        delimiter=known.delimiter,
        source=known.source,
        encoding=known.encoding,
    )
    try:
        layout = _laid_out(table, given, known)
        tally = await check(table, layout)
        if rejects is not None:
            await write_rejects(table, layout, NOTHING_MENDED, {}, Path(rejects))
    finally:
        if table.is_copy:
            table.path.unlink(missing_ok=True)
    for problem in table.problems:
        print(one_line(f"imail-tui: {problem.sentence()}"), file=sys.stderr)
    counts = tally.counts()
    if json:
        print_json(_counts(table, layout, counts))
    else:
        _print_counts(table, layout, counts, None)
    return SOME_REJECTED if counts.invalid else Exit.OK


def _counts(table: "Table", layout: "Layout", file: "FileCounts") -> "Json":
    counts: Json = {
        "records": file.records,
        "accepted": file.accepted,
        "duplicates": file.duplicates,
        "invalid": file.invalid,
        "blank": file.blank,
        "source": table.source.name,
        "encoding": table.encoding,
        "delimiter": table.dialect.delimiter if table.dialect is not None else None,
        "invalid_by_code": {**file.invalid_by_code},
    }
    if layout.every_address:
        counts["further"] = file.further
        counts["further_duplicates"] = file.further_duplicates
        counts["further_invalid"] = file.further_invalid
    return counts


def _print_counts(
    table: "Table", layout: "Layout", file: "FileCounts", report: "ImportReport | None"
) -> None:
    from imail_tui.domain.leads.records import REASONS

    rows = [("records", file.records), ("accepted", file.accepted), ("duplicates", file.duplicates)]
    rows += [("invalid", file.invalid)]
    rows += [(f"  {REASONS[code]}", number) for code, number in file.invalid_by_code.items()]
    rows += [("blank", file.blank)]
    if layout.every_address:
        rows += [("further addresses, each a lead", file.further)]
        rows += [("  that stand earlier in the file", file.further_duplicates)]
        rows += [("  that can be none", file.further_invalid)]
    if report is not None:
        server = report.server
        rows += [("created", server.created), ("updated", server.updated), ("skipped", server.skipped)]
        rows += [
            ("failed", server.failed),
            ("unexplained", server.unexplained),
            ("requests", server.requests),
        ]
    print(one_line(f"{table.name}: {table.source.title}, {table.encoding}"))
    for name, number in rows:
        print(f"  {name:<40} {number:>12,}")
    if report is not None:
        print(f"  {'seconds':<40} {report.seconds:>12,.1f}")
        print(f"  {'import':<40} {report.record.id}")


class _Shown:
    """How far it is, on standard error: a bar that moves on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()

    def show(self, progress: "Progress") -> None:
        """Show it, unless that was done a moment ago."""
        now = time.monotonic()
        if now - self._last < (_PAINT_EVERY if self._terminal else _TELL_EVERY):
            return
        self._last = now
        line = one_line(_progress_line(progress))
        if self._terminal:
            full = round(_BAR * progress.share)
            print(f"\r\x1b[K[{'=' * full}{' ' * (_BAR - full)}] {line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave a clean line."""
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _progress_line(progress: "Progress") -> str:
    # Whoever watches another process does not read the file.
    share = f"{progress.share:4.0%}" if progress.read else "   –"
    words = f"{share}  {progress.server.told:,} rows  {progress.rows_per_second:,.0f}/s"
    words += f"  {progress.server.requests:,} requests  {progress.phase}"
    return f"{words}: {progress.problem.what}" if progress.problem is not None else words
