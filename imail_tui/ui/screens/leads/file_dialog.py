"""Choosing a file: type or paste its path, or walk through folders; its first lines are shown."""

import asyncio
import gzip
import os
from pathlib import Path
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from imail_tui.domain.shown import in_bytes
from imail_tui.domain.text import one_line
from imail_tui.services.imports.pasting import is_rows, pasted_path
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (Column("name", "", 20, weight=1), Column("size", "", 9, align="right"))
_ROWS: Final = 8
_LINES: Final = 5
_LINE_CELLS: Final = 70
_LISTED: Final = 500
_PREVIEW_BYTES: Final = 4096
_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".gz")


class Pasted(str):
    """Rows that were pasted instead of a path."""

    __slots__ = ()


class PathField(Input):
    """A line for a path. Rows of a spreadsheet that are pasted into it are an answer of their own."""

    def _on_paste(self, event: events.Paste) -> None:
        dialog = self.screen
        path = pasted_path(event.text)
        if isinstance(dialog, FileDialog) and (path is not None or is_rows(event.text)):
            event.prevent_default()
            event.stop()
            dialog.dismiss(str(path) if path is not None else Pasted(event.text))


class FileDialog(Dialog[str]):
    """Gives the path of a file, or what was pasted as `Pasted`."""

    DEFAULT_CSS = """
    FileDialog {
        .box { width: 76; }
        LineTable { width: 1fr; }
        #preview { height: auto; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "down", show=False, id="file.down"),
        Binding("up,ctrl+p", "move(-1)", "up", show=False, id="file.up", priority=True),
        Binding("tab", "complete", "complete the path", show=False, id="file.complete", priority=True),
    ]

    def __init__(self, start: str = "") -> None:
        """`start`: the path to begin with."""
        super().__init__()
        self._start = start

    def compose(self) -> ComposeResult:
        """The line, what the folder has, and the first lines of a file."""
        with Vertical(classes="box"):
            yield SafeStatic("Import leads from a file", classes="title")
            field = PathField(self._start, placeholder="path, or paste rows of a spreadsheet", compact=True)
            field.cursor_blink = False
            yield field
            table = LineTable(_COLUMNS, empty="No CSV, TSV or JSON lines file here.")
            table.can_focus = False
            table.styles.height = 1 + _ROWS
            yield table
            yield SafeStatic(id="preview")
            yield SafeStatic(styled(("enter takes it, tab completes, esc leaves", "$text-muted")), id="note")

    def on_mount(self) -> None:
        """Show the folder."""
        self._list(self._start)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show what begins so."""
        self.query_one("#note", SafeStatic).update(
            styled(("enter takes it, tab completes, esc leaves", "$text-muted"))
        )
        self._list(event.value)

    @on(LineTable.Highlighted)
    def entry_marked(self) -> None:
        """Show its first lines."""
        self._preview(self.query_one(LineTable).cursor_id)

    @on(Input.Submitted)
    @on(LineTable.Opened)
    def take(self) -> None:
        """Give the file that was typed, else the one that is marked; a folder is entered."""
        typed = self.query_one(Input).value.strip()
        path = pasted_path(typed)
        marked = self.query_one(LineTable).cursor_id
        if path is not None:
            self.dismiss(str(path))
        elif marked is None:
            self.query_one("#note", SafeStatic).update(
                styled((f"! There is no file {typed}.", "$text-error"))
            )
        elif marked.endswith("/"):
            self._type(marked)
        else:
            self.dismiss(marked)

    def action_move(self, rows: int) -> None:
        """Mark another entry."""
        self.query_one(LineTable).action_move(rows)

    def action_complete(self) -> None:
        """Type the entry that is marked."""
        marked = self.query_one(LineTable).cursor_id
        if marked is not None:
            self._type(marked)

    def _type(self, path: str) -> None:
        field = self.query_one(Input)
        field.value = path
        field.cursor_position = len(path)

    @work(group="list", exclusive=True)
    async def _list(self, typed: str) -> None:
        rows = await asyncio.to_thread(_entries, typed.strip())
        # The dialog may be gone by now.
        for table in self.query(LineTable):
            table.show(ListedRows(rows))
            self._preview(table.cursor_id)

    @work(group="preview", exclusive=True)
    async def _preview(self, path: str | None) -> None:
        lines = (
            [] if path is None or path.endswith("/") else await asyncio.to_thread(_first_lines, Path(path))
        )
        for preview in self.query("#preview").results(SafeStatic):
            preview.update("\n".join(line[:_LINE_CELLS] for line in lines))


def _entries(typed: str) -> list[Row]:
    """Folders and files that a typed path may mean, the latest files first; a file that is named is there."""
    named = pasted_path(typed)
    path = named or (Path(typed).expanduser() if typed else Path.cwd())
    is_inside = named is None and (not typed or typed.endswith("/"))
    folder, begin = (path, "") if is_inside else (path.parent, path.name)
    found: list[tuple[bool, float, str, int]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.lower().startswith(begin.lower()) or entry.name.startswith(
                    "."
                ) != begin.startswith("."):
                    continue
                is_folder = entry.is_dir()
                is_named = named is not None and entry.name == named.name
                if is_folder or is_named or entry.name.lower().endswith(_SUFFIXES):
                    about = entry.stat()
                    found.append((is_folder, -about.st_mtime, entry.name, about.st_size))
    except OSError:
        return []
    return [
        Row(
            str(folder / name) + ("/" if is_folder else ""),
            {
                "name": Cell(f"{name}/" if is_folder else name, "muted" if is_folder else "strong"),
                "size": "" if is_folder else Cell(in_bytes(size), "muted"),
            },
        )
        for is_folder, _, name, size in sorted(found)[:_LISTED]
    ]


def _first_lines(path: Path) -> list[str]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as packed:
                raw = packed.read(_PREVIEW_BYTES)
        else:
            with path.open("rb") as plain:
                raw = plain.read(_PREVIEW_BYTES)
    except (OSError, EOFError):
        return ["It cannot be read."]
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return [one_line(line) for line in raw.decode(encoding, "replace").splitlines()[:_LINES]]
