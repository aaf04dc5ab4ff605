"""What a server offers by its own OpenAPI document, compared with what the client uses.

A document that is missing, or none we understand, leaves everything unknown: then everything is assumed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from imail_tui.domain.openapi import Offer
from imail_tui.domain.operations import MAIN, OPERATIONS, Area, Operation, templates_of
from imail_tui.model.problem import Problem

_STATED: Final = "is not in its OpenAPI"


class Keyed(StrEnum):
    """Whether a POST of an operation may be repeated under its Idempotency-Key."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One server's operations by `Operation.key`; None = not known, `why` says in a clause why not."""

    offers: Mapping[str, Offer] | None = None
    why: str = "its OpenAPI document was not read yet"

    @property
    def known(self) -> bool:
        """Whether there is a document to compare with."""
        return self.offers is not None

    def has(self, operation: Operation) -> bool:
        """Whether the server has an operation, as far as is known."""
        return self.offers is None or operation.key in self.offers

    def keyed(self, path: str) -> Keyed:
        """Whether the server lists the Idempotency-Key of a POST to a path, or to a template."""
        if self.offers is None:
            return Keyed.UNKNOWN
        listed = (self.offers.get(f"POST {template}") for template in templates_of(path))
        offer = next((each for each in listed if each is not None), None)
        return Keyed.YES if offer is not None and offer.keyed else Keyed.NO

    @property
    def missing(self) -> tuple[Operation, ...]:
        """Operations the client uses and the server does not have."""
        return tuple(each for each in OPERATIONS if not self.has(each))

    @property
    def unkeyed(self) -> tuple[Operation, ...]:
        """POSTs whose lost answer leaves them in doubt: without an Idempotency-Key none is repeated."""
        posts = (each for each in OPERATIONS if each.method == "POST" and self.has(each))
        return tuple(each for each in posts if self.keyed(each.path) is Keyed.NO)

    @property
    def missing_queries(self) -> Mapping[Operation, tuple[str, ...]]:
        """Query parameters the client relies on and the server does not list, by operation."""
        found = {each: self._missing_query(each) for each in OPERATIONS}
        return {operation: names for operation, names in found.items() if names}

    @property
    def assumed(self) -> tuple[Operation, ...]:
        """Operations the server itself marks as a guess (`x-imail-assumed`)."""
        offers = self.offers or {}
        return tuple(each for each in OPERATIONS if each.key in offers and offers[each.key].assumed)

    def differences(self) -> list[Problem]:
        """Everything in which the server differs from what the client uses, to list; empty when nothing."""
        if not self.known:
            what = f"What this server offers is not known: {self.why}."
            remedy = "Everything is assumed to be there; what is not answers 404."
            return [Problem(what, remedy, code="capabilities_unknown")]
        return [*self._missing_lines(), *self._unkeyed_lines(), *self._query_lines()]

    def _missing_query(self, operation: Operation) -> tuple[str, ...]:
        offer = (self.offers or {}).get(operation.key)
        if offer is None or offer.query is None:
            return ()
        return tuple(name for name in operation.query if name not in offer.query)

    def _missing_lines(self) -> Iterator[Problem]:
        for operation in self.missing:
            yield missing_problem(operation)

    def _unkeyed_lines(self) -> Iterator[Problem]:
        if self.unkeyed:
            names = ", ".join(each.shown for each in self.unkeyed)
            what = f"The server does not list the Idempotency-Key header of {names}."
            remedy = "One whose answer is lost is not repeated but told as in doubt."
            yield Problem(what, remedy, code="idempotency_not_offered")

    def _query_lines(self) -> Iterator[Problem]:
        for operation, names in self.missing_queries.items():
            what = f"The server does not list {', '.join(names)} of {operation.shown}."
            yield Problem(what, "They are sent all the same.", code="query_not_offered")


UNKNOWN: Final = Capabilities()
"""Nothing was read yet, or nothing could be: everything is assumed."""


def missing_problem(operation: Operation) -> Problem:
    """What is said of an operation the server does not have."""
    what = f"This server does not offer {operation.gives} ({operation.shown} {_STATED})."
    return Problem(what, "Everything else works.", code="not_offered")


def why_missing(capabilities: Capabilities, *needed: Operation) -> str | None:
    """Why a command that needs all of some operations is impossible, as a clause; None when it is not."""
    lacking = next((each for each in needed if not capabilities.has(each)), None)
    return None if lacking is None else f"this server has no {lacking.shown}"


def is_lacking(capabilities: Capabilities, area: str) -> bool:
    """Whether an area of the app has nothing to show on this server."""
    main = MAIN.get(area)
    return main is not None and not capabilities.has(main)


def notice(capabilities: Capabilities, area: str) -> str:
    """What an area says about what the server lacks and what still works; "" when it lacks nothing."""
    if is_lacking(capabilities, area):
        main = MAIN[area]
        works = [each for each in MAIN if not is_lacking(capabilities, each)]
        instead = "What happens is found by comparing lists. " if area == Area.EVENTS else ""
        still = f"Still works: {', '.join(works)}." if works else "Nothing else works either."
        return f"This server has no {main.gives} ({main.shown} {_STATED}). {instead}{still}"
    reads = [each for each in capabilities.missing if each.area == area and each.method == "GET"]
    if not reads:
        return ""
    named = ", ".join(f"{each.gives} ({each.shown})" for each in reads)
    return f"Not on this server: {named}. The rest of {area} works."
