"""Files of leads: what is understood of them, and what becomes of every record."""

import asyncio
import tracemalloc
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.domain.filters import parse_filter
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.import_plan import read_plan
from imail_tui.services.importer import (
    Importer,
    ImportOutcome,
    ImportPlan,
    ImportRefused,
    Progress,
)
from imail_tui.services.session import Session
from tests.fakes.lacking_server import LackingServer, lacking_server
from tests.unit.services.conftest import OpenSession


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode(encoding))
    return path


def mapping(plan: ImportPlan) -> dict[str, str]:
    return {column.header: column.field for column in plan.columns if column.field}


def counts(outcome: ImportOutcome) -> tuple[int, ...]:
    return (
        outcome.created,
        outcome.skipped,
        outcome.failed,
        outcome.invalid,
        outcome.in_doubt,
        outcome.not_sent,
    )


async def imported(session: Session, plan: ImportPlan, campaign_id: str | None = None) -> ImportOutcome:
    return await session.importer.run(plan, campaign_id, lambda _: None, asyncio.Event())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings_are_told(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [
        "First Name,Email Address,Company Name,Job title,Score",
        'Zoë,z@acme.example,"Acme; | Co.",Head,7',
    ]
    text = "\r\n".join(line.replace(",", delimiter) for line in lines)
    plan = read_plan(written(tmp_path, text.replace("Acme; | Co.", "Acme: & Co."), encoding))
    assert mapping(plan) == {
        "First Name": "first_name",
        "Email Address": "email",
        "Company Name": "company",
        "Job title": "title",
    }
    assert plan.left_out == ("Score",)
    assert (plan.rows, plan.sample) == (1, (("Zoë", "z@acme.example", "Acme: & Co.", "Head", "7"),))
    assert plan.ready
    assert plan.problems == ()


def test_windows_text_is_read_with_a_notice(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, "email,first_name\na@b.example,Zoë\n", "cp1252"))
    assert plan.sample == (("a@b.example", "Zoë"),)
    assert [problem.code for problem in plan.problems] == ["encoding"]


def test_notes_before_the_titles_are_passed_over(tmp_path: Path) -> None:
    text = (
        'Notes:\n"When exporting, some\naddresses are missing"\n\nFirst Name,Email Address\nAnn,a@b.example\n'
    )
    plan = read_plan(written(tmp_path, text))
    assert (plan.rows, mapping(plan)) == (1, {"First Name": "first_name", "Email Address": "email"})


def test_a_file_of_people_without_addresses_says_so(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, "fullName,profileUrl\nAnn,https://x\n"))
    assert not plan.ready
    assert [problem.code for problem in plan.problems] == ["no_email_column"]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\x00\x00\x08", b"", b"\n\n \n", b"\x89PNG\r\n\x1a\n\x00\x00"]
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "leads.xlsx").write_bytes(content)
    with pytest.raises(ImportRefused):
        read_plan(tmp_path / "leads.xlsx")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no such file"):
        read_plan(tmp_path / "nothing.csv")
    with pytest.raises(ImportRefused):
        read_plan(tmp_path)


def test_a_quote_that_never_closes_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'email,notes\na@b.example,"fine\nstill fine"\nc@d.example,"' + "x" * 140_000
    with pytest.raises(ImportRefused, match="line 4"):
        read_plan(written(tmp_path, text))


