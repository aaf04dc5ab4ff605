"""A month in the life of a small workspace, by commands only and by keys only: both end in one world.

Mailboxes are connected, people imported, a campaign is written and launched; time passes; answers are read,
labelled, answered and done; somebody is suppressed; the campaign is held for a day; the numbers are read and
reported; the campaign is put away.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from textual.pilot import Pilot

from imail_tui.cli.exits import SOME_REJECTED, Exit
from imail_tui.domain.analytics.spans import last_week
from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from imail_tui.services.session import Session

from .builder import go_to, name_of, type_in, write
from .test_command_line import Shell
from .test_inbox_acts import click_setup_page
from .workspace import SIZES, app_on, filter_by, session_on, shown, until_gone, until_shown

START: Final = "2026-03-02T08:00:00Z"
FIRST_DAY: Final = date(2026, 3, 2)
DAY: Final = timedelta(days=1)
NOBODY: Final = "workspace: {name: Month, timezone: UTC}\n"
INBOXES: Final = ("anna@acme.example", "bo@acme.example")
PEOPLE: Final = (
    "Email,First name,Company,Seats\n"
    "ada@north.example,Ada,North,12\n"
    "ben@north.example,Ben,North,3\n"
    "not an address,Nobody,Nowhere,1\n"
    "cy@south.example,Cy,South,8\n"
    "ada@north.example,Ada,North,12\n"
    ",Blank,South,2\n"
    "dee@south.example,Dee,South,20\n"
    "eve@east.example,Eve,East,5\n"
)
TEMPLATE: Final = "follow-up"
CAMPAIGN: Final = "Spring"
SUBJECT: Final = "Your seats"
ANSWERS: Final = {"cy@south.example": "When can we talk?", "ben@north.example": "Not for us, thanks."}
"""What two of them say on the third day, and nobody classifies."""
GIVEN: Final = "Tuesday at ten?"
SUPPRESSED: Final = "rival.example"
REASON: Final = "asked by phone"
TRIAGE_AFTER: Final = 3
"""Days until the first answers are looked at."""


@dataclass(frozen=True)
class Place:
    """A sandbox with nobody in it, time that is moved by hand, and a home."""

    address: SandboxAddress
    home: Path

    @property
    def control(self) -> SandboxControl:
        return SandboxControl(self.address.url)

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.control.advance(DAY)

    async def looked_at(self, look: Callable[[Session], Any]) -> Any:
        """What somebody sees who looks in from elsewhere."""
        session = session_on(self.address.url, self.address.test_key, self.home / "elsewhere")
        try:
            return await look(session)
        finally:
            await session.close()

    def let_answer(self) -> None:
        """The people of `ANSWERS` answer the mail they got last."""

        async def ids(session: Session) -> list[str | None]:
            return [match.id for match in await session.client.leads.lookup([*ANSWERS])]

        for lead_id, text in zip(asyncio.run(self.looked_at(ids)), ANSWERS.values(), strict=True):
            self.control.reply(lead_id, text)


@contextmanager
def place(home: Path) -> Iterator[Place]:
    """The same world each time: only what is done in it makes a difference."""
    home.mkdir()
    world = home / "world.yaml"
    world.write_text(NOBODY)
    (home / "people.csv").write_text(PEOPLE)
    (home / "elsewhere").mkdir()
    still = ("--frozen", "--seed", "7", "--start", START, "--rate", "60000", "--burst", "60000")
    with running_sandbox((*still, "--seed-file", str(world))) as address:
        yield Place(address, home)


def month_by_commands(here: Place, days: int) -> str:
    """A month without a screen; gives the report of its first week."""
    shell = Shell(here.address, here.home / "commands")
    for email in INBOXES:
        click_setup_page(shell.json("inboxes", "add", email)["setup_url"])
    assert {row["status"] for row in shell.json("inboxes", "list")} == {"connected"}

    file = here.home / "spring.yaml"
    ok(shell, "campaigns", "new", str(file), "--template", TEMPLATE, "--name", CAMPAIGN)
    written = file.read_text()
    for line, instead in (
        ("inbox_ids: []", f"inbox_ids: [{', '.join(INBOXES)}]"),
        (
            'subject: "{{spin|A question|Quick question}} about {{company|your team}}"',
            f'subject: "{SUBJECT}"',
        ),
    ):
        assert line in written
        written = written.replace(line, instead)
    file.write_text(written)
    ok(shell, "campaigns", "apply", str(file), "--yes")

    imported = shell.run(
        "leads",
        "import",
        str(here.home / "people.csv"),
        "--campaign",
        CAMPAIGN,
        "--map",
        "Seats=custom.seats",
    )
    assert (imported.returncode, imported.stderr) == (SOME_REJECTED, "")
    assert shell.json("campaigns", "launch", CAMPAIGN)["lead_counts"]["queued"] == 5

    here.pass_days(TRIAGE_AFTER)
    here.let_answer()
    here.control.advance(DAY)
    why = shell.run("campaigns", "why", CAMPAIGN)
    assert (why.returncode, "next mail is due" in why.stdout) == (Exit.FAILED, True), why
    assert shell.json("replies", "queue")["counts"]["unclassified"] == len(ANSWERS)
    ok(shell, "replies", "label", "meeting_request", "cy@south.example")
    ok(shell, "replies", "send", "cy@south.example", "--text", GIVEN, "--yes")
    here.control.advance(timedelta(hours=1))
    ok(shell, "replies", "done", "cy@south.example")
    ok(shell, "replies", "label", "not_interested", "ben@north.example", "--done")
    ok(shell, "suppressions", "add", SUPPRESSED, "dee@south.example", "--reason", REASON)

    ok(shell, "campaigns", "pause", CAMPAIGN)
    here.control.advance(DAY)
    ok(shell, "campaigns", "launch", CAMPAIGN)

    here.pass_days(days - TRIAGE_AFTER - 2)
    span = ("--from", f"{FIRST_DAY}", "--to", f"{FIRST_DAY + timedelta(days)}")
    assert shell.json("stats", *span)["total"]["contacted"] == 5
    report = ok(shell, "report", "--week")
    if shell.json("campaigns", "show", CAMPAIGN)["status"] == "active":
        ok(shell, "campaigns", "pause", CAMPAIGN)
    ok(shell, "campaigns", "archive", CAMPAIGN)
    return report


def ok(shell: Shell, *arguments: str) -> str:
    """What a command that succeeds prints."""
    done = shell.run(*arguments)
    assert done.returncode == Exit.OK, (arguments, done.stderr)
    return done.stdout


async def month_by_keys(here: Place, session: Session, days: int) -> None:
    """The same with nothing but a keyboard on the smallest common terminal; the same report is written."""
    async with app_on(session, SIZES[0]) as pilot:
        for email in INBOXES:
            await connect(pilot, session, email)
        await author(pilot)
        await take_in(pilot, here.home / "people.csv")
        await launch(pilot)
        await asyncio.to_thread(here.pass_days, TRIAGE_AFTER)
        await asyncio.to_thread(here.let_answer)
        await asyncio.to_thread(here.control.advance, DAY)
        await triage(pilot, here)
        await suppress(pilot)
        await hold(pilot, here)
        await asyncio.to_thread(here.pass_days, days - TRIAGE_AFTER - 2)
        await read_numbers(pilot, here.home / "report.md", days)
        await put_away(pilot)


async def connect(pilot: Pilot[None], session: Session, email: str) -> None:
    """A mailbox is added, and its owner signs in on the provider's page."""
    await pilot.press("1", "a")
    await until_shown(pilot, "Add an inbox at")
    await pilot.press("enter")
    await until_shown(pilot, "New inbox at google")
    await pilot.press(*email, "ctrl+s")
    await until_shown(pilot, "Opens at 127.0.0.1:", "Waiting until")
    (waiting,) = [each async for each in session.client.inboxes.list() if each.status == "pending_setup"]
    assert waiting.setup_url is not None
    click_setup_page(waiting.setup_url)
    await until_shown(pilot, f"{email} is connected.")


