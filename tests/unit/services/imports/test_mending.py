"""Repairs: what was mended is read so in the import, each can be taken back, the file stays as it is."""

from pathlib import Path

import pytest

from imail_tui.services.imports.checking import check
from imail_tui.services.imports.mending import Mending, column_at_fault
from imail_tui.services.imports.pasting import is_rows, pasted_path
from imail_tui.services.imports.table import look_through

TEXT = (
    "Name,Email\nAda,ada@acme\nBob,bob@acme\nEve,eve@acme\n"
    "Again,x@y.example\nTwice,x@y.example\nLong,a@b.example,?\n"
)


async def test_cells_are_mended_one_by_one_and_all_alike(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(TEXT.replace("Eve,eve@acme", "Eve,bob@acme"), "utf-8")
    before = file.read_bytes()
    table = look_through(file)
    layout = table.layout()
    tally = await check(table, layout)
    assert (tally.accepted, tally.invalid, tally.duplicates) == (1, 4, 1)
    ada, bob, eve, again, long = tally.faults
    mending = Mending()
    assert column_at_fault(ada, ada.cells, layout) == 1
    mending.cell(ada, 1, "ada@acme.example")
    assert mending.state(ada, layout) == ""
    mending.alike(1, "bob@acme", "bob@acme.example")
    assert (mending.state(bob, layout), mending.state(eve, layout)) == ("", "")
    mending.drop(long)
    assert mending.state(long, layout) is None
    assert mending.state(again, layout) == "the address stands earlier in the file"
    mended = await check(table, layout, mending.repairs)
    assert (mended.accepted, mended.invalid, mended.duplicates, mended.blank) == (3, 0, 2, 1)
    assert mending.count == 3
    assert [mending.undo() for _ in range(4)] == [True, True, True, False]
    assert (await check(table, layout, mending.repairs)).counts() == tally.counts()
    assert file.read_bytes() == before


async def test_repairs_hit_their_records_beyond_the_first_block(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = [f"p{n}@acme.example,{'x' * 60}" if n % 20_000 else f"p{n}@acme,y" for n in range(60_000)]
    file.write_text("Email,Notes\n" + "\n".join(lines) + "\n", "utf-8")
    table = look_through(file)
    assert len(table.blocks) > 3
    layout = table.layout()
    tally = await check(table, layout)
    assert [fault.line for fault in tally.faults] == [2, 20_002, 40_002]
    mending = Mending()
    for fault in tally.faults:
        mending.cell(fault, 0, f"mended{fault.record}@acme.example")
    assert (await check(table, layout, mending.repairs)).counts().accepted == 60_000


@pytest.mark.parametrize(
    "text",
    ["{}", " {} \n", "'{}'", '"{}"', "file://{}", "{escaped}", "file://{quoted}"],
    ids=["plain", "with space", "quoted", "double quoted", "url", "escaped", "encoded url"],
)
def test_a_file_that_was_dragged_is_found(text: str, tmp_path: Path) -> None:
    file = tmp_path / "my people.csv"
    file.write_text(TEXT, "utf-8")
    path = str(file)
    pasted = text.format(path, escaped=path.replace(" ", "\\ "), quoted=path.replace(" ", "%20"))
    assert pasted_path(pasted) == file


def test_words_are_no_files_and_lines_with_addresses_are_rows(tmp_path: Path) -> None:
    assert pasted_path("no such file") is None
    assert pasted_path(str(tmp_path)) is None
    assert is_rows("Email\tName\na@b.example\tAda")
    assert not is_rows("a@b.example")
