from pathlib import Path

import pytest

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
        await until_shown(pilot, "Custom fields", "Verification")


async def test_the_server_finds_what_is_not_loaded(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        oldest = await session.client.leads.list(sort="created_at", limit=1).page()
        wanted = oldest.items[0]
        assert session.leads.get(wanted.id) is None
        await filter_by(pilot, wanted.email)
        await until_shown(pilot, "1 matching", wanted.full_name)


async def test_importing_a_file_says_what_became_of_every_record(session: Session, tmp_path: Path) -> None:
    existing = (await session.client.leads.list(limit=1).page()).items[0]
    file = tmp_path / "people.csv"
    file.write_text(
        "First Name,Email Address,Company Name,Shoe size\n"
        f"Again,{existing.email},Known,44\n"
        "Ada,ada@lovelace.example,Engines,38\n"
        "Nobody,not an address,Nowhere,41\n"
        "Zoë,zoe@newcomer.example,Änderung GmbH,39\n",
        "utf-8",
    )
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        await pilot.press("i")
        await until_shown(pilot, "Import leads from a CSV file")
        await pilot.press(*str(file), "enter")
        await until_shown(pilot, "Enroll the leads in a campaign?", "No campaign")
        await pilot.press("enter")
        await until_shown(
            pilot, "Import 4 records from people.csv?", "Email Address → email", "Not imported: Shoe size"
        )
        await pilot.press("y")
        await until_shown(pilot, "enter closes", "line 4: not an address")
        await pilot.press("enter")
        await until_shown(pilot, "2 created, 1 skipped, 1 without a valid address.")
        (match,) = await session.client.leads.lookup(["ada@lovelace.example"])
        assert match.id is not None


async def test_a_file_without_addresses_is_refused_with_the_reason(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("Company Name,City\nAcme,Oslo\n", "utf-8")
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a CSV file")
        await pilot.press(*str(file), "enter")
        await until_shown(pilot, "No column looks like an e-mail address.")


async def test_a_path_that_is_no_file_is_told_at_the_field(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("3", "i")
        await until_shown(pilot, "Import leads from a CSV file")
        await pilot.press(*"/no/such.csv", "enter")
        await until_shown(pilot, "There is no file /no/such.csv.")
        await pilot.press("escape")
        await until_gone(pilot, "There is no file")
