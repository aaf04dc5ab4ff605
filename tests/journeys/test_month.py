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
from .test_command_line import QuickShell, Shell
from .test_inbox_acts import click_setup_page
from .workspace import SIZES, app_on, at_once, filter_by, session_on, shown, until_gone, until_shown

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

    def moved_to(self, home: Path) -> "Place":
        """The same world at its first moment, for somebody else: only what is done in it differs."""
        self.control.reset()
        return Place(self.address, _home(home))


def _home(folder: Path) -> Path:
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "elsewhere").mkdir()
    return folder


@contextmanager
def place(home: Path) -> Iterator[Place]:
    """A world with nobody in it."""
    world = _home(home) / "world.yaml"
    world.write_text(NOBODY)
    still = ("--frozen", "--seed", "7", "--start", START, "--rate", "60000", "--burst", "60000")
    with running_sandbox((*still, "--seed-file", str(world))) as address:
        yield Place(address, home)


def month_by_commands(here: Place, days: int) -> str:
    """A month without a screen; gives the report of its first week."""
    shell = QuickShell(here.address, here.home / "commands")
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
    at_once(pilot, "1", "a")
    await until_shown(pilot, "Add an inbox at")
    at_once(pilot, "enter")
    await until_shown(pilot, "New inbox at google")
    at_once(pilot, *email, "ctrl+s")
    await until_shown(pilot, "Opens at 127.0.0.1:", "Waiting until")
    (waiting,) = [each async for each in session.client.inboxes.list() if each.status == "pending_setup"]
    assert waiting.setup_url is not None
    click_setup_page(waiting.setup_url)
    await until_shown(pilot, f"{email} is connected.")


async def author(pilot: Pilot[None]) -> None:
    """A draft from the template, with another subject and both inboxes."""
    at_once(pilot, "2", "a")
    await until_shown(pilot, "Begin with")
    at_once(pilot, *TEMPLATE.replace("-", " "), "enter")
    await until_shown(pilot, " Builder  ")
    at_once(pilot, "o")
    await until_shown(pilot, "Settings of the campaign")
    at_once(pilot, "enter")
    await until_shown(pilot, "What is it called?")
    at_once(pilot, "ctrl+u", *CAMPAIGN, "enter")
    await until_gone(pilot, "What is it called?")
    at_once(pilot, "j", "enter")
    await until_shown(pilot, "Which inboxes send this?")
    at_once(pilot, "a", "enter")
    await until_shown(pilot, "2 inboxes, ")
    at_once(pilot, "escape")
    await go_to(pilot, "hello")
    await write(pilot, SUBJECT)
    at_once(pilot, "ctrl+s")
    await until_shown(pilot, f"{CAMPAIGN} is saved.")
    at_once(pilot, "escape")
    await until_gone(pilot, " Builder  ")


async def take_in(pilot: Pilot[None], file: Path) -> None:
    """The file's people, into the campaign."""
    at_once(pilot, "3", "i")
    await until_shown(pilot, "Import leads from a file")
    await type_in(pilot, str(file))
    await until_shown(pilot, "ada@north.example")
    at_once(pilot, "enter")
    await until_shown(pilot, "3 of 4 columns imported")
    at_once(pilot, "G", "enter")
    await until_shown(pilot, "What does Seats become?")
    at_once(pilot, "enter")
    await until_shown(pilot, "4 of 4 columns imported")
    at_once(pilot, "c")
    await until_shown(pilot, "5 to import of 8 records, 1 duplicate, 2 invalid")
    at_once(pilot, "i")
    await until_shown(pilot, "Enroll the leads in a campaign?", CAMPAIGN)
    at_once(pilot, *CAMPAIGN, "enter")
    await until_shown(pilot, "What about leads that exist already?")
    at_once(pilot, "enter")
    await until_shown(pilot, "Import 5 leads from")
    at_once(pilot, "y")
    await until_shown(pilot, "5 created")
    at_once(pilot, "escape")
    await until_shown(pilot, "Leads  5", "by created")


async def launch(pilot: Pilot[None]) -> None:
    at_once(pilot, "2", "r")
    await until_shown(pilot, "Campaigns  1")
    at_once(pilot, "L")
    await until_shown(pilot, f"Launch {CAMPAIGN}?")
    await until_shown(pilot, "5 will be written to", "Only you can answer")
    at_once(pilot, "a", "o", "y")
    await until_shown(pilot, f"{CAMPAIGN} is active")


