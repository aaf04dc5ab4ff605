"""One record of a file judged: a lead to send, blank, or invalid with a reason.

This is what counts; `columns` comes to the same for many records at once, and only hands over what is not
plain.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from imail_tui.domain.leads.addresses import FAULT_WORDS, Address, Fault, Note, key_of, read_address
from imail_tui.domain.leads.cells import cleaned, unguarded
from imail_tui.domain.leads.headers import CUSTOM, FULL_NAME
from imail_tui.domain.leads.layout import Layout

if TYPE_CHECKING:
    from pydantic import JsonValue

    from imail_tui.model.record import Json

Code: TypeAlias = Literal[
    "missing_email",
    "no_at",
    "local_part",
    "bare_host",
    "domain",
    "too_long",
    "several_addresses",
    "too_many_cells",
    "bad_json",
]
"""Why a record is invalid."""

OTHER_EMAILS: Final = f"{CUSTOM}other_emails"
"""Where further valid addresses of a person are kept."""
_CODES: Final[dict[Fault, Code]] = {
    "no_address": "missing_email",
    "no_at": "no_at",
    "local_part": "local_part",
    "bare_host": "bare_host",
    "domain": "domain",
    "too_long": "too_long",
    "several_addresses": "several_addresses",
}
REASONS: Final[dict[str, str]] = {
    **{_CODES[fault]: words for fault, words in FAULT_WORDS.items()},
    "too_many_cells": "it has more cells than there are titles",
    "bad_json": "the line is no JSON object",
}
"""Why, in words that follow the cell."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A lead to send; `key` is by what two are the same person.

    `others`: how many more addresses its record holds; `further`: the leads they make, where each is one;
    `unread`: how many there are that can be none.
    """

    body: "Json"
    key: str
    notes: tuple[Note, ...] = ()
    is_role: bool = False
    is_free_mail: bool = False
    others: int = 0
    further: "tuple[Accepted, ...]" = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record that cannot be sent. `cell` is what was wrong."""

    code: Code
    cell: str = ""


BLANK: Final = "blank"
Outcome: TypeAlias = Accepted | Invalid | Literal["blank"]


def read_record(cells: "Sequence[JsonValue]", layout: Layout) -> Outcome:
    """What becomes of a record; cells that are missing at its end are blank.

    Cells are texts; of JSON lines, values of any type, which custom fields keep.
    """
    if not any(map(_filled, cells)):
        return BLANK
    if any(map(_filled, cells[len(layout.headers) :])):
        extra = next(filter(_filled, cells[len(layout.headers) :]))
        return Invalid("too_many_cells", text_of(extra))
    address, others, unread = _address(cells, layout)
    if address.fault is not None:
        return Invalid(_CODES[address.fault], address.text)
    body: Json = {"email": address.text}
    custom: dict[str, JsonValue] = {}
    for target, columns in layout.columns.items():
        if target == "email":
            continue
        value = next((each for column in columns if (each := _value(cells, column, layout)) != ""), "")
        if target == FULL_NAME:
            _split_name(body, text_of(value))
        elif value != "" and target.startswith(CUSTOM):
            typed = layout.exact and isinstance(value, str)
            custom[target.removeprefix(CUSTOM)] = _typed(str(value)) if typed else value
        elif value != "":
            body[target] = text_of(value)
    if others and not layout.every_address:
        custom.setdefault(OTHER_EMAILS.removeprefix(CUSTOM), ", ".join(others))
    if custom:
        body["custom"] = custom
    further = [_lead(body, Address(text)) for text in others] if layout.every_address else []
    lead = _lead(body, address)
    return (
        replace(lead, others=len(others), further=tuple(further), unread=unread) if others or unread else lead
    )


def _lead(body: "Json", address: Address) -> Accepted:
    """A record's lead with one of its addresses."""
    addressed = {**body, "email": address.text}
    return Accepted(addressed, address.key, address.notes, address.is_role, address.is_free_mail)


def text_of(cell: "JsonValue") -> str:
    """A cell as text: what is no text as JSON, nothing as blank."""
    if isinstance(cell, str):
        return cell
    return "" if cell is None else json.dumps(cell, ensure_ascii=False)


def typed_cell(value: "JsonValue") -> str:
    """A custom field's value as the cell of an exact file: text as it is unless it reads as another type."""
    if isinstance(value, str):
        return (
            json.dumps(value, ensure_ascii=False) if _JSON.fullmatch(value) or _EDGE.search(value) else value
        )
    return text_of(value)


_JSON: Final = re.compile(r'-?[0-9].*|true|false|null|".*|\[.*|\{.*', re.DOTALL)
_EDGE: Final = re.compile(r"^\s|\s$")


def _typed(cell: str) -> "JsonValue":
    if not _JSON.fullmatch(cell):
        return cell
    try:
        value: JsonValue = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return value


def _filled(cell: "JsonValue") -> bool:
    if isinstance(cell, str):
        return cell != "" and not cell.isspace() and cleaned(cell) != ""
    return cell is not None


def _value(cells: "Sequence[JsonValue]", column: int, layout: Layout) -> "JsonValue":
    cell = cells[column] if column < len(cells) else None
    if isinstance(cell, str):
        return unguarded(cell) if layout.exact else cleaned(cell)
    return "" if cell is None else cell


def _address(cells: "Sequence[JsonValue]", layout: Layout) -> tuple[Address, tuple[str, ...], int]:
    """The first valid address of all columns, further valid ones that differ, and how many can be none."""
    read = [read_address(text_of(cells[column])) for column in layout.emails if column < len(cells)]
    valid = [each for each in read if each.fault is None]
    if not valid:
        filled = [each for each in read if each.fault != "no_address"]
        return (filled or read or [Address("", "no_address")])[0], (), 0
    first = valid[0]
    if len(read) == 1 and not first.others and not first.unread:
        return first, (), 0
    others: dict[str, str] = {}
    for text in (text for each in valid for text in (each.text, *each.others)):
        others.setdefault(key_of(text), text)
    others.pop(first.key)
    unread = sum(each.unread if each.fault is None else "@" in each.text for each in read)
    return first, tuple(others.values()), unread


def _split_name(body: "Json", name: str) -> None:
    """First and last name from one cell, where no cell of their own gave them."""
    first, _, last = name.partition(" ")
    for target, part in (("first_name", first), ("last_name", last.strip())):
        if part:
            body.setdefault(target, part)
