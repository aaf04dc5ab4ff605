"""Many records judged at once: what is plain in them as whole columns, the rest one by one.

A call for each cell costs more than reading the file. Here each column is one text, cleaned, escaped and cut
into JSON members by a few passes, and a record's body is the join of its members. It comes to the same as
`read_record` for every record.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Final

from imail_tui.domain.leads.addresses import FREE_MAIL, PLAIN_KEY, PLAIN_KEYS, ROLES, SHORT
from imail_tui.domain.leads.cells import SEPARATOR, cleaned_column
from imail_tui.domain.leads.even_lines import MASK, EvenLines
from imail_tui.domain.leads.headers import CUSTOM, FULL_NAME
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.plain_columns import plain_bodies
from imail_tui.domain.leads.records import Accepted, Invalid, Outcome, read_record

if TYPE_CHECKING:
    from pydantic import JsonValue

BATCH: Final = 256
"""Records of a batch: their cells fit the processor's cache, where 5,000 take half as long again each."""
_CUT: Final = b"\x00"
"""Where escaped members are cut; JSON escapes a real one."""
_ESCAPED_SEPARATOR: Final = b"\\u001f"
_WRITTEN_SEPARATOR: Final = "\\u001f"


@dataclass(slots=True)
class Batch:
    """What became of records: `bodies` and `keys` of the accepted ones and their `numbers` in the batch.

    A body is a line with its end. `blank` is a count, `invalid` are number and reason; `notes` counts what
    was cleaned off addresses, `roles` and `free_mail` addresses of functions and of free providers.
    `several`: records with further addresses; `further`: places in `bodies` of the leads these made;
    `unread`: how many of them can be none.
    """

    bodies: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    numbers: "list[int] | range" = field(default_factory=list)
    blank: int = 0
    invalid: list[tuple[int, Invalid]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    roles: int = 0
    free_mail: int = 0
    several: int = 0
    further: list[int] = field(default_factory=list)
    unread: int = 0


def read_batch(
    records: Sequence[Sequence[str]], layout: Layout, dumps: "Callable[[JsonValue], bytes]"
) -> Batch:
    """What becomes of records. `dumps` writes JSON without spaces, as UTF-8."""
    width = len(layout.headers)
    even: Sequence[int] = range(len(records))
    if set(map(len, records)) - {width}:
        even = [number for number, cells in enumerate(records) if len(cells) == width]
    fitting = records if len(even) == len(records) else [records[number] for number in even]
    lines = None
    if fitting and _is_plain(layout):
        lines = _plain_lines(list(zip(*fitting, strict=True)), layout, dumps)
    return _batch(len(records), records.__getitem__, even, lines, layout, dumps)


def read_even(lines: EvenLines, layout: Layout, dumps: "Callable[[JsonValue], bytes]") -> Batch:
    """What becomes of the records of lines that were cut into columns already."""
    made = None
    if _is_plain(layout):
        mask = (MASK, lines.masked) if lines.masked else None
        made = _plain_lines([lines.column(number) for number in range(lines.width)], layout, dumps, mask)
    return _batch(lines.count, lines.record, range(lines.count), made, layout, dumps)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Body and address in lower case of every record, right for those that are `plain`; None = all are."""

    bodies: list[bytes]
    keys: list[str]
    plain: list[bool] | None


def _is_plain(layout: Layout) -> bool:
    return not layout.exact and bool(layout.emails) and FULL_NAME not in layout.columns


def _batch(
    count: int,
    record: Callable[[int], Sequence[str]],
    even: Sequence[int],
    lines: "_Lines | None",
    layout: Layout,
    dumps: "Callable[[JsonValue], bytes]",
) -> Batch:
    """What becomes of records, by what was made of those that are `even`; where it is not plain, singly."""
    batch = Batch()
    if lines is not None and len(lines.bodies) == count and lines.plain is None:
        batch.bodies, batch.keys, batch.numbers = lines.bodies, lines.keys, range(count)
        _flag(batch, lines.keys)
        return batch
    plain: dict[int, tuple[bytes, str]] = {}
    if lines is not None:
        made = zip(even, lines.bodies, lines.keys, lines.plain or repeat(True), strict=False)
        plain = {number: (body, key) for number, body, key, is_plain in made if is_plain}
    numbers: list[int] = []
    for number in range(count):
        if number in plain:
            body, key = plain[number]
            batch.bodies.append(body)
            batch.keys.append(key)
            numbers.append(number)
        else:
            add_record(batch, numbers, number, read_record(record(number), layout), dumps)
    batch.numbers = numbers
    _flag(batch, [key for _, key in plain.values()])
    return batch


def _plain_lines(
    columns: Sequence[Sequence[str]],
    layout: Layout,
    dumps: "Callable[[JsonValue], bytes]",
    mask: tuple[str, str] | None = None,
) -> _Lines | None:
    """What records make that are as wide as the titles; None where columns cannot be told apart."""
    count = len(columns[0])
    addresses = columns[layout.emails[0]]
    address = SEPARATOR.join(addresses)
    if not _can_be_cut(SEPARATOR + address, count):
        return None
    bodies = plain_bodies(columns, layout, dumps, mask)
    if bodies is None:
        if mask is not None:
            columns = [[cell.replace(*mask) for cell in cells] for cells in columns]
        bodies = _escaped_bodies(columns, layout, dumps)
    if bodies is None:
        return None
    lowered = address.lower()
    keys = lowered.split(SEPARATOR)
    plain: list[bool] | None = None
    if not address.isascii():
        # Small letters of other scripts can be our own: a Kelvin sign's is k.
        plain = [
            cell.isascii() and PLAIN_KEY.fullmatch(key) is not None
            for cell, key in zip(addresses, keys, strict=True)
        ]
    elif max(map(len, keys)) > SHORT or not PLAIN_KEYS.fullmatch(lowered + SEPARATOR):
        plain = [match is not None for match in map(PLAIN_KEY.fullmatch, keys)]
    for column in layout.emails[1:]:
        if any(columns[column]):
            found = zip(plain or repeat(True), columns[column], strict=False)
            plain = [is_plain and not cell for is_plain, cell in found]
    return _Lines(bodies, keys, plain)


def _escaped_bodies(
    columns: Sequence[Sequence[str]], layout: Layout, dumps: "Callable[[JsonValue], bytes]"
) -> list[bytes] | None:
    """A JSON object for each record of columns, cleaned and escaped; None where they cannot be told apart."""
    count = len(columns[0])
    members = [_members(SEPARATOR + SEPARATOR.join(columns[layout.emails[0]]), b'{"email":', dumps)]
    custom: list[list[bytes]] = []
    for target, chosen in layout.columns.items():
        if target == "email":
            continue
        texts = [cleaned_column(SEPARATOR + SEPARATOR.join(columns[column])) for column in chosen]
        if not all(_can_be_cut(text, count) for text in texts):
            return None
        text = texts[0] if len(texts) == 1 else _first_filled(texts)
        is_custom = target.startswith(CUSTOM)
        name = dumps(target.removeprefix(CUSTOM) if is_custom else target)
        (custom if is_custom else members).append(_members(text, b"," + name + b":", dumps))
    if custom:
        members.append(list(map(_nested, map(b"".join, zip(*custom, strict=True)))))
    members.append([b"}\n"] * count)
    return list(map(b"".join, zip(*members, strict=True)))


def _can_be_cut(cells: str, count: int) -> bool:
    """Whether no cell holds a separator, nor what an escaped one looks like."""
    return cells.count(SEPARATOR) == count and _WRITTEN_SEPARATOR not in cells


def _members(cells: str, name: bytes, dumps: "Callable[[JsonValue], bytes]") -> list[bytes]:
    """The column as JSON members, each `name` and its value; blank cells give nothing."""
    start = _CUT + name + b'"'
    text = dumps(cells)[1:-1].replace(_ESCAPED_SEPARATOR, b'"' + start) + b'"'
    blank = start + b'"'
    if blank in text:
        text = text.replace(blank, _CUT)
    # Before the first separator there is a quote and nothing else.
    return text.split(_CUT)[1:]


def _nested(members: bytes) -> bytes:
    return b',"custom":{' + members[1:] + b"}" if members else b""


def _first_filled(texts: Sequence[str]) -> str:
    columns = [text.split(SEPARATOR)[1:] for text in texts]
    return "".join(f"{SEPARATOR}{next(filter(None, cells), '')}" for cells in zip(*columns, strict=True))


def add_record(
    batch: Batch,
    numbers: list[int],
    number: int,
    outcome: Outcome,
    dumps: "Callable[[JsonValue], bytes]",
) -> None:
    """Take in what became of one record; its number where it is accepted."""
    if isinstance(outcome, Accepted):
        first = len(batch.bodies)
        batch.several += outcome.others > 0
        batch.further += range(first + 1, first + 1 + len(outcome.further))
        batch.unread += outcome.unread
        for lead in (outcome, *outcome.further):
            batch.bodies.append(dumps(lead.body) + b"\n")
            batch.keys.append(lead.key)
            numbers.append(number)
            batch.roles += lead.is_role
            batch.free_mail += lead.is_free_mail
        for note in outcome.notes:
            batch.notes[note] = batch.notes.get(note, 0) + 1
    elif isinstance(outcome, Invalid):
        batch.invalid.append((number, outcome))
    else:
        batch.blank += 1


def _flag(batch: Batch, keys: Sequence[str]) -> None:
    # A plain address has one @.
    parts = "@".join(keys).split("@")
    locals_, domains = parts[::2], parts[1::2]
    if not ROLES.isdisjoint(locals_):
        batch.roles += sum(map(ROLES.__contains__, locals_))
    if not FREE_MAIL.isdisjoint(domains):
        batch.free_mail += sum(map(FREE_MAIL.__contains__, domains))
