"""Addresses and domains for the suppression list: as people type them, and as files have them. Pure."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from imail_tui.domain.leads.addresses import FAULT_WORDS, cleaned_cell, fault_of, key_of
from imail_tui.domain.leads.cells import guarded, unguarded

TITLES: Final = ("value", "reason", "created_at")
"""First line of a file of ours."""
_HEADERS: Final = frozenset({"value", "email", "e-mail", "email address", "address", "domain", "domains"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One value to suppress; `reason` "" = none was given with it."""

    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A line (from 1) that holds neither an address nor a domain, and why. Foreign text."""

    line: int
    text: str
    why: str


def value_of(text: str) -> tuple[str, str | None]:
    """A typed address or domain as it is kept, and what is wrong with it (None = nothing).

    A leading `@` or `*@` means the domain behind it.
    """
    cleaned, _ = cleaned_cell(text)
    if cleaned.startswith(("@", "*@")):
        cleaned = cleaned.lstrip("*").lstrip("@")
    if "@" in cleaned:
        fault = fault_of(cleaned)
        return key_of(cleaned), None if fault is None else FAULT_WORDS[fault]
    if not cleaned:
        return "", "there is no address and no domain"
    # A domain is what may stand behind the @ of an address.
    why = None if fault_of(f"x@{cleaned}") is None else "it is neither an address nor a domain"
    return key_of(f"x@{cleaned}")[2:], why


def read_entries(lines: Iterable[str]) -> Iterator[Entry | Faulty]:
    """What a file of one value a line, or a CSV with values in its first column, asks for.

    A title line and blank lines are passed over; a value that was there before is given once.
    """
    seen: set[str] = set()
    reader = csv.reader(lines)
    for cells in reader:
        first = unguarded(cells[0].strip()) if cells else ""
        if not first or (not seen and first.casefold() in _HEADERS):
            continue
        value, why = value_of(first)
        if why is not None:
            yield Faulty(reader.line_num, first, why)
        elif value not in seen:
            seen.add(value)
            yield Entry(value, unguarded(cells[1].strip()) if len(cells) > 1 else "")


def cells_of(value: str, reason: str, created_at: str) -> list[str]:
    """A line of a file of ours; no spreadsheet takes a cell of it for a formula."""
    return [guarded(value), guarded(reason), created_at]
