"""Commands of the analytics."""

from imail_tui.domain.operations import GET_ANALYTICS, GET_METRICS
from imail_tui.ui.commands.command import Command, CommandGroup

_NEEDED = (GET_ANALYTICS,)

COMMANDS = CommandGroup(
    "analytics",
    "Analytics",
    (
        Command(
            "analytics.next",
            "Next chart",
            "Go on to the next chart: course, funnel, campaigns, steps, inboxes, hours, labels, A/B.",
            "n",
            "step_view(1)",
            hint="charts",
        ),
        Command("analytics.previous", "Chart before", "Go back to the chart before.", "p", "step_view(-1)"),
        Command("analytics.view", "Chart…", "Choose the chart from a list.", "v", "choose_view"),
        Command(
            "analytics.range",
            "Range…",
            "Choose how many days the numbers cover, or two dates.",
            "t",
            "choose_range",
            hint="range",
            needs=_NEEDED,
        ),
        Command(
            "analytics.shorter", "Shorter range", "Cover fewer days.", "-", "step_range(-1)", needs=_NEEDED
        ),
        Command("analytics.longer", "Longer range", "Cover more days.", "+", "step_range(1)", needs=_NEEDED),
        Command(
            "analytics.scope",
            "Whose numbers…",
            "Look at one campaign, inbox, domain, provider, step or version; esc goes back.",
            "w",
            "choose_scope",
            hint="whose",
            needs=_NEEDED,
        ),
        Command(
            "analytics.zoom",
            "Look closer",
            "Look at the campaign, inbox or step under the cursor only; esc goes back.",
            "z",
            "zoom",
        ),
        Command(
            "analytics.behind",
            "What is behind it",
            "Show the leads, replies or events behind a number under the cursor; enter does the same.",
            "o",
            "open",
            hint="behind it",
        ),
        Command(
            "analytics.totals",
            "What is behind the totals",
            "Show the leads, replies or events behind a number of the whole range.",
            "O",
            "open_totals",
        ),
        Command(
            "analytics.metrics",
            "Metrics…",
            "Choose what the chart shows: up to four in the course, one elsewhere.",
            "m",
            "choose_metrics",
        ),
        Command(
            "analytics.average",
            "Moving average",
            "Draw the average of seven days as the line, the days as dots; again takes it away.",
            "a",
            "toggle_average",
        ),
        Command(
            "analytics.compare",
            "Compare",
            "Compare with the period of the same length before, or stop doing so.",
            "c",
            "toggle_compare",
        ),
        Command(
            "analytics.table",
            "Chart or table",
            "Where there is no room for both, show the other one.",
            "tab",
            "toggle_table",
        ),
        Command("analytics.left", "Point to the left", "Read the value to the left.", "left,h", "walk(-1)"),
        Command(
            "analytics.right", "Point to the right", "Read the value to the right.", "right,l", "walk(1)"
        ),
        Command("analytics.sort", "Sort by…", "Choose the column; the same again turns round.", "s", "sort"),
        Command(
            "analytics.export",
            "Export…",
            "Write what is shown, or the server's own CSV, to a file.",
            "x",
            "export",
        ),
        Command(
            "analytics.symbols",
            "Symbols of the charts…",
            "Choose what charts are drawn with, for fonts that lack some.",
            "",
            "choose_symbols",
        ),
        Command(
            "analytics.public",
            "imail's public numbers",
            "Show the numbers imail publishes about its service.",
            "P",
            "public_metrics",
            needs=(GET_METRICS,),
            anywhere=True,
        ),
    ),
)