async def author(pilot: Pilot[None]) -> None:
    """A draft from the template, with another subject and both inboxes."""
    await pilot.press("2", "a")
    await until_shown(pilot, "Begin with")
    await pilot.press(*TEMPLATE.replace("-", " "), "enter")
    await until_shown(pilot, " Builder  ")
    await pilot.press("o")
    await until_shown(pilot, "Settings of the campaign")
    await pilot.press("enter")
    await until_shown(pilot, "What is it called?")
    await pilot.press("ctrl+u", *CAMPAIGN, "enter")
    await until_gone(pilot, "What is it called?")
    await pilot.press("j", "enter")
    await until_shown(pilot, "Which inboxes send this?")
    await pilot.press("a", "enter")
    await until_shown(pilot, "2 inboxes, ")
    await pilot.press("escape")
    await go_to(pilot, "hello")
    await write(pilot, SUBJECT)
    await pilot.press("ctrl+s")
    await until_shown(pilot, f"{CAMPAIGN} is saved.")
    await pilot.press("escape")
    await until_gone(pilot, " Builder  ")


async def take_in(pilot: Pilot[None], file: Path) -> None:
    """The file's people, into the campaign."""
    await pilot.press("3", "i")
    await until_shown(pilot, "Import leads from a file")
    await type_in(pilot, str(file))
    await until_shown(pilot, "ada@north.example")
    await pilot.press("enter")
    await until_shown(pilot, "3 of 4 columns imported")
    await pilot.press("G", "enter")
    await until_shown(pilot, "What does Seats become?")
    await pilot.press("enter")
    await until_shown(pilot, "4 of 4 columns imported")
    await pilot.press("c")
    await until_shown(pilot, "5 to import of 8 records, 1 duplicate, 2 invalid")
    await pilot.press("i")
    await until_shown(pilot, "Enroll the leads in a campaign?", CAMPAIGN)
    await pilot.press(*CAMPAIGN, "enter")
    await until_shown(pilot, "What about leads that exist already?")
    await pilot.press("enter")
    await until_shown(pilot, "Import 5 leads from")
    await pilot.press("y")
    await until_shown(pilot, "5 created")
    await pilot.press("escape")
    await until_shown(pilot, "Leads  5", "by created")