async def triage(pilot: Pilot[None], here: Place) -> None:
    """Why nothing is sent, who answered; one is answered, one is noted."""
    at_once(pilot, "r", "enter")
    await until_shown(pilot, "next mail is due")
    at_once(pilot, "escape", "4", "r")
    await filter_by(pilot, "from:cy")
    await until_shown(pilot, "1 matching")
    at_once(pilot, "M")
    await until_shown(pilot, "meeting")
    at_once(pilot, "enter", "a")
    await until_shown(pilot, "Answer  to Cy <cy@south.example>")
    await type_in(pilot, GIVEN)
    at_once(pilot, "ctrl+o")
    await until_shown(pilot, "leaves in")
    await asyncio.to_thread(here.control.advance, timedelta(hours=1))
    at_once(pilot, "r")
    await until_gone(pilot, "leaves in")
    at_once(pilot, "d")
    await until_shown(pilot, "done")
    at_once(pilot, "escape")
    await filter_by(pilot, "from:ben")
    await until_shown(pilot, "1 matching")
    at_once(pilot, "N", "d")
    await until_shown(pilot, "done")


async def suppress(pilot: Pilot[None]) -> None:
    at_once(pilot, "3", "S")
    await until_shown(pilot, "Suppression list")
    at_once(pilot, "a")
    await until_shown(pilot, "Never write to which")
    await type_in(pilot, f"{SUPPRESSED} dee@south.example")
    at_once(pilot, "enter")
    await until_shown(pilot, "Why never write to them?")
    at_once(pilot, "ctrl+u")
    await type_in(pilot, REASON)
    at_once(pilot, "enter")
    await until_shown(pilot, "Suppress 2 values?")
    at_once(pilot, "y")
    await until_shown(pilot, "Suppress: 2 values")
    at_once(pilot, "escape")
    await until_gone(pilot, "Suppression list")


async def hold(pilot: Pilot[None], here: Place) -> None:
    """Nothing is sent for a day."""
    at_once(pilot, "2", "r")
    await until_shown(pilot, "Campaigns  1")
    await pause(pilot)
    await asyncio.to_thread(here.control.advance, DAY)
    at_once(pilot, "L")
    await until_shown(pilot, f"Launch {CAMPAIGN}?")
    at_once(pilot, "y")
    await until_shown(pilot, f"{CAMPAIGN} is active")


async def pause(pilot: Pilot[None]) -> None:
    at_once(pilot, "P")
    await until_shown(pilot, f"Pause {CAMPAIGN}?")
    at_once(pilot, "y")
    await until_shown(pilot, f"{CAMPAIGN} is paused")


async def read_numbers(pilot: Pilot[None], file: Path, days: int) -> None:
    """The last whole week is chosen and written as a report."""
    at_once(pilot, "5", "r")
    await until_shown(pilot, "Analytics")
    at_once(pilot, "t")
    await until_shown(pilot, "Last week")
    at_once(pilot, *(name_of(letter) for letter in "last week"), "enter")
    await until_shown(pilot, f"Analytics  {last_week(FIRST_DAY + timedelta(days)).start}")
    at_once(pilot, "x")
    await until_shown(pilot, "Export")
    at_once(pilot, *"report", "enter")
    await until_shown(pilot, "Write to which file?")
    at_once(pilot, "ctrl+u")
    await type_in(pilot, str(file))
    at_once(pilot, "enter")
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


async def world_by_keys(here: Place, days: int) -> dict[str, Any]:
    """What the server has after a month by keys."""
    session = session_on(here.address.url, here.address.test_key, here.home / "keys")
    await month_by_keys(here, session, days)
    seen: dict[str, Any] = await here.looked_at(world)
    return seen


@pytest.mark.parametrize("days", [7, pytest.param(30, marks=pytest.mark.slow)])
def test_keys_and_commands_end_in_the_same_world(tmp_path: Path, days: int) -> None:
    with place(tmp_path / "commands") as one:
        # A command handles signals, which only the main thread can.
        told = month_by_commands(one, days)
        by_commands = asyncio.run(one.looked_at(world))
        two = one.moved_to(tmp_path / "keys")
        by_keys = asyncio.run(world_by_keys(two, days))
    for what, there in by_commands.items():
        assert there, what
        assert by_keys[what] == there, what
    assert (two.home / "report.md").read_text("utf-8") == told
