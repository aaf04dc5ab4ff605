"""`imail-tui suppressions`: addresses and domains that never get mail."""

import csv
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import App

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import SOME_REJECTED, Exit, tell
from imail_tui.cli.listing import list_records
from imail_tui.cli.options import Flag, GivenFile, Shared, required, say
from imail_tui.cli.output import Field, FileOutput, Heading, print_json, print_rows, when
from imail_tui.domain.leads.suppressed import TITLES, Entry, Faulty, read_entries, value_of
from imail_tui.domain.shown import plural
from imail_tui.model.problem import Problem
from imail_tui.model.suppressions import Suppressed, Suppression

if TYPE_CHECKING:
    from imail_tui.services.session import Session
    from imail_tui.services.suppressions import SuppressOutcome

app = App(name="suppressions", help="Addresses and domains that never get mail.")

_HEADINGS: Final = (Heading("value", key=True), Heading("reason", wraps=True), Heading("created_at", drop=1))
_OUTCOMES: Final = (Heading("outcome"), Heading("value"), Heading("why", wraps=True))
_TOLD: Final = 20
"""Lines of a file that are told one by one."""


@app.command(name="list")
def list_suppressions(*, search: str | None = None, json: Flag = False, connection: Shared) -> int:
    """List all suppressed addresses and domains, and why each is there.

    For example:
      imail-tui suppressions list --search client.example

    Parameters
    ----------
    search
        Only those with these letters in value or reason.
    json
        Print the server's objects as one JSON array.
    """

    async def rows(session: "Session") -> AsyncIterator[Suppression]:
        wanted = (search or "").casefold()
        async for row in session.client.suppressions.list():
            if wanted in f"{row.value} {row.reason or ''}".casefold():
                yield row

    return list_records(
        connection,
        rows,
        _HEADINGS,
        _row,
        json=json,
        empty="Nobody is suppressed, or nothing matches.",
    )


@app.command
def add(
    *values: str, reason: str = "manual", yes: Flag = False, json: Flag = False, connection: Shared
) -> int:
    """Suppress addresses or domains: they never get mail, and what runs for them ends.

    For example:
      imail-tui suppressions add ada@client.example competitor.example --reason "asked by phone" --yes

    Parameters
    ----------
    values
        Addresses or domains.
    reason
        Why, as it is shown later.
    yes
        Do not ask.
    json
        Print one JSON object: `done`, `already`, `refused`.
    """

    async def command(session: "Session") -> Exit:
        entries = [_entry(each) for each in required(values, "suppressions")]
        facts = ("What runs for them ends, and stays ended.",)
        word = entries[0].value if len(entries) == 1 else str(len(entries))
        check_consent(session, f"Suppress {plural(len(entries), 'value')}?", word, facts, yes=yes)
        return _print(await session.suppressions.suppress(entries, reason), "suppressed", json=json)

    return run_on_workspace(connection, command)