async def launch(pilot: Pilot[None]) -> None:
    await pilot.press("2", "r")
    await until_shown(pilot, "Campaigns  1")
    await pilot.press("L")
    await until_shown(pilot, f"Launch {CAMPAIGN}?")
    await until_shown(pilot, "5 will be written to", "Only you can answer")
    await pilot.press("a", "o", "y")
    await until_shown(pilot, f"{CAMPAIGN} is active")


async def triage(pilot: Pilot[None], here: Place) -> None:
    """Why nothing is sent, who answered; one is answered, one is noted."""
    await pilot.press("r", "enter")
    await until_shown(pilot, "next mail is due")
    await pilot.press("escape", "4", "r")
    await filter_by(pilot, "from:cy")
    await until_shown(pilot, "1 matching")
    await pilot.press("M")
    await until_shown(pilot, "meeting")
    await pilot.press("enter", "a")
    await until_shown(pilot, "Answer  to Cy <cy@south.example>")
    await type_in(pilot, GIVEN)
    await pilot.press("ctrl+o")
    await until_shown(pilot, "leaves in")
    await asyncio.to_thread(here.control.advance, timedelta(hours=1))
    await pilot.press("r")
    await until_gone(pilot, "leaves in")
    await pilot.press("d")
    await until_shown(pilot, "done")
    await pilot.press("escape")
    await filter_by(pilot, "from:ben")
    await until_shown(pilot, "1 matching")
    await pilot.press("N", "d")
    await until_shown(pilot, "done")


async def suppress(pilot: Pilot[None]) -> None:
    await pilot.press("3", "S")
    await until_shown(pilot, "Suppression list")
    await pilot.press("a")
    await until_shown(pilot, "Never write to which")
    await type_in(pilot, f"{SUPPRESSED} dee@south.example")
    await pilot.press("enter")
    await until_shown(pilot, "Why never write to them?")
    await pilot.press("ctrl+u")
    await type_in(pilot, REASON)
    await pilot.press("enter")
    await until_shown(pilot, "Suppress 2 values?")
    await pilot.press("y")
    await until_shown(pilot, "Suppress: 2 values")
    await pilot.press("escape")
    await until_gone(pilot, "Suppression list")


async def hold(pilot: Pilot[None], here: Place) -> None:
    """Nothing is sent for a day."""
    await pilot.press("2", "r")
    await until_shown(pilot, "Campaigns  1")
    await pause(pilot)
    await asyncio.to_thread(here.control.advance, DAY)
    await pilot.press("L")
    await until_shown(pilot, f"Launch {CAMPAIGN}?")
    await pilot.press("y")
    await until_shown(pilot, f"{CAMPAIGN} is active")


