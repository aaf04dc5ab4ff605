from pathlib import Path

import pytest
from textual import events

from imail_tui.sandbox.testing import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session

from .workspace import SIZES, app_on, filter_by, until_gone, until_shown


@pytest.mark.parametrize("size", SIZES)
async def test_leads_are_loaded_as_far_as_one_looks(session: Session, size: tuple[int, int]) -> None:
    async with app_on(session, size) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+", "Email", "Company")
        await pilot.press("G")
        await until_shown(pilot, "Leads  400+")
        await pilot.press("enter")
        await until_shown(pilot, "Fields", "Verification")


async def test_the_server_finds_what_is_not_loaded(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        oldest = await session.client.leads.list(sort="created_at", limit=1).page()
        wanted = oldest.items[0]
        assert session.leads.get(wanted.id) is None
        await filter_by(pilot, wanted.email)
        await until_shown(pilot, "1 matching", wanted.full_name)


PEOPLE = (
    "First Name,Email Address,Company Name,Shoe size\n"
    "Again,{existing},Known,44\n"
    "Ada,ada@{unique}.example,Engines,38\n"
    "Nobody,nobody.{unique}.example.com,Nowhere,41\n"
    "Bob,bob@nowhere,Somewhere,40\n"
    "Pat,pat@nowhere,Somewhere,40\n"
    "Zoë,zoe@new{unique}.example,Änderung GmbH,39\n"
)


async def people(session: Session, tmp_path: Path) -> Path:
    """A file with somebody who exists, two who do not, and three whose addresses are wrong."""
    existing = (await session.client.leads.list(limit=1).page()).items[0]
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE.format(existing=existing.email, unique=tmp_path.name.replace("_", "-")), "utf-8")
    return file


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_looked_at_mended_imported_and_reported(
    session: Session, tmp_path: Path, size: tuple[int, int]
) -> None:
    file = await people(session, tmp_path)
    async with app_on(session, size) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a file")
        await pilot.press(*str(file))
        await until_shown(pilot, "people.csv", "Again,")
        await pilot.press("enter")
        await until_shown(pilot, "3 of 4 columns imported", "Email Address", "left out")
        await pilot.press("G", "o")
        await until_shown(pilot, "4 of 4 columns imported", "custom.shoe_size")
        await pilot.press("e")
        await until_shown(pilot, "What is the file written in?")
        await pilot.press(*"cp1252", "enter")
        await until_shown(pilot, "cp1252, comma", "4 of 4 columns imported", "custom.shoe_size")
        await pilot.press("e")
        await until_shown(pilot, "What is the file written in?")
        await pilot.press(*"utf-8", "enter")
        await until_shown(pilot, "utf-8, comma")
        await pilot.press("c")
        await until_shown(
            pilot, "3 to import of 6 records, 3 invalid", "there is no @ in it", "1 exist already"
        )
        await pilot.press("enter")
        await until_shown(pilot, "Email Address in line 4")
        await pilot.press("home", *"nobody@", *["delete"] * 7, "enter")
        await until_shown(pilot, "mended", "1 repair not counted yet")
        await pilot.press("j", "x")
        await until_shown(pilot, "dropped")
        await pilot.press("u")
        await until_gone(pilot, "dropped")
        await pilot.press("t")
        await until_shown(pilot, "Enroll the leads in a campaign?", "No campaign")
        await pilot.press("down", "enter")
        await until_shown(pilot, "For ", "its mails")
        await pilot.press("t")
        await until_shown(pilot, "Enroll the leads in a campaign?")
        await pilot.press("home", "up", *"No campaign", "enter")
        await until_gone(pilot, "its mails")
        await pilot.press("j", "x", "i")
        await until_shown(pilot, "What about leads that exist already?")
        await pilot.press("enter")
        await until_shown(pilot, "Import 4 leads from", "1 request of the budget", "Leads that exist stay")
        await pilot.press("y")
        await until_shown(pilot, "some rows are not in", "3 created, 1 skipped", "bob@nowhere")
        await pilot.press("w")
        await until_shown(pilot, "Write invalid and refused rows to", "people-rejects.csv")
        await pilot.press("enter")
        await until_shown(pilot, "1 row in")
        await pilot.press("escape")
        await until_shown(pilot, "Leads  ", "by created")
        await pilot.press("I")
        await until_shown(pilot, "Files imported from this machine", "done", "people.csv")
        await pilot.press("enter")
        await until_shown(pilot, "some rows are not in", "bob@nowhere")
        (found,) = await session.client.leads.lookup(
            [f"nobody@{tmp_path.name.replace('_', '-')}.example.com"]
        )
        assert found.id is not None
        assert (await session.client.leads.get(found.id)).custom == {"shoe_size": "41"}
    rejected = (tmp_path / "people-rejects.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[2] for line in rejected] == ["imail code", "bare_host"]


async def test_mending_one_cell_mends_all_alike(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Email,Name\n" + "x@@y.example,Ada\n" * 3 + "ada@lovelace.example,Ada\n", "utf-8")
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        pilot.app.screen.post_message(events.Paste(f"'{file}' "))
        await until_shown(pilot, "2 of 2 columns imported")
        await pilot.press("c")
        await until_shown(pilot, "1 to import of 4 records, 3 invalid")
        await pilot.press("a")
        await until_shown(pilot, "Email wherever it is x@@y.example")
        await pilot.press("ctrl+u", *"x@y.example", "enter")
        await until_gone(pilot, "!")
        await pilot.press("c")
        await until_shown(pilot, "2 to import of 4 records, 2 duplicate")


async def test_rows_of_a_spreadsheet_can_be_pasted(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a file")
        pilot.app.post_message(events.Paste("Email\tCompany\nada@pasted.example\tEngines\n"))
        await until_shown(pilot, "pasted rows", "tab", "2 of 2 columns imported")
        await pilot.press("c")
        await until_shown(pilot, "1 to import of 1 record", "Nothing is wrong with any line")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "Leads  ", "by created")


async def test_an_import_goes_on_elsewhere_and_is_taken_up_again(
    session: Session, sandbox: SandboxAddress, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Email\n" + "".join(f"p{n}@many.example\n" for n in range(30_000)), "utf-8")
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        pilot.app.screen.post_message(events.Paste(str(file)))
        await until_shown(pilot, "1 of 1 columns imported")
        await pilot.press("c")
        await until_shown(pilot, "30,000 to import")
        await until_shown(pilot, "Of the first 5,000, 0 exist already; l looks up all 30,000 with 6 requests")
        control = SandboxControl(sandbox.url)
        slow = control.put_fault("latency", seconds=30.0, path="/leads/lookup")
        await pilot.press("l")
        await until_shown(pilot, "Looking up 30,000, esc stops")
        await pilot.press("escape")
        await until_shown(pilot, "Of the first 5,000")
        control.clear_faults(slow)
        await pilot.press("l")
        await until_gone(pilot, "Of the first")
        await until_shown(pilot, "0 exist already")
        control.put_fault("latency", seconds=1.0, path="/leads/bulk")
        refusal = control.put_fault("status", status=403, path="/leads/bulk", nth=5)
        await pilot.press("i")
        await until_shown(pilot, "Enroll the leads in a campaign?")
        await pilot.press("enter")
        await until_shown(pilot, "What about leads that exist already?")
        await pilot.press("enter")
        await until_shown(pilot, "Import 30,000 leads")
        await pilot.press("y")
        await until_shown(pilot, "esc leaves it running")
        await pilot.press("p")
        await until_shown(pilot, "paused, p goes on")
        await pilot.press("escape", "1")
        await until_shown(pilot, "import paused")
        await pilot.press("3", "I", "enter")
        await until_shown(pilot, "paused, p goes on")
        await pilot.press("p")
        await until_shown(pilot, "Not finished: t takes it up again", "This fault was asked for")
        control.clear_faults(refusal)
        await pilot.press("t")
        await until_shown(pilot, "All rows are in", "30,000 created")


async def test_a_file_without_addresses_is_refused_with_the_reason(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("Company Name,City\nAcme,Oslo\n", "utf-8")
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a file")
        await pilot.press(*str(file), "enter")
        await until_shown(pilot, "No column is the e-mail address")
        await pilot.press("c")
        await until_shown(pilot, "No column holds e-mail addresses.")


async def test_a_path_that_is_no_file_is_told_at_the_field(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a file")
        await pilot.press(*"/no/such.csv", "enter")
        await until_shown(pilot, "There is no file /no/such.csv.")
        await pilot.press("escape")
        await until_gone(pilot, "There is no file")
