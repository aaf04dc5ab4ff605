"""`imail-tui campaigns pull|plan|diff|apply|new|schema`: campaigns as files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.key_input import agreed, answer, can_ask
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import Heading, print_json, print_rows
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.domain.sequence.diff import Change
    from imail_tui.model.record import Json
    from imail_tui.services.campaign_code.planning import Plan
    from imail_tui.services.session import Session


_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}


def pull(campaign: str, file: str | None = None, /, *, connection: Shared) -> int:
    """Write a campaign into a file. In a file that is there, comments and the choice of fields are kept.

    For example:
      imail-tui campaigns pull "Q4 outreach" q4.yaml

    Parameters
    ----------
    campaign
        Its id or name.
    file
        The file to write; without it the campaign is printed.
    """

    async def command(session: "Session") -> Exit:
        from imail_tui.domain.campaign_files.writing import new_file
        from imail_tui.services.campaign_code.files import FileProblem, write_file
        from imail_tui.services.campaign_code.planning import pull

        try:
            found, now = await pull(session, campaign, None if file is None else _held(file))
            if file is None:
                print(new_file(now), end="")
            elif write_file(file, now):
                _say(f"{file}: {found.name}, {len(found.steps)} steps")
            else:
                _say(f"{file} says the same already")
        except FileProblem as error:
            return tell(error.problem)
        return Exit.OK

    return run_on_workspace(connection, command)


def plan(
    file: str,
    /,
    *,
    campaign: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Say what applying a file would change, what is wrong with it, and who inside is affected.

    Parameters
    ----------
    file
        A campaign's YAML file.
    campaign
        Id or name of the campaign it is about, when that is not the name in the file.
    json
        Print one JSON object.
    """

    async def command(session: "Session") -> Exit:
        made = await _planned(session, file, campaign)
        if isinstance(made, Problem):
            return tell(made)
        print_json(_document(made)) if json else _print(made)
        return Exit.FAILED if made.errors else Exit.OK

    return run_on_workspace(connection, command)


def diff(file: str, /, *, campaign: str | None = None, connection: Shared) -> int:
    """Print how a file and its campaign differ. Exit code 1 when they do.

    Parameters
    ----------
    file
        A campaign's YAML file.
    campaign
        Id or name of the campaign it is about, when that is not the name in the file.
    """

    async def command(session: "Session") -> Exit:
        made = await _planned(session, file, campaign)
        if isinstance(made, Problem):
            return tell(made)
        if made.campaign is None:
            _say(f"There is no campaign {made.name} yet.")
        for change in made.changes:
            print(one_line(_line(change)))
        return Exit.OK if made.is_empty else Exit.FAILED

    return run_on_workspace(connection, command)