async def pause(pilot: Pilot[None]) -> None:
    await pilot.press("P")
    await until_shown(pilot, f"Pause {CAMPAIGN}?")
    await pilot.press("y")
    await until_shown(pilot, f"{CAMPAIGN} is paused")


async def read_numbers(pilot: Pilot[None], file: Path, days: int) -> None:
    """The last whole week is chosen and written as a report."""
    await pilot.press("5", "r")
    await until_shown(pilot, "Analytics")
    await pilot.press("t")
    await until_shown(pilot, "Last week")
    await pilot.press(*(name_of(letter) for letter in "last week"), "enter")
    await until_shown(pilot, f"Analytics  {last_week(FIRST_DAY + timedelta(days)).start}")
    await pilot.press("x")
    await until_shown(pilot, "Export")
    await pilot.press(*"report", "enter")
    await until_shown(pilot, "Write to which file?")
    await pilot.press("ctrl+u")
    await type_in(pilot, str(file))
    await pilot.press("enter")
    await until_shown(pilot, "The report is in")


async def put_away(pilot: Pilot[None]) -> None:
    """What still runs is paused first."""
    await pilot.press("2", "r")
    await until_shown(pilot, "data now")
    if "▶ active" in shown(pilot):
        await pause(pilot)
    await pilot.press("A")
    await until_shown(pilot, f"Archive {CAMPAIGN}?")
    await pilot.press("y")
    await until_shown(pilot, f"{CAMPAIGN} is archived")


async def world(session: Session) -> dict[str, Any]:
    """What the server has, by names and addresses.

    Left out are ids, and when a row was made or changed: those follow the hand that did it. All the rest is
    compared to the millisecond, mails and answers too: the sandbox draws them from the seed, the campaign's
    id and the minute, and gives the same id to what is made as the same number of things at the same instant.
    """
    client = session.client
    campaigns = [await client.campaigns.get(each.id) async for each in client.campaigns.list()]
    inboxes = [each async for each in client.inboxes.list()]
    names = {each.id: each.name for each in campaigns} | {each.id: each.email for each in inboxes}
    span = FIRST_DAY - DAY, FIRST_DAY + timedelta(40)
    return {
        "inboxes": {
            each.email: (each.provider, each.status, each.daily_limit, each.min_gap_seconds)
            for each in inboxes
        },
        "campaigns": {
            each.name: (
                each.status,
                [names[inbox_id] for inbox_id in each.inbox_ids],
                [step.wire() for step in each.steps],
                {
                    key: each.wire().get(key)
                    for key in ("daily_limit", "send_window", "track_opens", "track_clicks", "stop_on_reply")
                },
                each.lead_counts.wire(),
            )
            for each in campaigns
        },
        "leads": {
            lead.email: (
                lead.wire() | dict.fromkeys(("id", "created_at", "updated_at", "enrollments")),
                [(names[each.campaign_id], each.status, each.step_id) for each in lead.enrollments],
            )
            async for lead in client.leads.list()
        },
        "suppressions": {each.value: each.reason async for each in client.suppressions.list()},
        "replies": {
            (each.sender, each.subject): (
                each.classification.label if each.classification is not None else None,
                each.classification.source if each.classification is not None else None,
                each.done,
            )
            async for each in client.replies.list()
        },
        "answers": [each.status async for each in client.messages.list()],
        "days": [row.wire() for row in await client.analytics.query(("day",), *span)],
        "steps": [
            row.wire() | {"campaign_id": None}
            for row in await client.analytics.query(("campaign", "step"), *span)
        ],
    }


@pytest.mark.parametrize("days", [7, pytest.param(30, marks=pytest.mark.slow)])
async def test_keys_and_commands_end_in_the_same_world(tmp_path: Path, days: int) -> None:
    with place(tmp_path / "commands") as one:
        told = await asyncio.to_thread(month_by_commands, one, days)
        by_commands = await one.looked_at(world)
    with place(tmp_path / "keys") as two:
        session = session_on(two.address.url, two.address.test_key, two.home / "keys")
        await month_by_keys(two, session, days)
        by_keys = await two.looked_at(world)
    for what, there in by_commands.items():
        assert there, what
        assert by_keys[what] == there, what
    assert (two.home / "report.md").read_text("utf-8") == told
