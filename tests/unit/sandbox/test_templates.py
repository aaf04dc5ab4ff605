"""Seeded worlds kept as files: the same world, made once, and right whatever is wrong with a file."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from imail_tui.sandbox.database import connect, create_tables, read_meta, write_meta
from imail_tui.sandbox.templates import DIRECTORY_VARIABLE, from_template
from imail_tui.sandbox.worlds import WorldOptions, open_ledgers
from tests.unit.sandbox.worlds import fingerprint

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def world() -> list[str]:
    """A hash of the whole content of each ledger."""
    ledgers = open_ledgers(WorldOptions(start=START, frozen=True))
    contents: list[str] = []
    for ledger in ledgers.both:
        with ledger.read() as connection:
            contents.append(fingerprint(connection))
    ledgers.close()
    return contents


def seeded(facts: str = "a world") -> bool:
    """Whether a tiny world had to be seeded; it is right in any case."""
    calls: list[str] = []
    connection = connect(":memory:")

    def seed() -> None:
        calls.append(facts)
        create_tables(connection)
        write_meta(connection, {"facts": facts})

    from_template(connection, facts, seed)
    assert read_meta(connection) == {"facts": facts}
    connection.close()
    return bool(calls)


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "templates"
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(directory))
    return directory


@pytest.mark.slow
@pytest.mark.usefixtures("templates")
def test_a_world_of_a_template_is_the_seeded_world() -> None:
    assert world() == world()


def test_it_is_seeded_once_for_the_same_facts(templates: Path) -> None:
    assert seeded()
    assert not seeded()
    assert seeded("another world")
    assert not seeded()
    assert [path.suffix for path in templates.iterdir()] == [".sqlite3"] * 2


def test_without_a_directory_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DIRECTORY_VARIABLE)
    assert seeded()
    assert seeded()


def empty(template: Path) -> None:
    template.write_bytes(b"")


def cut(template: Path) -> None:
    template.write_bytes(template.read_bytes()[:20_000])


def scribble(template: Path) -> None:
    content = bytearray(template.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 200] = b"\xff" * 200
    template.write_bytes(content)


def replace_by_a_directory(template: Path) -> None:
    template.unlink()
    template.mkdir()


@pytest.mark.parametrize("damage", [empty, cut, scribble, replace_by_a_directory])
def test_a_damaged_template_is_not_used(templates: Path, damage: Callable[[Path], None]) -> None:
    assert seeded()
    [template] = templates.iterdir()
    damage(template)
    assert seeded()
    assert [path for path in templates.iterdir() if path.suffix == ".part"] == []


def test_a_directory_that_cannot_be_made_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a directory")
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path / "file" / "templates"))
    assert seeded()
