"""A file of leads looked through: what it is, how it is read, and where it may be cut.

What is no plain file of bytes that can be read anywhere (standard input, .gz, UTF-16) is first copied into
one, so that an import can be taken up again when its origin is gone.
"""

import codecs
import csv
import gzip
import hashlib
import io
import os
import tempfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from imail_tui.domain.leads.blocks import LONGEST, SIZE, cut_at
from imail_tui.domain.leads.dialect import Dialect, email_columns, read_records, sniff
from imail_tui.domain.leads.encodings import UTF_8, UTF_16
from imail_tui.domain.leads.headers import distinct
from imail_tui.domain.leads.layout import Layout, layout_of
from imail_tui.domain.leads.records import text_of
from imail_tui.domain.leads.sources import BY_NAME, Source, recognise
from imail_tui.model.problem import Problem
from imail_tui.services.imports.errors import ImportRefused, changed, refused
from imail_tui.services.imports.json_lines import flat_object
from imail_tui.services.imports.stamps import NO_STAMP, Stamp, stamp_of

STDIN: Final = "-"
_BEGINNING: Final = 262_144
"""Bytes by which delimiter, titles and source are told."""
SAMPLE: Final = 200
"""Records that are shown before an import."""
_KINDS: Final = {
    b"PK\x03\x04": "an Excel file, or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF-": "a PDF",
}
"""What people take for a table, by its first bytes."""
_KEYS_WITHIN: Final = 1_000
"""JSON lines whose keys become columns."""


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of the file that begin with a record."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it will be read.

    `path`: where its bytes are; `name`: what a person called it; `digest`: of the bytes at `path`.
    `encoding`: what it is written in; `codec`: what the bytes at `path` are in. `dialect` None: JSON lines.
    `first_line`: the line of the first record, from 1. `blocks`: all records. `sample`: the first records,
    as cells. `odd_quotes`: a quote may never be closed. `is_copy`: the file at `path` is one of ours.
    `problems`: what a person should know. `stamp`: of the file when it was looked at, as `stamp_of`.
    """

    path: Path
    name: str
    digest: str
    size: int
    encoding: str
    codec: str
    dialect: Dialect | None
    headers: tuple[str, ...]
    source: Source
    first_line: int
    blocks: tuple[Block, ...]
    sample: tuple[tuple[str, ...], ...]
    odd_quotes: bool = False
    is_copy: bool = False
    problems: tuple[Problem, ...] = field(default=())
    stamp: Stamp = NO_STAMP

    def layout(self, given: dict[str, str] | None = None) -> Layout:
        """What its columns become, with what was `given` (title → target). Raises BadMapping."""
        layout = layout_of(self.source, self.headers, given)
        if not layout.emails:
            for column in email_columns(self.sample, len(self.headers)):
                if layout.target_of(column) is None:
                    layout = layout.with_target(column, "email")
        return layout

    def require_email(self, layout: Layout) -> None:
        """Refuse once what would fail record by record. Raises ImportRefused."""
        if not layout.emails:
            what = "No column holds e-mail addresses."
            if self.source.marks:
                what = f"This looks like {self.source.title}, and no column holds e-mail addresses."
            raise refused(what, self.source.without_email, self.name, "no_email_column")


def look_through(
    path: str | Path,
    stdin: BinaryIO | None = None,
    *,
    called: str = "standard input",
    spool: Path | None = None,
    delimiter: str | None = None,
    source: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Look through a file, or `stdin` where the path is "-". Reads all of it: not for the event loop.

    `called`: what a person calls `stdin`. `spool`: folder for a copy where one is needed, None = the system's
    for temporary files; whoever calls removes `Table.path` where it is not the file itself. `delimiter`,
    `source` and `encoding` (one of `ENCODINGS`): known already.

    Raises:
        ImportRefused: it cannot be read, is no text, or has no records.
    """
    name = called if str(path) == STDIN else str(path)
    origin = Path(path)
    copy: Path | None = None
    try:
        with _opened(path, stdin) as stream:
            beginning = stream.peek(4) if isinstance(stream, io.BufferedReader) else b""
            utf16 = encoding == UTF_16 or _utf16(beginning)
            if str(path) == STDIN or origin.is_fifo() or beginning[:2] == b"\x1f\x8b" or utf16:
                origin, utf16 = _copied(stream, name, spool, utf16=utf16)
                copy = origin
        table = _table(origin, name, delimiter, source, UTF_8 if utf16 else encoding)
        return replace(table, is_copy=copy is not None, encoding=UTF_16 if utf16 else table.encoding)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        if copy is not None:
            copy.unlink(missing_ok=True)
        raise refused(f"It cannot be read: {reason}.", "Check the file and its permissions.", name) from None
    except ImportRefused:
        if copy is not None:
            copy.unlink(missing_ok=True)
        raise


