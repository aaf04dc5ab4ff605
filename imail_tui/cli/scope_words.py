"""What a command means by `campaign "Cold chain"`, `inbox ada@…`, `domain acme.example` and the like."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from imail_tui.domain.analytics.scopes import WORKSPACE, Scope, Split
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session

Whose = Literal["workspace", "campaign", "inbox", "domain", "provider"]
_SHOWN = 5


class Chosen(NamedTuple):
    """A scope, its name for people (foreign text), and by what it is split unless told otherwise."""

    scope: Scope
    name: str
    split: Split


class WordsRefused(Exception):
    """The words name nothing, or more than one thing; `problem` says which there are."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def choose(session: "Session", whose: Whose, name: str | None) -> Chosen:
    """The scope that is meant, by what is kept here. Raises WordsRefused."""
    if whose == "workspace":
        if name is not None:
            raise _refused("A workspace takes no name.", "Leave it out, or say campaign or inbox.", "usage")
        return Chosen(WORKSPACE, session.status.workspace or "workspace", Split.CAMPAIGN)
    if name is None:
        raise _refused(f"Which {whose}?", f"Give its name: imail-tui stats {whose} NAME", "usage")
    match whose:
        case "campaign":
            known = [(campaign.id, campaign.name) for campaign in session.campaigns.all()]
            campaign_id, shown = _one_of(known, name, "campaign")
            return Chosen(Scope(campaign_id=campaign_id), shown, Split.STEP)
        case "inbox":
            known = [(inbox.id, inbox.email) for inbox in session.inboxes.all()]
            inbox_id, shown = _one_of(known, name, "inbox")
            return Chosen(Scope(inbox_id=inbox_id), shown, Split.CAMPAIGN)
        case "domain":
            domains = {inbox.email.rpartition("@")[2].casefold() for inbox in session.inboxes.all()}
            domain, _ = _one_of([(each, each) for each in sorted(domains)], name, "domain")
            return Chosen(Scope(domain=domain), domain, Split.INBOX)
    providers = {inbox.provider for inbox in session.inboxes.all()}
    provider, _ = _one_of([(each, each) for each in sorted(providers)], name, "provider")
    return Chosen(Scope(provider=provider), provider, Split.INBOX)


def _one_of(known: Sequence[tuple[str, str]], wanted: str, kind: str) -> tuple[str, str]:
    """By id, by whole name, else by a part of it that only one has. Raises WordsRefused."""
    word = wanted.strip().casefold()
    for found in (
        [each for each in known if each[0] == wanted.strip()],
        [each for each in known if each[1].casefold() == word],
        [each for each in known if word and word in each[1].casefold()],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(name for _, name in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            what = f'"{wanted}" may be {names}{more}.'
            raise _refused(what, "Give more of the name, or the id.", "usage")
    raise _refused(f'There is no {kind} "{wanted}".', f"Known: {_some(known) or 'none'}.", "not_found")


def _some(known: Sequence[tuple[str, str]]) -> str:
    return ", ".join(name for _, name in known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")


def _refused(what: str, remedy: str, code: str) -> WordsRefused:
    return WordsRefused(Problem(what, remedy, code=code))
