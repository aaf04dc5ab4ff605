"""`imail-tui auth`: workspaces and their keys."""

import asyncio
import gc
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from imail_tui.cli.account_tables import known_document, print_list, print_report, remark
from imail_tui.cli.exits import Exit, exit_of, tell
from imail_tui.cli.key_input import agreed, ask_key, can_ask
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import print_json
from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem
from imail_tui.services.accounts import ACCOUNT_ERRORS, Accounts, key_of_command
from imail_tui.services.key_check import CheckedKey

app = App(name="auth", help="Workspaces and their API keys: one profile for each.")

KeyFile = Annotated[str | None, Parameter(allow_leading_hyphen=True)]


@app.command(name="list")
def list_profiles(*, json: Flag = False) -> int:
    """List the profiles: server, workspace, LIVE or TEST, and where the key is. Asks no server.

    For example:
      imail-tui auth list

    Parameters
    ----------
    json
        Print one JSON array.
    """

    def run(accounts: Accounts) -> Exit:
        print_list(accounts.known(), json=json)
        for problem in accounts.broken():
            remark(problem.sentence())
        return Exit.OK

    return _run(run)


@app.command
def add(
    name: str,
    /,
    *,
    key_file: KeyFile = None,
    api_version: str | None = None,
    api_key_command: str | None = None,
    in_file: Flag = False,
    use: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Add a workspace. Its key is asked for without showing it, tried on the server, and then kept.

    It goes to the system's secret store; where there is none you are asked
    whether a file that only you can read will do. The first profile becomes
    the default. --base-url names another server.

    For example:
      imail-tui auth add work
      pass show imail | imail-tui auth add work --key-file - --in-file
      imail-tui auth add work --api-key-command "pass show imail"

    Parameters
    ----------
    name
        What to call it: letters, digits, - and _.
    key_file
        Private file to read the key from; - is standard input.
    api_version
        API version to pin, such as 2026-05-10.
    api_key_command
        Command that prints the key each time it is needed; nothing is kept then.
    in_file
        Keep the key in a private file (mode 0600, not encrypted) instead of the secret store.
    use
        Make it the default.
    json
        Print the profile, as in `auth list`.
    """

    def run(accounts: Accounts) -> Exit:
        command = tuple(shlex.split(api_key_command)) if api_key_command else None
        if command and (key_file or in_file):
            return tell(Problem("--api-key-command takes no key and keeps none.", code="usage"))
        base_url = connection.base_url or os.environ.get("IMAIL_BASE_URL")
        profile = accounts.plan(name, base_url=base_url, api_version=api_version, api_key_command=command)
        secret = (
            key_of_command(command) if command else ask_key(f"API key for {profile.base_url}: ", key_file)
        )
        key = asyncio.run(accounts.check(profile, secret))
        where = accounts.add(profile, key, in_file=in_file, allow_file=_allow_file)
        if use:
            accounts.use(name)
        return _told(accounts, name, _kept(name, key, where), json=json)

    return _run(run)


@app.command
def use(name: str, /, *, json: Flag = False) -> int:
    """Make a profile the one that is used without --profile.

    For example:
      imail-tui auth use work

    Parameters
    ----------
    name
        Its name, as `imail-tui auth list` gives it.
    json
        Print the profile, as in `auth list`.
    """

    def run(accounts: Accounts) -> Exit:
        accounts.use(name)
        return _told(accounts, name, f"{name} is used from now on.", json=json)

    return _run(run)


@app.command
def rm(name: str, /, *, yes: Flag = False, json: Flag = False) -> int:
    """Remove a profile and its key from this machine.

    The key itself stays valid: revoke it in imail's web app.

    For example:
      imail-tui auth rm work --yes

    Parameters
    ----------
    name
        Its name, as `imail-tui auth list` gives it.
    yes
        Do not ask.
    json
        Print the profile as it was.
    """

    def run(accounts: Accounts) -> Exit:
        known = accounts.get(name)
        if not yes:
            if not can_ask():
                return tell(Problem("There is no terminal to ask on.", "Say --yes.", code="usage"))
            facts = ", ".join(filter(None, (one_line(known.workspace), known.mode.upper())))
            if not agreed(f"Remove the profile {name}{f' ({facts})' if facts else ''} and its key?"):
                return tell(Problem("Nothing was removed."))
        accounts.remove(name)
        if json:
            print_json(known_document(known))
        else:
            print(f"{name} was removed.")
        if known.is_default:
            remark("No profile is the default now; choose one: imail-tui auth use NAME")
        return Exit.OK

    return _run(run)


@app.command
def rotate(
    name: str,
    /,
    *,
    key_file: KeyFile = None,
    in_file: Flag = False,
    other_workspace: Flag = False,
    json: Flag = False,
) -> int:
    """Replace the key of a profile. The new one is tried first and goes where the old one was.

    An app that is running takes it when the server refuses the old one.

    For example:
      imail-tui auth rotate work
      pass show imail | imail-tui auth rotate work --key-file -

    Parameters
    ----------
    name
        Its name, as `imail-tui auth list` gives it.
    key_file
        Private file to read the key from; - is standard input.
    in_file
        From now on keep the key in a private file (mode 0600, not encrypted).
    other_workspace
        Take a key of another workspace, or of the other ledger (LIVE or TEST).
    json
        Print the profile, as in `auth list`.
    """

    def run(accounts: Accounts) -> Exit:
        known = accounts.rotatable(name)
        secret = ask_key(f"New API key for {known.profile.base_url}: ", key_file)
        key = asyncio.run(accounts.check_rotation(known, secret, any_workspace=other_workspace))
        where = accounts.rotate(known, key, in_file=in_file, allow_file=_allow_file)
        return _told(accounts, name, _kept(name, key, where), json=json)

    return _run(run)


@app.command
def status(name: str | None = None, /, *, json: Flag = False, connection: Shared) -> int:
    """Try every key with one request, and tell where it is and what is wrong.

    The exit code is that of the first key that fails.

    For example:
      imail-tui auth status
      imail-tui auth status work --json

    Parameters
    ----------
    name
        Only this profile.
    json
        Print one JSON object.
    """

    def run(accounts: Accounts) -> Exit:
        chosen = name or connection.profile
        if chosen is not None:
            accounts.get(chosen)
        report = asyncio.run(accounts.report(os.environ, chosen, connection.base_url))
        print_report(report, json=json)
        given = [] if report.given is None else [report.given]
        statuses = [*given, *report.profiles]
        problems = [each.problem for each in statuses if each.problem is not None]
        if problems:
            return exit_of(problems[0])
        return Exit.OK if statuses else Exit.NO_KEY

    return _run(run)


def _run(command: Callable[[Accounts], Exit]) -> int:
    """Carry out a command; what goes wrong is told on standard error."""
    gc.enable()
    try:
        return command(Accounts.of(os.environ))
    except ACCOUNT_ERRORS as error:
        return tell(error.problem)
    except (KeyboardInterrupt, EOFError):
        return tell(Problem("Interrupted.", code="interrupted"))


def _allow_file(problem: Problem, file: Path) -> bool:
    if not can_ask():
        return False
    remark(problem.what)
    return agreed(f"Keep it in {file} instead (mode 0600, not encrypted)?")


def _told(accounts: Accounts, name: str, sentence: str, *, json: bool) -> Exit:
    """What was done to a profile: in a sentence, or as the profile is then."""
    if json:
        print_json(known_document(accounts.get(name)))
    else:
        print(sentence)
    return Exit.OK


def _kept(name: str, key: CheckedKey, where: str) -> str:
    workspace = key.workspace
    owner = (
        f"{workspace.name} ({workspace.tier or 'unknown tier'})"
        if workspace
        else "a workspace without a name"
    )
    return one_line(f"{name}: {owner}, {key.mode.upper()}. Key: {where}.")