def _opened(path: str | Path, stdin: BinaryIO | None) -> BinaryIO:
    if str(path) == STDIN and stdin is not None:
        return stdin
    place = Path(path)
    # A shell's <(…) is a pipe.
    if not place.is_file() and not place.is_fifo():
        remedy = "Name a file." if place.is_dir() else "Check the path."
        what = "This is a folder." if place.is_dir() else "There is no such file."
        raise refused(what, remedy, str(path), "usage")
    return place.open("rb")


def _utf16(beginning: bytes) -> bool:
    return beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _utf16_codec(beginning: bytes) -> str:
    """Without a mark, the order of bytes is told by a first letter of ASCII."""
    if _utf16(beginning):
        return "utf-16"
    return "utf-16-be" if beginning.startswith(b"\0") else "utf-16-le"


def _copied(stream: BinaryIO, called: str, folder: Path | None, *, utf16: bool) -> tuple[Path, bool]:
    """A private copy as plain bytes, UTF-16 as UTF-8; whether it was that."""
    descriptor, name = tempfile.mkstemp(prefix="import-", suffix=".input", dir=folder)
    place = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            first = stream.peek(2) if isinstance(stream, io.BufferedReader) else b""
            plain = gzip.GzipFile(fileobj=stream) if first[:2] == b"\x1f\x8b" else stream
            start = plain.read(SIZE)
            utf16 = utf16 or _utf16(start)
            if utf16:
                decoder = codecs.getincrementaldecoder(_utf16_codec(start))()
                while start:
                    copy.write(decoder.decode(start).encode())
                    start = plain.read(SIZE)
                copy.write(decoder.decode(b"", final=True).encode())
            else:
                while start:
                    copy.write(start)
                    start = plain.read(SIZE)
            copy.flush()
            os.fsync(copy.fileno())
    except UnicodeError:
        place.unlink()
        raise refused("It is not UTF-16 to its end.", "Export it as UTF-8.", called) from None
    except BaseException:
        place.unlink()
        raise
    return place, utf16


def _table(path: Path, name: str, delimiter: str | None, source: str | None, encoding: str | None) -> Table:
    about = path.stat()
    with path.open("rb") as stream:
        beginning = stream.read(_BEGINNING)
    if not beginning.strip():
        raise refused("The file is empty.", "Choose another one.", name)
    for sign, kind in _KINDS.items():
        if beginning.startswith(sign):
            raise refused(f"This is {kind}.", "Save it as CSV, and import that.", name)
    mark = len(codecs.BOM_UTF8) if beginning.startswith(codecs.BOM_UTF8) else 0
    size = about.st_size
    is_json = beginning[mark:].lstrip()[:1] == b"{"
    bad_line = _undecodable(path, name, encoding or UTF_8)
    problems: tuple[Problem, ...] = ()
    if bad_line is not None:
        what = f"Line {bad_line} is not UTF-8; the file is read as Windows-1252."
        if encoding is not None:
            what = f"Line {bad_line} is not {encoding}: letters that cannot be read become \ufffd."
        problems = (Problem(what, "Check names with accents in the sample.", name, code="encoding"),)
    encoding = encoding or (UTF_8 if bad_line is None else "cp1252")
    text = beginning[mark:].decode(encoding, errors="replace")
    if is_json:
        dialect, headers, first_line, start = None, _keys(text), 1, mark
        sample = tuple(_first_objects(text, headers))
    else:
        dialect = sniff(text, whole=size <= _BEGINNING, delimiter=delimiter)
        if dialect is None:
            raise refused("There is nothing in the file but blank lines.", "Choose another one.", name)
        lines = io.StringIO(text, newline="").readlines()
        # Bytes have the same line breaks as text, without those that are none in a file.
        start = mark + sum(map(len, beginning[mark:].splitlines(keepends=True)[: dialect.skipped_lines]))
        headers, first_line = dialect.headers, dialect.skipped_lines + 1
        sample = tuple(_first_records(lines[dialect.skipped_lines :], dialect, whole=size <= _BEGINNING))
    digest, blocks, odd = _blocks(path, start, quotes=not is_json)
    if stamp_of(path.stat()) != stamp_of(about):
        raise changed(name)
    found = BY_NAME[source] if source else recognise(headers)
    return Table(
        path,
        name,
        digest,
        size,
        encoding,
        encoding,
        dialect,
        headers,
        found,
        first_line,
        blocks,
        sample,
        odd,
        problems=problems,
        stamp=stamp_of(about),
    )


