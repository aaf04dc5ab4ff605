"""Imports against a real sandbox: what is reported is what the server did, however it went."""

import asyncio
import csv
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imail_tui.model.imports import ImportReport, ImportState, ServerCounts
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.imports.errors import ImportRefused
from imail_tui.services.imports.running import STOPPED, ImportRun, Phase, Progress
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.lacking_server import lacking_server
from tests.fakes.moments import START
from tests.unit.services.conftest import OpenSession


@pytest.fixture
def world() -> Iterator[ThreadSandbox]:
    """A sandbox of the test's own: faults are of one test."""
    with sandbox_in_thread(SandboxOptions(start=START, per_minute=1_000_000, burst=100_000)) as running:
        yield running


@pytest.fixture
async def session(world: ThreadSandbox, paths: Paths) -> AsyncIterator[Session]:
    opened = open_session(
        paths,
        Profile("work", world.url),
        FoundKey(Secret(world.api_key), "test"),
        retry_seconds=(0.05,),
        feed_seconds=None,
        import_pauses=(0.02,),
    )
    await opened.connect()
    await opened.offers_settled()
    yield opened
    await opened.close()


def people(tmp_path: Path, count: int, first: int = 0, bad: int = 0) -> Path:
    """A file of so many people, behind some records that are none."""
    file = tmp_path / f"people-{first}.csv"
    lines = ["First Name,Email,Company,Notes", *(f"Nobody,nobody{number},Acme," for number in range(bad))]
    lines += [f"Ada {n},ada{n}@acme{n % 97}.example,Acme {n % 97}," for n in range(first, first + count)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


async def begun(session: Session, file: Path, **how: Any) -> ImportRun:
    table = await session.imports.look(file)
    return await session.imports.begin(table, table.layout(), **how)


async def imported(session: Session, file: Path, **how: Any) -> ImportReport:
    return await session.imports.start(await begun(session, file, **how))


def made(world: ThreadSandbox, kind: str = "lead.created") -> list[object]:
    """Addresses on the ledger of effects."""
    return [effect.data.get("email") for effect in world.control.effects(kind=kind)]


async def until(run: ImportRun, holds: Callable[[Progress], bool]) -> None:
    """Wait for a moment of a run."""
    happened = asyncio.Event()
    unsubscribe = run.changed.subscribe(lambda progress: happened.set() if holds(progress) else None)
    if not holds(run.progress):
        await happened.wait()
    unsubscribe()


async def held_up(session: Session, run: ImportRun) -> None:
    """Wait until a run waits for the server."""
    happened = asyncio.Event()

    def look(_: object) -> None:
        if run.progress.phase is Phase.WAITING:
            happened.set()

    endings = [session.exchanged.subscribe(look), run.changed.subscribe(look)]
    await happened.wait()
    for end in endings:
        end()


async def begun_to(run: ImportRun, phase: Phase) -> None:
    """Wait until a run is in a phase."""
    await until(run, lambda progress: progress.phase is phase)


async def test_every_row_is_told_and_the_server_has_it(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    report = await imported(session, people(tmp_path, 11_000, bad=3))
    assert report.record.state is ImportState.DONE
    file = report.record.file
    assert file is not None
    assert (file.records, file.accepted, file.invalid) == (11_003, 11_000, 3)
    assert report.server == ServerCounts(created=11_000, requests=3)
    assert sorted(map(str, made(world))) == sorted(f"ada{n}@acme{n % 97}.example" for n in range(11_000))
    again = await imported(session, people(tmp_path, 11_000, bad=3))
    assert again.server == ServerCounts(skipped=11_000, requests=3)


async def test_a_file_is_never_taken_for_a_copy_of_ours_however_it_is_named(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = people(tmp_path, 3)
    monkeypatch.chdir(tmp_path)
    for place in (f"./{file.name}", f"{tmp_path}//{file.name}"):
        table = await session.imports.look(place)
        await session.imports.let_go(table)
        report = await session.imports.start(await session.imports.begin(table, table.layout()))
        assert report.record.state is ImportState.DONE
        assert file.exists()


async def test_rows_that_exist_can_be_updated(session: Session, world: ThreadSandbox, tmp_path: Path) -> None:
    await imported(session, people(tmp_path, 10))
    report = await imported(session, people(tmp_path, 20), on_duplicate="update")
    assert (report.server.created, report.server.updated) == (10, 10)
    assert len(made(world, "lead.updated")) == 10


@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "no keys"])
@pytest.mark.parametrize("policy", ["skip", "update"])
@pytest.mark.parametrize("cut", ["before", "after", "within"])
async def test_a_lost_answer_changes_nothing(
    keyed: bool, policy: str, cut: str, session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    await imported(session, people(tmp_path, 20))
    world.control.advance(dt.timedelta(seconds=5))
    await session.connect()
    if not keyed:
        world.control.put_fault("idempotency_off")
        await session.connect()
        await session.offers_settled()
    world.control.put_fault("cut", at=cut, path="/leads/bulk", nth=1)
    report = await imported(session, people(tmp_path, 30), on_duplicate=policy)
    assert report.record.state is ImportState.DONE
    old = "updated" if policy == "update" else "skipped"
    assert {name: getattr(report.server, name) for name in ("created", old, "failed", "unexplained")} == {
        "created": 10,
        old: 20,
        "failed": 0,
        "unexplained": 0,
    }
    assert len(made(world)) == 30
    assert len(made(world, "lead.updated")) == (20 if policy == "update" else 0)


async def test_a_refused_row_is_told_with_its_line_and_can_be_mended(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    file = people(tmp_path, 5, bad=2)
    with world.control.fault("bulk_rows", rows=[1, 3]):
        report = await imported(session, file)
    assert (report.server.created, report.server.failed) == (3, 2)
    place = tmp_path / "rejects.csv"
    assert await session.imports.write_rejects(report.record.id, place) == 4
    rows = [*csv.reader(place.read_text("utf-8").splitlines())]
    assert rows[0] == [
        "imail line",
        "imail record",
        "imail code",
        "imail reason",
        "First Name",
        "Email",
        "Company",
        "Notes",
    ]
    assert [row[:3] for row in rows[1:]] == [
        ["2", "1", "no_at"],
        ["3", "2", "no_at"],
        ["5", "4", "invalid_field"],
        ["7", "6", "invalid_field"],
    ]
    assert rows[3][4:] == ["Ada 1", "ada1@acme1.example", "Acme 1", ""]
    place.write_text(place.read_text("utf-8").replace("nobody0", "nobody0@acme.example"), "utf-8")
    mended = await imported(session, place)
    assert (mended.server.created, mended.record.file and mended.record.file.invalid) == (3, 1)
    assert "nobody0@acme.example" in made(world)


async def test_each_address_of_a_row_can_be_a_lead(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "several.csv"
    file.write_text(
        "Name,Email,Email 2\n"
        'Ada,ada@x.example;a@y.example,"ADA@x.example"\n'
        "Bob,bob@x.example,bob@@y\n"
        "Cid,a@y.example,cid@x.example c@y.example\n"
        "Dot,dot@x,d@y.example\n",
        "utf-8",
    )
    table = await session.imports.look(file)
    layout = replace(table.layout({"Email": "email", "Email 2": "email"}), every_address=True)
    tally = await session.imports.check(table, layout)
    assert (tally.records, tally.accepted, tally.duplicates, tally.invalid) == (4, 3, 1, 0)
    assert (tally.further, tally.further_duplicates, tally.further_invalid) == (3, 0, 2)
    run = await session.imports.begin(table, layout, rows=2)
    # An answer is lost between the leads of one row.
    with world.control.fault("bulk_rows", rows=[1]):
        world.control.put_fault("cut", at="after", path="/leads/bulk", nth=2)
        report = await session.imports.start(run)
    assert report.record.state is ImportState.DONE
    assert report.record.request.addresses == "all"
    assert (report.server.created, report.server.failed) == (3, 3)
    place = tmp_path / "rejects.csv"
    assert await session.imports.write_rejects(report.record.id, place) == 3
    told = [*csv.reader(place.read_text("utf-8").splitlines())][1:]
    assert [(row[0], row[3].partition(":")[0]) for row in told] == [
        ("2", "a@y.example"),
        ("4", "cid@x.example"),
        ("5", told[2][3]),
    ]
    names = {"ada@x.example": "Ada", "bob@x.example": "Bob", "c@y.example": "Cid"}
    assert {str(each) for each in made(world)} == {*names}


async def test_it_can_be_paused_stopped_and_taken_up(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    run = await begun(session, people(tmp_path, 30_000))
    task = session.imports.start(run)
    await until(run, lambda progress: progress.server.told > 0)
    run.pause()
    assert run.progress.phase is Phase.PAUSED
    assert not task.done()
    run.stop()
    report = await task
    assert report.record.problem is not None
    assert report.record.problem.code == STOPPED
    assert report.record.state is ImportState.OPEN
    assert 0 < report.server.created < 30_000
    assert len(made(world)) == report.server.created
    whole = await session.imports.start(await session.imports.take_up(report.record.id[:8]))
    assert whole.record.state is ImportState.DONE
    assert whole.server.created == len(made(world)) == 30_000
    with pytest.raises(ImportRefused, match="came to its end"):
        await session.imports.take_up(report.record.id)


@pytest.mark.parametrize("status", [401, 503])
async def test_one_that_waits_for_a_key_or_a_failing_server_can_be_stopped(
    status: int, session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    session.key_guard.start()
    with world.control.fault("status", status=status):
        run = await begun(session, people(tmp_path, 6_000))
        task = session.imports.start(run)
        await held_up(session, run)
        assert run.progress.problem is not None
        run.stop()
        async with asyncio.timeout(5):
            report = await task
    assert report.record.problem is not None
    assert report.record.problem.code == STOPPED
    assert (report.record.state, made(world)) == (ImportState.OPEN, [])


async def test_a_file_that_changes_between_the_look_and_the_import_is_not_sent(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    file = people(tmp_path, 10)
    table = await session.imports.look(file)
    file.write_text(file.read_text("utf-8").replace("Ada", "Eva"), "utf-8")
    run = await session.imports.begin(table, table.layout())
    report = await session.imports.start(run)
    assert report.record.problem is not None
    assert report.record.problem.code == "file_changed"
    file.unlink()
    with pytest.raises(ImportRefused, match="changed meanwhile"):
        await session.imports.check(table, table.layout())
    assert made(world) == []


async def test_a_changed_file_is_not_taken_up(session: Session, world: ThreadSandbox, tmp_path: Path) -> None:
    file = people(tmp_path, 10)
    with world.control.fault("status", status=403, path="/leads/bulk"):
        report = await imported(session, file)
    assert report.record.problem is not None
    assert report.record.problem.status == 403
    file.write_text(file.read_text("utf-8") + "Eve,eve@acme.example,,\n", "utf-8")
    with pytest.raises(ImportRefused, match="not the one this import began with"):
        await session.imports.take_up(report.record.id)
    assert made(world) == []


async def test_a_second_process_watches(
    session: Session, paths: Paths, world: ThreadSandbox, tmp_path: Path
) -> None:
    run = await begun(session, people(tmp_path, 40))
    run.pause()
    task = session.imports.start(run)
    await begun_to(run, Phase.PAUSED)
    other = open_session(
        paths, Profile("work", world.url), FoundKey(Secret(world.api_key), "test"), feed_seconds=None
    )
    try:
        await other.connect()
        watching = await other.imports.take_up(run.record.id)
        watched = other.imports.start(watching)
        await begun_to(watching, Phase.WATCHING)
        run.go_on()
        first, second = await task, await watched
    finally:
        await other.close()
    assert first.server == second.server == ServerCounts(created=40, requests=1)
    assert second.record.state is ImportState.DONE
    assert len(made(world)) == 40


async def test_a_file_that_ends_within_a_quote_sends_nothing(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    file = people(tmp_path, 12_000)
    file.write_text(
        file.read_text("utf-8") + 'Eve,eve@acme.example,"Acme,\nBob,bob@acme.example,,\n', "utf-8"
    )
    report = await imported(session, file)
    assert report.record.problem is not None
    assert "opens on line 12,002" in report.record.problem.what
    assert made(world) == []


async def test_the_server_may_go_and_come_back(
    session: Session, world: ThreadSandbox, tmp_path: Path
) -> None:
    world.control.put_fault("status", status=503, path="/leads/bulk", times=4)
    report = await imported(session, people(tmp_path, 12_000))
    assert report.server.created == len(made(world)) == 12_000


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "an answer lost"])
async def test_a_server_without_bulk_gets_them_one_by_one(
    lost: bool, world: ThreadSandbox, opened: OpenSession, tmp_path: Path
) -> None:
    with lacking_server(world.url, "/leads/bulk") as server:
        session = opened(key=world.api_key, url=server.url)
        await session.connect()
        await session.offers_settled()
        await imported(session, people(tmp_path, 3))
        world.control.advance(dt.timedelta(seconds=5))
        await session.connect()
        if lost:
            world.control.put_fault("idempotency_off")
            await session.connect()
            await session.offers_settled()
            world.control.put_fault("cut", at="after", method="POST", path="/leads", nth=4)
        report = await imported(session, people(tmp_path, 5), on_duplicate="update")
    assert (report.server.created, report.server.updated) == (2, 3)
    assert (len(made(world)), len(made(world, "lead.updated"))) == (5, 3)
