"""The analytics on a sandbox, and on counts that are odd."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from imail_tui.model.analytics import Counted
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.screens.analytics.screen import AnalyticsScreen
from imail_tui.ui.screens.filter_line import FilterLine
from imail_tui.ui.widgets.chart import ReadChart
from tests.fakes.counts import counts_of, keep_counts

from .workspace import app_on, session_on, shown, until, until_shown

NOWHERE = "http://127.0.0.1:9/v1"
KEY = Secret("imk_test_0123456789ABCDEFGHJKMNPQRS")
TODAY = date(2026, 3, 2)


async def test_one_cursor_reads_the_chart_and_the_table(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "last 30 days, UTC", "whole workspace", "Cold chain audit", "Sun 2026-03-01")
        await pilot.press("left", "left")
        await until_shown(pilot, "▸ Sun 2026-03-01  sent", "▌  Sun 2026-03-01")
        screen = pilot.app.screen
        assert isinstance(screen, AnalyticsScreen)
        await pilot.press("tab", "j")
        await until_shown(pilot, "▸ Sat 2026-02-28")
        assert screen.query_one("#chart", ReadChart).at == 27
        await pilot.press("minus")
        await until_shown(pilot, "last 14 days", "Feb 18")
        await pilot.press("t", *"other", "enter")
        await until_shown(pilot, "From which day, to which?")
        await pilot.press(*"2026-02-30", "enter")
        await until_shown(pilot, "! 2026-02-30 is no date")
        await pilot.press(*["backspace"] * 10, *"2026-02-24 2026-03-04", "enter")
        await until_shown(pilot, "2026-02-24 – 2026-03-04, UTC", "Mar 4", "Mon 2026-03-02 so far")
        # What is to come is a gap, not nothing.
        to_come = next(line for line in shown(pilot).splitlines() if "Wed 2026-03-04" in line)
        assert set(to_come.split()[2:]) == {"–"}
        for key, column in (("n", "Of contacted"), ("n", "Campaign"), ("p", "Of contacted"), ("p", "Unsub.")):
            await pilot.press(key)
            await until_shown(pilot, column)


async def test_every_chart_shows_its_numbers_on_a_small_terminal(session: Session) -> None:
    tables = {
        "From contacted to positive": "Of contacted",
        "sent by campaign": "TransLogistica foll",
        "What each step adds to the replies": "Step",
        "sent by inbox and day": "j.berger@halden",
        "replies came": "Busiest",
        "mean": "not interested",
        "with 95 % intervals": "Verdict",
    }
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "[Course]", "Mar 1", "reply ")
        for title, cell in tables.items():
            await pilot.press("n")
            await until_shown(pilot, title)
            await pilot.press("tab")
            await until_shown(pilot, cell)
            await pilot.press("tab")
        await pilot.press("n")
        await until_shown(pilot, "[Course]")


async def test_from_a_number_to_what_is_behind_it_and_from_a_part_to_its_own_numbers(
    session: Session,
) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("5", "n", "n")
        await until_shown(pilot, "sent by campaign", "Route planning", "data now")
        await pilot.press("down", "z")
        await until_shown(pilot, "campaign Route planning", "7,090")
        await pilot.press("p", "p")
        await until_shown(pilot, "[Course]", "Mar 1")
        await pilot.press("left", "left", "enter")
        await until_shown(pilot, "What is behind Sun 2026-03-01?", "Replies. ")
        await pilot.press("enter")
        await until_shown(pilot, "matching", "The replies kept here")
        terms = pilot.app.screen.query_one(FilterLine).value.split()
        assert {"received:2026-03-01", "auto:no"} < set(terms)
        assert any(term.startswith("campaign:cmp_") for term in terms)
        await pilot.press("5")
        await until_shown(pilot, "▸ Sun 2026-03-01")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "whole workspace")
        await pilot.press("w", *"microsoft", "enter")
        await until_shown(pilot, "provider microsoft")


async def test_what_is_shown_goes_to_a_file_and_so_does_the_servers_table(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "imail-2026-02-01-2026-03-02"
    async with app_on(session, (100, 30)) as pilot:
        await pilot.press("5", "n")
        await until_shown(pilot, "From contacted to positive", "4,732")
        for choice, ending, said in (
            ("shown, csv", "csv", "5 rows in"),
            ("shown, json", "json", "5 rows in"),
            ("chart as", "txt", "The chart is in"),
        ):
            await pilot.press("x", *choice, "enter")
            await until_shown(pilot, "Write to which file?", f"{name}.{ending}")
            await pilot.press("enter")
            await until_shown(pilot, said)
        await pilot.press("x", *"by campaign and step", "enter")
        await until_shown(pilot, "Write to which file?")
        await pilot.press("enter")
        await until_shown(pilot, "there is such a file already")
        await pilot.press(*["backspace"] * 4, *"-steps.csv", "enter")
        await until(pilot, (tmp_path / f"{name}-steps.csv").exists, "file")
        await pilot.press("P")
        await until_shown(pilot, "imail's public numbers", "inboxes connected", "1 reading kept here")
    rows = list(csv.DictReader((tmp_path / f"{name}.csv").open()))
    assert rows[0]["count"] == "4732"
    assert json.loads((tmp_path / f"{name}.json").read_text())[0]["count"] == 4732
    assert "contacted  ████" in (tmp_path / f"{name}.txt").read_text()
    steps = list(csv.DictReader((tmp_path / f"{name}-steps.csv").open()))
    assert sum(int(row["sent"]) for row in steps) == 14326


def _row(day: date, **counts: int | None) -> Counted:
    return Counted(day, "cmp_1", "inb_1", "s1", "", counts_of(**counts))


async def test_odd_counts_are_told_as_they_are(tmp_path: Path) -> None:
    """Nothing at all, one day, gaps, a counter the server does not send, and no server to ask."""
    async with app_on(session_on(NOWHERE, KEY, tmp_path / "none"), (80, 24)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "nothing is known of these days", "0 of 30 days known")
        await pilot.press("n")
        await until_shown(pilot, "no mail was sent in these days")
    start = TODAY - timedelta(days=29)
    keep_counts(tmp_path / "empty", NOWHERE, [], (start, TODAY), on=TODAY)
    async with app_on(session_on(NOWHERE, KEY, tmp_path / "empty"), (80, 24)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "the server has no counts of these days")
    rows = [
        _row(TODAY - timedelta(days=9), sent=40, contacted=40, replied=2, bounced_soft=None),
        _row(TODAY - timedelta(days=2), sent=300, contacted=300, replied=12, bounced_soft=None),
    ]
    known = ((start, TODAY - timedelta(days=6)), (TODAY - timedelta(days=2), TODAY))
    keep_counts(tmp_path / "odd", NOWHERE, rows, *known, on=TODAY)
    async with app_on(session_on(NOWHERE, KEY, tmp_path / "odd"), (160, 50)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "27 of 30 days known", "4.1 % ✓ 14/340", "bounce")
        lines = shown(pilot).splitlines()
        assert any("■ bounce rate  – –/340" in line for line in lines), "unknown is not nothing"
        day = next(line for line in lines if "Fri 2026-02-27" in line)
        assert day.split()[2:4] == ["–", "–"], "a day that is not known"
        assert next(line for line in lines if "Sun 2026-03-01" in line).split()[2:4] == ["0", "0"]


async def test_a_campaign_that_has_not_begun_has_no_chart_but_a_sentence(
    sandbox: SandboxAddress, tmp_path: Path
) -> None:
    session = session_on(sandbox.url, sandbox.test_key, tmp_path)
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("5")
        await until_shown(pilot, "Mar 1", "data now")
        await until(pilot, lambda: bool(session.campaigns.all()), "names of the campaigns")
        await pilot.press("w", *"carrier", "enter")
        await until_shown(pilot, "campaign Carrier partnerships")
        await pilot.press("n", "n", "n")
        await until_shown(pilot, "no mail was sent in these days")
