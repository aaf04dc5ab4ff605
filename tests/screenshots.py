"""Make the pictures in `screenshots/` from the real app on a sandbox that stands still.

    uv run python -m tests.screenshots

The same seed and instant give the same pictures, so a change in one is a change in the app.
"""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual import events

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from imail_tui.ui.options import UiOptions
from tests.journeys.workspace import app_on, filter_by, session_on, until_shown

FOLDER: Final = Path(__file__).resolve().parent.parent / "screenshots"
WORLD: Final = (
    "--frozen",
    "--seed",
    "7",
    "--start",
    "2026-03-02T15:00:00Z",
    "--rate",
    "60000",
    "--burst",
    "60000",
)
WIDE: Final = (160, 50)
NARROW: Final = (80, 24)


@dataclass(frozen=True)
class Picture:
    """One picture: the keys that lead there, and texts that are on screen when it is complete."""

    name: str
    keys: Sequence[str]
    shown: Sequence[str]
    size: tuple[int, int] = WIDE
    filter: str = ""
    theme: str | None = None
    after: Sequence[str] = ()
    then: Sequence[tuple[str, str]] = ()
    """Keys, each with a text that is on screen before the next."""
    file: str = ""
    """What stands in a file that is dragged into the terminal behind `after`."""


PEOPLE: Final = """First Name,Last Name,Title,Company Name,Email,Email Status,Seniority,Work Direct Phone,\
# Employees,Industry,Person Linkedin Url,Website,City,Country
Ada,Lovelace,Head of Analysis,Engines Ltd,ada@engines.example,Verified,Head,'+44 20 7946 0001,120,software,\
http://linkedin.com/in/ada,https://engines.example,London,United Kingdom
Zoë,Öberg,COO,Newcomer AB,mailto:zoe@newcomer.example,Verified,C suite,'+46 8 123,40,logistics,,,Malmö,Sweden
Bob,Bobson,Engineer,Acme,bob@acme,Guessed,Entry,,12,retail,,,Oslo,Norway
Eve,,Buyer,Acme,eve.acme.example,Guessed,Entry,,12,retail,,,Oslo,Norway
Ada,Again,,Engines Ltd,ADA@engines.example,Verified,,,120,software,,,London,United Kingdom
Mal,Malmsten,CTO,Malt,mal@malt..example,Extrapolated,C suite,,8,food,,,Turku,Finland
,,,,,,,,,,,,,
Pat,Patel,Director,Acme,pat@acme,Guessed,Director,,12,retail,,,Oslo,Norway
Ines,Ruiz,Head of Sales,Rumbo,ines@rumbo.example; i.ruiz@rumbo.example,Verified,Head,'+34 91 123,60,\
travel,,,Madrid,Spain
Max,Maier,CEO,Maier GmbH,Max Maier <max@maier.example>,Verified,C suite,,22,machines,,,Ulm,Germany
"""

