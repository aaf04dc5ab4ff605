"""Files read by the parsing processes: every record in one outcome, wherever the file is cut."""

import asyncio
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imail_tui.domain.leads.blocks import SIZE
from imail_tui.model.imports import NOTHING_MENDED
from imail_tui.services.imports.checking import check
from imail_tui.services.imports.errors import ImportRefused
from imail_tui.services.imports.table import look_through


async def test_every_record_has_one_outcome(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        'Notes:\n\nFirst Name,Email,Notes\nAda,ada@x.example,"two\nlines"\n,,\nBob,bob@y,\n'
        "Ada,ADA@x.example,\nEve,,x\nZoë,mailto:zoe@x.example,\n",
        "utf-8",
    )
    table = look_through(file)
    tally = await check(table, table.layout())
    assert (tally.records, tally.accepted, tally.duplicates, tally.invalid, tally.blank) == (6, 2, 1, 2, 1)
    assert tally.by_code == {"bare_host": 1, "missing_email": 1}
    assert tally.notes == {"mailto": 1}
    assert [(each.line, each.code) for each in tally.faults] == [
        (7, "bare_host"),
        (8, "duplicate"),
        (9, "missing_email"),
    ]


async def test_cuts_do_not_show_even_with_stray_quotes(tmp_path: Path) -> None:
    line = 'Ann,ann{0}@x.example,"a ""b""\nc",5" pipe\n'
    count = 3 * SIZE // len(line)
    file = tmp_path / "large.csv"
    file.write_text("First Name,Email,Notes,Size\n" + "".join(line.format(n) for n in range(count)), "utf-8")
    table = look_through(file)
    assert len(table.blocks) > 1
    tally = await check(table, table.layout())
    assert (tally.records, tally.accepted) == (count, count)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('Email,Company\na@x.example,Acme\nb@x.example,"Acme, Inc\nc@x.example,Bolt\n', 3),
        ('Email,Company\nb@x.example,"Acme, Inc\nc@x.example,"Bolt"\nd@x.example,x\n', 2),
    ],
)
async def test_a_quote_that_is_not_closed_is_named_by_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "torn.csv"
    file.write_text(text, "utf-8")
    table = look_through(file)
    with pytest.raises(ImportRefused) as refusal:
        await check(table, table.layout(), NOTHING_MENDED)
    assert refusal.value.problem.code == "unclosed_quote"
    assert refusal.value.problem.where == f"{file}:{line}"


async def test_a_cell_that_is_too_long_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text(f"Email,Notes\na@x.example,\nb@x.example,{'x' * 140_000}\nc@x.example,\n", "utf-8")
    table = look_through(file)
    with pytest.raises(ImportRefused) as refusal:
        await check(table, table.layout())
    assert refusal.value.problem.code == "long_cell"
    assert refusal.value.problem.where == f"{file}:3"


@pytest.mark.parametrize("kind", ["plain", "gz", "utf-16", "stdin"])
async def test_the_same_however_it_comes(tmp_path: Path, kind: str) -> None:
    text = "First Name;Email\r\nZoë;zoe@x.example\r\nAnn;ann@x.example\r\n"
    data = text.encode("utf-16" if kind == "utf-16" else "utf-8-sig")
    file = tmp_path / "people.csv"
    file.write_bytes(gzip.compress(data) if kind == "gz" else data)
    stdin = io.BufferedReader(io.BytesIO(data))
    table = look_through("-" if kind == "stdin" else file, stdin, spool=tmp_path)
    tally = await check(table, table.layout())
    assert (table.headers, tally.accepted, tally.records) == (("First Name", "Email"), 2, 2)
    assert table.sample[0] == ("Zoë", "zoe@x.example")


@pytest.mark.parametrize(
    ("encoding", "told", "problem"),
    [("cp1250", "cp1250", False), ("cp1251", "cp1251", False), ("utf-8", "cp1250", True)]
    + [(each, each, False) for each in ("shift_jis", "gb18030", "mac-roman", "utf-16")],
)
async def test_letters_are_read_as_one_says(
    tmp_path: Path, encoding: str, told: str, *, problem: bool
) -> None:
    names = {"cp1251": "Жанна", "shift_jis": "表示", "gb18030": "张伟"}
    name = names.get(encoding, "Zoë")
    file = tmp_path / "people.csv"
    data = f"First Name|Email\n{name}|zoe@x.example\n".encode(told)
    file.write_bytes(data.removeprefix(b"\xff\xfe"))
    table = look_through(file, spool=tmp_path, encoding=encoding)
    assert table.encoding == encoding
    assert table.sample[0][0] == ("Zo\ufffd" if problem else name)
    assert [each.code for each in table.problems] == ["encoding"] * problem
    assert (await check(table, table.layout())).accepted == 1


@pytest.mark.parametrize(
    ("text", "headers", "first_line"),
    [
        ("Kontakt,Wohnt in\njoe@x.example,Rom\n", ("Kontakt", "Wohnt in"), 2),
        ("Made by,joe@x.example\n\nEmail,First Name\n,Ann\n", ("Column 1", "Column 2"), 1),
        ("Report\nBy,joe@x.example\nEmail,First Name\n,Ann\n", ("Email", "First Name"), 4),
        ("Rom,Ann\njoe@x.example,City\nMobile,City\n", ("Rom", "Ann"), 2),
        ("\njoe@x.example,Joe\n", ("Column 1", "Column 2"), 1),
    ],
    ids=["own titles", "address first", "address in notes", "words in data", "no titles"],
)
def test_titles_are_found(tmp_path: Path, text: str, headers: tuple[str, ...], first_line: int) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text, "utf-8")
    table = look_through(file)
    assert (table.headers, table.first_line) == (headers, first_line)


def test_what_is_no_table_of_people_is_refused_once(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    for data, code in (
        (b"", "file_refused"),
        (b"\x00\x01\x02", "file_refused"),
        (b"\n \n", "file_refused"),
        (b"profileUrl,fullName,vmid\nx,Ann Lee,1\n", "no_email_column"),
    ):
        file.write_bytes(data)
        with pytest.raises(ImportRefused) as refusal:
            _looked_through(file)
        assert refusal.value.problem.code == code


def _looked_through(file: Path) -> None:
    table = look_through(file)
    table.require_email(table.layout())


async def test_lines_of_json_that_are_no_object_are_told(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_bytes(b'{"email":"a@x.example","custom":{"seats":3}}\n[1]\n{"email":"b\xe9@x.example"}\n\n')
    table = look_through(file)
    tally = await check(table, table.layout())
    assert table.encoding == "cp1252"
    assert (tally.records, tally.accepted, tally.blank, tally.by_code) == (4, 2, 1, {"bad_json": 1})


BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from(
            (
                b"Email",
                b"a@b.example",
                b'"',
                b'""',
                b",",
                b";",
                b"\t",
                b"\n",
                b"\r\n",
                b"\r",
                b"\0",
                b" ",
                b"x",
            )
        ),
        max_size=30,
    ).map(b"".join),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=BYTES)
def test_any_bytes_have_an_outcome_or_a_clear_error(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "any.csv"
    file.write_bytes(content)
    tally = problem = None
    try:
        table = look_through(file)
        layout = table.layout()
        table.require_email(layout)
        tally = asyncio.run(check(table, layout))
    except ImportRefused as error:
        problem = error.problem
    if tally is None:
        assert problem is not None
        assert problem.what
        assert problem.remedy
        return
    assert tally.records == tally.accepted + tally.duplicates + tally.invalid + tally.blank
    assert tally.invalid == sum(tally.by_code.values())
    assert len(tally.first_emails) == tally.accepted