@app.command
def rm(*values: str, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Lift suppressions: the addresses may get mail again. Sequences that ended stay ended.

    For example:
      imail-tui suppressions rm ada@client.example --yes

    Parameters
    ----------
    values
        Addresses or domains, as they are in the list.
    yes
        Do not ask.
    json
        Print one JSON object: `done`, `already`, `refused`.
    """

    async def command(session: "Session") -> Exit:
        wanted = {_entry(each).value for each in required(values, "suppressions")}
        found = [
            Suppressed.model_validate({**row.wire(), "id": row.value})
            async for row in session.client.suppressions.list()
            if row.value in wanted
        ]
        missing = wanted - {row.value for row in found}
        if missing:
            what = f"{', '.join(sorted(missing))} is not suppressed."
            return tell(Problem(what, "See `imail-tui suppressions list`.", code="not_found"))
        facts = [f"{row.value}: {row.reason or 'no reason given'}" for row in found[:10]]
        word = found[0].value if len(found) == 1 else str(len(found))
        check_consent(session, f"Let {plural(len(found), 'value')} get mail again?", word, facts, yes=yes)
        return _print(await session.suppressions.lift(found), "lifted", json=json)

    return run_on_workspace(connection, command)


@app.command(name="import")
def import_file(
    file: GivenFile, /, *, reason: str = "manual", yes: Flag = False, json: Flag = False, connection: Shared
) -> int:
    """Suppress every address or domain of a file: one a line, or the first column of a CSV.

    Exit code 3 when some lines are neither.

    For example:
      imail-tui suppressions import optouts.csv --yes

    Parameters
    ----------
    file
        The file; - reads standard input.
    reason
        Why, for lines without a reason in the second column.
    yes
        Do not ask.
    json
        Print one JSON object: `done`, `already`, `refused`, `faulty`.
    """

    async def command(session: "Session") -> Exit:
        read = _read(file)
        entries = [each for each in read if isinstance(each, Entry)]
        faulty = [each for each in read if isinstance(each, Faulty)]
        for each in faulty[:_TOLD]:
            say(f"{file}:{each.line}: {each.text}: {each.why}.")
        if len(faulty) > _TOLD:
            say(f"… and {len(faulty) - _TOLD:,} more lines.")
        facts = (f"{plural(len(entries), 'value')}, {plural(len(faulty), 'line')} left out.",)
        check_consent(session, f"Suppress what {file} names?", str(len(entries)), facts, yes=yes)
        outcome = await session.suppressions.suppress(entries, reason)
        code = _print(outcome, "suppressed", json=json, faulty=faulty)
        return Exit(SOME_REJECTED) if code == Exit.OK and faulty else code

    return run_on_workspace(connection, command)


@app.command
def export(file: str | None = None, /, *, connection: Shared) -> int:
    """Write the list to a CSV file that `suppressions import` reads back.

    For example:
      imail-tui suppressions export optouts.csv

    Parameters
    ----------
    file
        Where to; standard output without it.
    """

    async def command(session: "Session") -> Exit:
        last = 0
        try:
            if file is None:
                writer = csv.writer(FileOutput())
                writer.writerow(TITLES)
                async for count in session.suppressions.rows_for(writer.writerow):
                    last = count
            else:
                async for count in session.suppressions.export(Path(file)):
                    last = count
        except BrokenPipeError:
            raise
        except OSError as error:
            what = f"It cannot be written: {error.strerror}."
            return tell(Problem(what, "Choose another place.", file or "standard output", code="unwritable"))
        say(f"{plural(last, 'suppression')}{f' in {file}' if file else ''}")
        return Exit.OK

    return run_on_workspace(connection, command)


def _read(file: str) -> list[Entry | Faulty]:
    from imail_tui.services.refused import Refused

    try:
        if file == "-":
            return [*read_entries(sys.stdin)]
        with Path(file).open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            return [*read_entries(lines)]
    except OSError as error:
        raise Refused(
            Problem(f"The file cannot be read: {error.strerror}.", where=file, code="usage")
        ) from None


def _entry(text: str) -> Entry:
    from imail_tui.services.refused import Refused

    value, why = value_of(text)
    if why is not None:
        raise Refused(Problem(f"It is neither an address nor a domain: {why}.", where=text, code="usage"))
    return Entry(value)


def _print(outcome: "SuppressOutcome", verb: str, *, json: bool, faulty: Sequence[Faulty] = ()) -> Exit:
    # A few are under way at a time: they come back in any order.
    done, already = sorted(outcome.done), sorted(outcome.already)
    if json:
        print_json(
            {
                "done": [*done],
                "already": [*already],
                "refused": {value: problem.sentence() for value, problem in outcome.refused.items()},
                "faulty": [{"line": each.line, "text": each.text, "why": each.why} for each in faulty],
            }
        )
    else:
        rows = [
            *((verb, value, "") for value in done),
            *(("unchanged", value, f"{verb} already") for value in already),
            *(("refused", value, problem.sentence()) for value, problem in outcome.refused.items()),
        ]
        print_rows(_OUTCOMES, rows, empty="Nothing was changed.")
    codes = [tell(problem.at(value)) for value, problem in outcome.refused.items()]
    return codes[0] if codes else Exit.OK


def _row(row: Suppression) -> tuple[Field, ...]:
    return row.value, row.reason, when(row.created_at)
