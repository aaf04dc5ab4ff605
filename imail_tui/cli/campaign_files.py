"""`imail-tui campaigns pull|plan|diff|apply|new|schema`: campaigns as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Many, Shared, say
from imail_tui.cli.output import Heading, print_json, print_rows, print_text
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
                print_text(new_file(now))
            elif write_file(file, now):
                say(f"{file}: {found.name}, {len(found.steps)} steps")
            else:
                say(f"{file} says the same already")
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

    For example:
      imail-tui campaigns plan q4.yaml

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


def diff(file: str, /, *, campaign: str | None = None, json: Flag = False, connection: Shared) -> int:
    """Print how a file and its campaign differ. Exit code 1 when they do.

    For example:
      imail-tui campaigns diff q4.yaml

    Parameters
    ----------
    file
        A campaign's YAML file.
    campaign
        Id or name of the campaign it is about, when that is not the name in the file.
    json
        Print one JSON array: `kind`, `place`, `step_id`, `what`, `structural`, `pieces`.
    """

    async def command(session: "Session") -> Exit:
        made = await _planned(session, file, campaign)
        if isinstance(made, Problem):
            return tell(made)
        if made.campaign is None:
            say(f"There is no campaign {made.name} yet.")
        if json:
            print_json([*map(_change_document, made.changes)])
        else:
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

    It shows the plan and asks; on LIVE the campaign's name has to be typed, or --yes said. A second run
    changes nothing. When the campaign was changed on the server after it was looked at, nothing is changed.

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
        if made.errors or made.is_empty or dry_run:
            return _not_applied(made, json=json)
        if made.forbidden is None:
            # Else carrying it out says why not.
            lines = [_line(change) for change in made.changes] if json else []
            check_consent(session, f"Apply {file} to {made.name}?", made.name, lines, yes=yes)
        return await _applied(session, made, json=json)

    return run_on_workspace(connection, command)


def new(
    file: str | None = None,
    /,
    *,
    template: str | None = None,
    name: str | None = None,
    inbox: Many = (),
    json: Flag = False,
) -> int:
    """Begin a campaign's file from a template; without a file the templates are listed.

    For example:
      imail-tui campaigns new q4.yaml --template interest --name "Q4 outreach" --inbox anna@acme.example

    Parameters
    ----------
    file
        The file to make. One that is there is never overwritten.
    template
        Which template; `follow-up` by default.
    name
        The campaign's name, instead of the template's.
    inbox
        Address or id of an inbox it is sent from; may be repeated.
    json
        Print one JSON object: `file`, `template`; without a file an array of `template`, `purpose`.
    """
    from imail_tui.services.campaign_code import files

    if file is None:
        rows = [(name, files.starter_purpose(name)) for name in files.starter_names()]
        if json:
            print_json([{"template": name, "purpose": purpose} for name, purpose in rows])
        else:
            print_rows((Heading("template"), Heading("purpose", wraps=True)), rows, empty="No templates.")
        return Exit.OK
    chosen = template or "follow-up"
    try:
        text = _filled(files.starter(chosen), name, inbox)
        with Path(file).open("x", encoding="utf-8", newline="") as made:
            made.write(text)
    except files.FileProblem as error:
        return tell(error.problem)
    except FileExistsError:
        return tell(Problem(f"{file} is there already.", "Choose another name.", code="usage"))
    except OSError as error:
        return tell(Problem(f"{file} cannot be written: {error.strerror}.", code="usage"))
    if json:
        print_json({"file": file, "template": chosen})
    first = "" if inbox else "add inboxes, "
    say(f"{file}: {first}write what stands in [brackets], then `imail-tui campaigns lint {file}`.")
    return Exit.OK


def schema() -> int:
    """Print the JSON Schema of campaign files, for editors that complete and check while one writes.

    For example:
      imail-tui campaigns schema > campaign.schema.json
    """
    from imail_tui.domain.campaign_files.schema import file_schema

    print_json(_plain(file_schema()))
    return Exit.OK


def _filled(text: str, name: str | None, inboxes: Sequence[str]) -> str:
    """A template's text with a name and inboxes; its comments stay."""
    if name is None and not inboxes:
        return text
    from imail_tui.domain.campaign_files.reading import read_campaign
    from imail_tui.domain.campaign_files.writing import updated_file

    campaign = read_campaign(text.encode()).campaign
    named = {} if name is None else {"name": name}
    return updated_file(text, {**campaign, **named, **({"inbox_ids": [*inboxes]} if inboxes else {})})


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
        say(f"{'Created' if plan.campaign is None else 'Changed'} {done.name}, {done.id}, {done.status}.")
    return Exit.OK


def _not_applied(plan: "Plan", *, json: bool) -> Exit:
    if json:
        print_json(plan.campaign.wire() if plan.is_empty and plan.campaign else _document(plan))
    if plan.errors:
        say("Nothing was changed: correct the errors first.")
        return Exit.FAILED
    return Exit.OK


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
        "changes": [*map(_change_document, plan.changes)],
        "affected": [{"step_id": row.step_id, "waiting": row.waiting} for row in plan.affected],
        "findings": [
            {"code": item.code, "severity": item.severity, "place": item.place, "message": item.message}
            for item in plan.findings
        ],
        "forbidden": None if plan.forbidden is None else plan.forbidden.sentence(),
    }


def _change_document(change: "Change") -> "Json":
    return {
        "kind": change.kind,
        "place": change.place,
        "step_id": change.step_id,
        "what": change.what,
        "structural": change.structural,
        "pieces": [[kind, text] for kind, text in change.pieces],
    }


def _plain(schema: dict[str, object]) -> "Json":
    from pydantic import TypeAdapter

    from imail_tui.model.record import Json

    return TypeAdapter(Json).validate_python(schema)