def apply(
    file: str,
    /,
    *,
    campaign: str | None = None,
    yes: Flag = False,
    dry_run: Flag = False,
    base: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Make the campaign say what its file says: create it, or change what differs. Nothing is launched.

    It shows the plan and asks; on a LIVE key the campaign's name has to be typed. Without a terminal and
    without --yes nothing is changed. A second run changes nothing. When the campaign was changed on the
    server after it was looked at, nothing is changed.

    For example:
      imail-tui campaigns apply q4.yaml --yes

    Parameters
    ----------
    file
        A campaign's YAML file.
    campaign
        Id or name of the campaign it is about, when that is not the name in the file.
    yes
        Do not ask.
    dry_run
        Only show the plan.
    base
        The `base` of an earlier `plan --json`: refuse when the campaign changed since then.
    json
        Print one JSON object: the campaign as it is now, or the plan of a dry run.
    """

    async def command(session: "Session") -> Exit:
        made = await _planned(session, file, campaign)
        if isinstance(made, Problem):
            return tell(made)
        if base is not None and base != made.base:
            what = f"{made.name} was changed on the server since {base}."
            return tell(Problem(what, "Make a new plan.", code="stale", status=412))
        if not json:
            _print(made)
        if made.errors or made.is_empty or dry_run or not (yes or _agreed(made)):
            return _not_applied(made, json=json)
        return await _applied(session, made, json=json)

    return run_on_workspace(connection, command)


def new(file: str | None = None, /, *, template: str | None = None, name: str | None = None) -> int:
    """Begin a campaign's file from a template; without a file the templates are listed.

    For example:
      imail-tui campaigns new q4.yaml --template interest --name "Q4 outreach"

    Parameters
    ----------
    file
        The file to make. One that is there is never overwritten.
    template
        Which template; `follow-up` by default.
    name
        The campaign's name, instead of the template's.
    """
    from imail_tui.services.campaign_code import files

    if file is None:
        rows = [(name, files.starter_purpose(name)) for name in files.starter_names()]
        print_rows((Heading("template"), Heading("what it is for")), rows, empty="No templates.")
        return Exit.OK
    try:
        text = files.starter(template or "follow-up")
        if name is not None:
            from imail_tui.domain.campaign_files.reading import read_campaign
            from imail_tui.domain.campaign_files.writing import updated_file

            text = updated_file(text, {**read_campaign(text.encode()).campaign, "name": name})
        with Path(file).open("x", encoding="utf-8", newline="") as made:
            made.write(text)
    except files.FileProblem as error:
        return tell(error.problem)
    except FileExistsError:
        return tell(Problem(f"{file} is there already.", "Choose another name.", code="usage"))
    except OSError as error:
        return tell(Problem(f"{file} cannot be written: {error.strerror}.", code="usage"))
    _say(f"{file}: add inboxes, write what stands in [brackets], then `imail-tui campaigns lint {file}`.")
    return Exit.OK


def schema() -> int:
    """Print the JSON Schema of campaign files, for editors that complete and check while one writes."""
    from imail_tui.domain.campaign_files.schema import file_schema

    print_json(_plain(file_schema()))
    return Exit.OK


def _held(file: str) -> dict[str, object] | None:
    """What a file says now, None when there is none. Raises `FileProblem`."""
    from imail_tui.services.campaign_code.files import read_file

    return read_file(file).campaign if Path(file).exists() else None


async def _planned(session: "Session", file: str, campaign: str | None) -> "Plan | Problem":
    from imail_tui.services.campaign_code.files import FileProblem, read_file
    from imail_tui.services.campaign_code.planning import make_plan

    try:
        return await make_plan(session, read_file(file).campaign, campaign)
    except FileProblem as error:
        return error.problem


async def _applied(session: "Session", plan: "Plan", *, json: bool) -> Exit:
    from imail_tui.services.campaign_code.files import FileProblem
    from imail_tui.services.campaign_code.planning import apply_plan

    try:
        done = await apply_plan(session, plan)
    except FileProblem as error:
        return tell(error.problem)
    if json:
        print_json(done.wire())
    else:
        _say(f"{'Created' if plan.campaign is None else 'Changed'} {done.name}, {done.id}, {done.status}.")
    return Exit.OK


def _not_applied(plan: "Plan", *, json: bool) -> Exit:
    if json:
        print_json(plan.campaign.wire() if plan.is_empty and plan.campaign else _document(plan))
    if plan.errors:
        _say("Nothing was changed: correct the errors first.")
        return Exit.FAILED
    return Exit.OK


def _agreed(plan: "Plan") -> bool:
    """Whether a person wants it; on a live key by typing the name."""
    if plan.forbidden is not None:
        # Carrying it out says why not.
        return True
    if not can_ask():
        _say("Nothing was changed: there is nobody to ask. Add --yes.")
        return False
    if not plan.live:
        return agreed("Apply this?")
    shown = one_line(plan.name).strip()
    return answer(f"LIVE. Type the campaign's name to apply ({shown}): ") == shown


def _print(plan: "Plan") -> None:
    where = "LIVE" if plan.live else "TEST"
    if plan.campaign is None:
        count = len(steps) if isinstance(steps := plan.body.get("steps"), list) else 0
        print(one_line(f"+ {plan.name}: a new campaign of {count} steps ({where})"))
    elif plan.is_empty:
        print(one_line(f"{plan.name}: nothing to change ({where})"))
    else:
        print(one_line(f"{plan.name}: {len(plan.changes)} changes ({where}, {plan.campaign.status})"))
    for change in plan.changes:
        print("  " + one_line(_line(change)))
    for row in plan.affected:
        print(one_line(f"  ! {row.waiting:,} leads wait at {row.step_id}"))
    if plan.forbidden is not None:
        print(one_line(f"  ! {plan.forbidden.sentence()}"))
    for item in plan.findings:
        print(one_line(f"  {item.severity}: {item.place}: {item.message}. {item.remedy} [{item.code}]"))


def _line(change: "Change") -> str:
    step = f"{change.step_id}: " if change.step_id is not None else ""
    return f"{_SIGNS[change.kind]} {step}{change.what}{': ' if change.pieces else ''}{_words(change)}"


def _words(change: "Change") -> str:
    """The words that changed, each run with a little of what stands around it."""
    marks: dict[Literal["same", "gone", "new"], tuple[str, str]] = {"gone": ("[-", "-]"), "new": ("{+", "+}")}
    told: list[str] = []
    for kind, text in change.pieces:
        if kind == "same":
            words = text.split()
            told.append(
                " ".join(words) if len(words) <= 6 else f"{' '.join(words[:3])} … {' '.join(words[-3:])}"
            )
        else:
            before, after = marks[kind]
            told.append(f"{before}{text.strip()}{after}")
    return " ".join(told)


def _document(plan: "Plan") -> "Json":
    return {
        "name": plan.name,
        "campaign_id": None if plan.campaign is None else plan.campaign.id,
        "base": plan.base,
        "live": plan.live,
        "body": plan.body,
        "changes": [
            {
                "kind": change.kind,
                "place": change.place,
                "step_id": change.step_id,
                "what": change.what,
                "structural": change.structural,
                "pieces": [[kind, text] for kind, text in change.pieces],
            }
            for change in plan.changes
        ],
        "affected": [{"step_id": row.step_id, "waiting": row.waiting} for row in plan.affected],
        "findings": [
            {"code": item.code, "severity": item.severity, "place": item.place, "message": item.message}
            for item in plan.findings
        ],
        "forbidden": None if plan.forbidden is None else plan.forbidden.sentence(),
    }


def _plain(schema: dict[str, object]) -> "Json":
    from pydantic import TypeAdapter

    from imail_tui.model.record import Json

    return TypeAdapter(Json).validate_python(schema)


def _say(text: str) -> None:
    print(one_line(text), file=sys.stderr)