PICTURES: Final = (
    Picture("inboxes", ["1"], ["Inboxes  24", "Last 30 days"]),
    Picture("inboxes-80x24", ["1"], ["Inboxes  24"], size=NARROW),
    Picture("inbox-lost", ["1"], ["What happened to it", "Last 30 days"], filter="status:disc"),
    Picture("alerts", ["1"], ["▲ new", "Alerts"], size=NARROW, after=["exclamation_mark"]),
    Picture("why-not-sending", ["2"], ["Why it is not sending"], filter="status:paused"),
    Picture("events", ["6"], ["following", "lead.email"]),
    Picture("webhooks", ["7", "h", "a"], ["Send events to which URL?"], size=NARROW),
    Picture("campaigns", ["2"], ["Sequence 20/20"], filter="cold"),
    Picture("leads", ["3"], ["↩ replied", "What happened"], filter="status:replied"),
    Picture(
        "lead-fields",
        ["3"],
        ["ctrl+s saves"],
        size=NARROW,
        filter="status:replied",
        then=[("e", "Edit ")],
    ),
    Picture("suppressions", ["3", "S"], ["Suppression list", "Leads it concerns"]),
    Picture("replies", ["4", "right_square_bracket"], ["Needs me", "by needs", "◀ "]),
    Picture("conversation", ["4", "right_square_bracket"], ["Timeline", "◀ "], after=["enter"]),
    Picture(
        "answer-80x24",
        ["4"],
        ["draft kept"],
        size=NARROW,
        then=[("enter", "◀ "), ("a", "Answer  to"), ("H", "1 word")],
    ),
    Picture("replies-80x24", ["4"], ["◀ "], size=NARROW, after=["enter"]),
    Picture("analytics", ["5"], ["whole workspace", "Mar 1"], then=[("left", "▸ Mon"), ("left", "▸ Sun")]),
    Picture("analytics-light", ["5"], ["whole workspace", "Mar 1"], theme="imail-light"),
    Picture("analytics-80x24", ["5"], ["whole workspace", "Mar 1"], size=NARROW),
    Picture("analytics-inboxes", ["5", "p", "p", "p", "p"], ["sent by inbox and day", "j.berger"]),
    Picture(
        "analytics-hours-80x24",
        ["5", "p", "p", "p"],
        ["replies came", "▒▒"],
        size=NARROW,
        theme="terminal-dark",
    ),
    Picture("analytics-ab-80x24", ["5", "p"], ["with 95 % intervals", "●"], size=NARROW),
    Picture("launch", ["2"], ["will be written to"], size=NARROW, filter="translogistica", after=["L"]),
    Picture(
        "builder",
        ["2"],
        ["mail, step 1"],
        filter="cold",
        then=[("e", "mail, step 1")],
    ),
    Picture(
        "builder-80x24", ["2"], [" Builder  Cold chain"], size=NARROW, filter="cold", then=[("e", "20/20")]
    ),
    Picture(
        "findings",
        ["2"],
        ["esc leaves"],
        filter="dispatcher",
        then=[("e", " Builder  "), ("i", "esc leaves")],
    ),
    Picture("preview", ["2"], ["Subject"], filter="cold", then=[("e", " Builder  "), ("V", "mail 1 of")]),
    Picture("walk", ["2"], ["A walk of"], filter="cold", then=[("e", " Builder  "), ("W", "A walk of")]),
    Picture("forecast", ["2"], ["Done"], filter="route", then=[("e", " Builder  "), ("F", "Done")]),
    Picture(
        "launch-card",
        ["2"],
        ["will be written to"],
        filter="translogistica",
        then=[("e", " Builder  "), ("L", "Only you can answer")],
    ),
    Picture("import-columns", ["3"], ["columns imported", "Apollo"], file=PEOPLE),
    Picture(
        "import-check", ["3"], ["to import", "exist already"], file=PEOPLE, then=[("c", "What is wrong")]
    ),
    Picture("tour-80x24", ["1"], ["Inboxes  1/7"], size=NARROW, after=["colon", *"tour", "enter"]),
    Picture("help", ["4", "question_mark"], ["Keys in"], size=NARROW),
    # The last: it changes the world.
    Picture(
        "undo-list-80x24",
        ["1"],
        ["Done in this run"],
        size=NARROW,
        filter="dana",
        then=[("p", "u undoes"), ("Z", "↶ undo")],
    ),
)


async def take(picture: Picture, sandbox: SandboxAddress, home: Path) -> str:
    """The picture as SVG."""
    session = session_on(sandbox.url, sandbox.test_key, home)
    options = UiOptions(theme=picture.theme, status_seconds=None)
    async with app_on(session, picture.size, options) as pilot:
        await until_shown(pilot, "Inboxes  24", "Halden Pike")
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await pilot.press(*picture.keys)
        if picture.filter:
            await filter_by(pilot, picture.filter)
        if picture.after:
            await until_shown(pilot, "data now")
            await pilot.press(*picture.after)
        if picture.file:
            people = home / "apollo-export.csv"
            people.write_text(picture.file, "utf-8")
            await until_shown(pilot, "data now")
            pilot.app.post_message(events.Paste(str(people)))
            await until_shown(pilot, "columns imported")
        for key, text in picture.then:
            await pilot.press(key)
            await until_shown(pilot, text)
        await until_shown(pilot, *picture.shown)
        # Textual names the classes of a picture by a hash that differs between two runs.
        return re.sub(r"terminal-\d+", "terminal", pilot.app.export_screenshot(title="imail-tui"))


def main() -> None:
    """Make all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with running_sandbox(WORLD) as sandbox:
        for picture in PICTURES:
            with tempfile.TemporaryDirectory() as home:
                svg = asyncio.run(take(picture, sandbox, Path(home)))
            (FOLDER / f"{picture.name}.svg").write_text(svg, "utf-8")
            print(f"screenshots/{picture.name}.svg")


if __name__ == "__main__":
    main()