async def test_every_record_has_one_outcome(session: Session, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex[:8]
    await session.client.leads.create({"email": f"known-{mark}@acme.example"})
    lines = [
        "Email,First name,Company",
        f"new-{mark}@acme.example,Ann,Acme",
        f"known-{mark}@acme.example,Bob,Acme",
        "",
        f"NEW-{mark}@acme.example,Again,Acme",
        "not an address,Cy,Acme",
        ",Dee,Acme",
        f'quoted-{mark}@acme.example,"Two\nlines",Acme',
        f"short-{mark}@acme.example",
    ]
    plan = await session.importer.read_plan(written(tmp_path, "\n".join(lines)))
    assert plan.rows == 7
    outcome = await imported(session, plan)
    assert counts(outcome) == (3, 2, 0, 2, 0, 0)
    assert outcome.done == plan.rows
    assert [line for line, _ in outcome.faults] == [6, 7]
    assert outcome.problem is None
    await session.leads.search(f"new-{mark}")
    assert session.leads.window(parse_filter(f"new-{mark} acme")).total == 1


async def test_leads_are_enrolled_in_a_campaign(session: Session, tmp_path: Path) -> None:
    await session.campaigns.refresh()
    [campaign_id, *_] = session.campaigns.window(parse_filter("status:paused")).ids()
    before = await session.campaigns.fetch(campaign_id)
    mark = uuid.uuid4().hex[:8]
    text = "email\n" + "".join(f"e{n}-{mark}@acme.example\n" for n in range(5))
    await imported(session, await session.importer.read_plan(written(tmp_path, text)), campaign_id)
    after = await session.campaigns.fetch(campaign_id)
    assert (after.lead_counts.total or 0) - (before.lead_counts.total or 0) == 5


async def test_a_campaign_that_is_not_there_ends_the_import(session: Session, tmp_path: Path) -> None:
    plan = await session.importer.read_plan(written(tmp_path, f"email\n{uuid.uuid4().hex}@acme.example\n"))
    outcome = await imported(session, plan, "cmp_00000000000000000000000000")
    assert outcome.problem is not None
    assert counts(outcome) == (0, 0, 0, 0, 0, 1)


@pytest.fixture(params=[True, False], ids=["told", "not told"])
def without_bulk(sandbox: ThreadSandbox, request: pytest.FixtureRequest) -> Iterator[LackingServer]:
    """A server whose OpenAPI document tells that it has no bulk, or that has no document."""
    with lacking_server(sandbox.url, "/leads/bulk", told=request.param) as server:
        yield server


async def test_without_bulk_leads_go_one_by_one(
    opened: OpenSession, without_bulk: LackingServer, tmp_path: Path
) -> None:
    session = opened(url=without_bulk.url)
    await session.connect()
    await session.offers_settled()
    await session.campaigns.refresh()
    [campaign_id, *_] = session.campaigns.window(parse_filter("status:paused")).ids()
    before = await session.campaigns.fetch(campaign_id)
    mark = uuid.uuid4().hex[:8]
    await session.client.leads.create({"email": f"known-{mark}@acme.example"})
    text = (
        f"email\nnew-{mark}@acme.example\nknown-{mark}@acme.example\nbad@-\nlong-{mark}@{'x' * 300}.example\n"
    )
    outcome = await imported(session, await session.importer.read_plan(written(tmp_path, text)), campaign_id)
    assert counts(outcome) == (1, 1, 1, 1, 0, 0)
    after = await session.campaigns.fetch(campaign_id)
    assert (after.lead_counts.total or 0) - (before.lead_counts.total or 0) == 2
    assert without_bulk.asked.count("POST /leads/bulk") == (0 if session.capabilities.known else 1)


async def test_it_can_be_cancelled_between_requests(session: Session, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex[:8]
    text = "email\n" + "".join(f"c{n}-{mark}@acme.example\n" for n in range(50))
    plan = await session.importer.read_plan(written(tmp_path, text))
    cancel = asyncio.Event()
    seen: list[Progress] = []

    def progress(made: Progress) -> None:
        seen.append(made)
        if made.done >= 20:
            cancel.set()

    outcome = await Importer(session._bench, chunk=10).run(plan, None, progress, cancel)
    assert [made.done for made in seen] == [10, 20]
    assert seen[-1].total == 50
    assert counts(outcome) == (20, 0, 0, 0, 0, 30)


async def test_it_can_be_stopped_while_the_server_asks_for_a_long_pause(
    session: Session, sandbox: ThreadSandbox, tmp_path: Path
) -> None:
    mark = uuid.uuid4().hex[:8]
    text = "email\n" + "".join(f"p{n}-{mark}@acme.example\n" for n in range(30))
    plan = await session.importer.read_plan(written(tmp_path, text))
    cancel = asyncio.Event()
    refused = asyncio.Event()
    session.exchanged.subscribe(lambda exchange: refused.set() if exchange.status == 429 else None)
    refusal = {"status": 429, "retry_after": 3600, "path": "/leads/bulk", "code": "rate_limited"}
    with sandbox.control.fault("status", **refusal):
        running = asyncio.create_task(session.importer.run(plan, None, lambda _: None, cancel))
        async with asyncio.timeout(10):
            await refused.wait()
            assert session.importer.paused() > 3590
            cancel.set()
            outcome = await running
    assert counts(outcome) == (0, 0, 0, 0, 0, 30)
    assert outcome.problem is None
    assert session.budget_detail().waiting == (0, 0, 0)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for rows in (2_000, 200_000):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write("Email,First Name,Company Name\n")
            stream.writelines(f"p{n}@acme.example,Ann,Acme {n}\n" for n in range(rows))
        tracemalloc.start()
        assert read_plan(path).rows == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
