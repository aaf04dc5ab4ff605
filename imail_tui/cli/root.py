"""The command tree. Each group of commands is imported when it is used."""

from collections.abc import Sequence
from typing import Annotated, Final

from cyclopts import App, CycloptsError, Group, Parameter, UnknownCommandError, UnusedCliTokensError

from imail_tui.cli.connection import Connection
from imail_tui.cli.exits import tell
from imail_tui.cli.help import HelpLines, takes_connection, usage_of
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.version import version_line
from imail_tui.model.problem import Problem

_HELP: Final = frozenset({"--help", "-h"})
_ARGUMENTS: Final = Group("Arguments", sort_key=0)
_OPTIONS: Final = Group("Options", sort_key=1)

app = App(
    name="imail-tui",
    help="A terminal client for imail: inboxes, campaigns, leads, replies and analytics without a browser.",
    version=version_line,
    help_format="plaintext",
    help_formatter=HelpLines(),
)
app.command(
    "imail_tui.cli.demo:demo",
    name="demo",
    help="Open the app on a made-up workspace that lives while you watch.",
)
app.command(
    "imail_tui.cli.sandbox:sandbox",
    name="sandbox",
    help="Serve that workspace by itself, for scripts and CI.",
)
app.command("imail_tui.cli.inboxes:app", name="inboxes", help="The mailboxes mail is sent from.")
app.command("imail_tui.cli.campaigns:app", name="campaigns", help="Campaigns and where they stand.")
app.command("imail_tui.cli.replies:app", name="replies", help="Replies: list, label, answer, follow.")
app.command("imail_tui.cli.leads:app", name="leads", help="Leads, and importing them from files.")
app.command("imail_tui.cli.suppressions:app", name="suppressions", help="Who never gets mail.")
app.command("imail_tui.cli.listen:listen", name="listen", help="Take the workspace's webhooks here.")
app.command("imail_tui.cli.webhooks:app", name="webhooks", help="Who is sent what happens.")
app.command("imail_tui.cli.trigger:trigger", name="trigger", help="Let something happen in a sandbox.")
app.command("imail_tui.cli.auth:app", name="auth", help="Workspaces and their API keys.")
app.command("imail_tui.cli.stats:stats", name="stats", help="The numbers of the last days.")
app.command("imail_tui.cli.report:report", name="report", help="A week as Markdown, for a chat or a mail.")
app.command("imail_tui.cli.metrics:metrics", name="metrics", help="The numbers imail publishes of itself.")
app.command("imail_tui.cli.doctor:doctor", name="doctor", help="Find out what is wrong, and what to do.")
app.command("imail_tui.cli.config:app", name="config", help="The settings: where they are, what is wrong.")
app.command("imail_tui.cli.keys:keys", name="keys", help="All keys of the app, and which of them clash.")
app.command(
    "imail_tui.cli.completion:completion", name="completion", help="Completion for bash, zsh and fish."
)
app.command(
    "imail_tui.cli.support_bundle:support_bundle",
    name="support-bundle",
    help="What support asks for, in one file without keys and leads.",
)
app.command("imail_tui.cli.budget:budget", name="budget", help="How many requests may be sent now.")
app.command("imail_tui.cli.requests:requests", name="requests", help="What was last asked of the server.")

app.group_parameters = _OPTIONS
app.meta.group_parameters = Group("Connection", sort_key=9)


@app.default
def open_app(
    *,
    low_bandwidth: Flag = False,
    connection: Shared,
) -> int:
    """Open the terminal app.

    Parameters
    ----------
    low_bandwidth
        Sixteen colours and no motion; chosen by itself over SSH.
    """
    from imail_tui.cli.open import open_workspace_app

    return open_workspace_app(connection, low_bandwidth=low_bandwidth)


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    connection: Annotated[Connection | None, Parameter(name="*")] = None,
) -> object:
    """Parse the options every command shares, then run the command with them."""
    command, bound, ignored = app.parse_args(tokens, exit_on_error=False, print_error=False)
    shared = {"connection": connection or Connection()} if "connection" in ignored else {}
    return command(*bound.args, **bound.kwargs, **shared)


def run(tokens: Sequence[str]) -> int | None:
    """Run the command that is named; gives its exit code."""
    if _HELP.intersection(tokens):
        _prepare_page([token for token in tokens if token not in _HELP])
    try:
        code: int | None = app.meta(tokens, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        named = " ".join(("imail-tui", *(error.command_chain or ()), "--help"))
        return tell(Problem(_what_is_wrong(error), f"See `{named}`.", code="usage"))
    return code


def _what_is_wrong(error: CycloptsError) -> str:
    from difflib import get_close_matches

    if not isinstance(error, UnusedCliTokensError | UnknownCommandError) or not error.unused_tokens:
        return " ".join(str(error).split())
    group, word = app, error.unused_tokens[0]
    for name in error.command_chain or ():
        group = group[name]
    commands = [name for name in group if not name.startswith("-")]
    if not commands:
        return f"Nothing is known to do with {word}."
    near = get_close_matches(word, commands, 1)
    return f"There is no command {word}." + (f" Did you mean {near[0]}?" if near else "")


def _prepare_page(tokens: Sequence[str]) -> None:
    """Make the help of the command that is named say everything, and only what concerns it."""
    words, apps, _ = app.parse_commands(tokens)
    page = apps[-1]
    command = page.default_command
    if page is app or command is None:
        return
    # The words given above stand in lists of commands; a page of its own has those of the command.
    page.help = None
    page.usage = usage_of(words, command)
    page.group_arguments = _ARGUMENTS
    page.group_parameters = _OPTIONS
    app.meta.group_parameters = Group("Connection", sort_key=9, show=takes_connection(command))
