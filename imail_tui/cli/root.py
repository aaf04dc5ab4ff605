"""The command tree. Each group of commands is imported when it is used."""

from typing import Annotated

from cyclopts import App, Group, Parameter

from imail_tui.cli.connection import Connection
from imail_tui.cli.version import version_line

app = App(
    name="imail-tui",
    help="A terminal client for imail: inboxes, campaigns, leads, replies and analytics without a browser.",
    version=version_line,
    help_format="plaintext",
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
app.command("imail_tui.cli.leads:app", name="leads", help="Leads, and importing them from files.")
app.command("imail_tui.cli.listen:listen", name="listen", help="Take the workspace's webhooks here.")
app.command("imail_tui.cli.webhooks:app", name="webhooks", help="Who is sent what happens.")
app.command("imail_tui.cli.trigger:trigger", name="trigger", help="Let something happen in a sandbox.")
app.command("imail_tui.cli.auth:app", name="auth", help="Workspaces and their API keys.")
app.command("imail_tui.cli.stats:stats", name="stats", help="The numbers of the last days.")
app.command("imail_tui.cli.report:report", name="report", help="A week as Markdown, for a chat or a mail.")
app.command("imail_tui.cli.metrics:metrics", name="metrics", help="The numbers imail publishes of itself.")
app.command("imail_tui.cli.doctor:doctor", name="doctor", help="Find out what is wrong, and what to do.")
app.command("imail_tui.cli.budget:budget", name="budget", help="How many requests may be sent now.")
app.command("imail_tui.cli.requests:requests", name="requests", help="What was last asked of the server.")

app.meta.group_parameters = Group("Connection", sort_key=0)


@app.default
def open_app(
    *,
    low_bandwidth: Annotated[bool, Parameter(negative="")] = False,
    connection: Annotated[Connection, Parameter(parse=False)],
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
    command, bound, ignored = app.parse_args(tokens)
    shared = {"connection": connection or Connection()} if "connection" in ignored else {}
    return command(*bound.args, **bound.kwargs, **shared)
