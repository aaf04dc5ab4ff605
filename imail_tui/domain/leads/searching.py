"""What of a filter a server can search leads by, and what only rows that are loaded can be judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from imail_tui.domain.filters import Filter, Term
from imail_tui.domain.folding import folded
from imail_tui.domain.listing import Sort
from imail_tui.model.leads import ENROLLMENT_STATUSES

_SEARCHED: Final = frozenset({"", "email", "first", "last", "company", "domain"})
"""Fields whose words a server's search knows, plain words among them."""
_ORDERS: Final[Mapping[str, str]] = {"email": "email", "created": "created_at", "updated": "updated_at"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a server is asked for. `rest`: terms that it cannot judge, which rows here still must satisfy."""

    words: str | None = None
    status: str | None = None
    campaign_id: str | None = None
    rest: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.status or self.campaign_id)


def question_of(wanted: Filter) -> Question:
    """The part of a filter that a server can look for. Campaigns must stand in it by their ids."""
    words: list[str] = []
    rest: list[Term] = []
    status = campaign = None
    for term in wanted.terms:
        meant = _status_of(term)
        if not term.negated and term.field in _SEARCHED:
            words.append(term.value)
        elif meant is not None and status is None:
            status = meant
        elif _is_one_campaign(term) and campaign is None:
            campaign = term.value
        else:
            rest.append(term)
    return Question(" ".join(words) or None, status, campaign, tuple(rest))


def with_campaign_ids(wanted: Filter, names: Mapping[str, str]) -> Filter:
    """The filter with campaigns by their ids: `campaign:q4` means all whose name holds "q4".

    `names` gives names by id. A value that is no part of a name stays as it is.
    """
    return Filter(tuple(_named(term, names) for term in wanted.terms))


def server_order(sort: Sort) -> str | None:
    """A list's order as servers know it, None for one that only loaded rows can be put in."""
    name = _ORDERS.get(sort.field)
    return None if name is None else f"{'-' if sort.descending else ''}{name}"


def reversed_order(order: str) -> str:
    """The same the other way round."""
    return order.removeprefix("-") if order.startswith("-") else f"-{order}"


def _status_of(term: Term) -> str | None:
    """The one enrollment status a term can only mean."""
    if term.field != "status" or term.negated:
        return None
    found = [status for status in ENROLLMENT_STATUSES if status.startswith(term.value.casefold())]
    return found[0] if len(found) == 1 else None


def _is_one_campaign(term: Term) -> bool:
    return term.field == "campaign" and not term.negated and "," not in term.value


def _named(term: Term, names: Mapping[str, str]) -> Term:
    if term.field != "campaign":
        return term
    part = folded(term.value)
    ids = [campaign_id for campaign_id, name in names.items() if part in folded(name)]
    return replace(term, value=",".join(ids)) if ids and term.value not in names else term