def _undecodable(path: Path, name: str, encoding: str) -> int | None:
    """The first line that is not in an encoding, None = all of them are. Raises ImportRefused for NULs."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, bad = 0, None
    with path.open("rb") as stream:
        while chunk := stream.read(SIZE):
            if b"\0" in chunk:
                remedy = "Export it as CSV, TSV or JSON lines in UTF-8."
                raise refused("This is not a text file.", remedy, name)
            # Decoding makes a text; telling ASCII only looks.
            pending = len(decoder.getstate()[0])
            if bad is None and (pending or not chunk.isascii()):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    bad = offset - pending + error.start
            offset += len(chunk)
        if bad is None and decoder.getstate()[0]:
            bad = offset - 1
        return None if bad is None else 1 + _breaks_before(stream, bad)


def _breaks_before(stream: BinaryIO, end: int) -> int:
    """How many lines of a file end before a byte of it."""
    stream.seek(0)
    count = 0
    while end > 0 and (chunk := stream.read(min(SIZE, end))):
        count += chunk.count(b"\n")
        end -= len(chunk)
    return count


def _blocks(path: Path, start: int, *, quotes: bool) -> tuple[str, tuple[Block, ...], bool]:
    """The digest of the file, its blocks, and whether the number of quotes is odd where they count."""
    blocks: list[Block] = []
    odd = False
    # Hashing lets go of the interpreter: it takes another core.
    with path.open("rb") as stream, ThreadPoolExecutor(max_workers=1, thread_name_prefix="digest") as thread:
        digesting = thread.submit(_digest, path)
        stream.seek(start)
        offset, rest = start, b""
        newline = b"\n"
        while chunk := stream.read(SIZE):
            if not blocks and b"\n" not in chunk and b"\r" in chunk:
                newline = b"\r"
            rest += chunk
            end = cut_at(rest, newline) if quotes else rest.rfind(newline) + 1
            if end:
                # A cut that was not forced has an even number before it.
                odd ^= quotes and len(rest) >= LONGEST and rest.count(b'"', 0, end) % 2 == 1
                blocks.append(Block(offset, end))
                offset, rest = offset + end, rest[end:]
        if rest:
            odd ^= quotes and rest.count(b'"') % 2 == 1
            blocks.append(Block(offset, len(rest)))
        return digesting.result(), tuple(blocks), odd


def _digest(path: Path) -> str:
    """SHA-256, for which processors have instructions."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _first_records(lines: list[str], dialect: Dialect, *, whole: bool) -> Iterator[tuple[str, ...]]:
    complete = lines if whole else lines[:-1]
    # A cell without end is told with its line when the file is read.
    with suppress(csv.Error):
        for number, (cells, _) in enumerate(read_records(iter(complete), dialect.delimiter)):
            if number == SAMPLE:
                return
            if any(cells):
                yield tuple(cells)


def _keys(text: str) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for line in text.split("\n")[:_KEYS_WITHIN]:
        for key in flat_object(line.encode()) or {}:
            keys.setdefault(key)
    return distinct([*keys])


def _first_objects(text: str, headers: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The first objects as cells of text."""
    for line in text.split("\n")[:SAMPLE]:
        found = flat_object(line.encode())
        if found is not None:
            yield tuple(text_of(found.get(header)) for header in headers)
