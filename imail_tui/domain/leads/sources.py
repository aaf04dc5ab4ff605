"""Where a file comes from, told by its titles, and what its columns mean there.

Titles are those of real exports of each tool; several generations of a tool may differ, and people take
columns out, so that one mark that nobody else has is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from imail_tui.domain.leads.headers import CUSTOM, FULL_NAME, KNOWN, SYNONYMS, plain
from imail_tui.model.lead_fields import LEAD_FIELDS


@dataclass(frozen=True, slots=True)
class Source:
    """A tool that writes files of people.

    `marks`: sets of titles; a file that has all of one set is of this source. `targets`: titles for a field
    in this tool, best first, in place of the usual ones. `without_email`: what to do where there are no
    addresses. `exact`: cells are as we wrote them, and nothing but the guard of formulas is taken off.
    """

    name: str
    title: str
    marks: tuple[frozenset[str], ...] = ()
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without_email: str = "Name one column Email, or choose one."
    exact: bool = False

    def matches(self, titles: frozenset[str]) -> bool:
        """Whether a file with these plain titles is of this source."""
        return any(mark <= titles for mark in self.marks)


def _marks(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(plain(title) for title in each.split(",")) for each in sets)


def _targets(**titles: str) -> dict[str, tuple[str, ...]]:
    return {target: tuple(listed.split(",")) for target, listed in titles.items()}


_FIND = "Find the addresses first, for instance with an e-mail finder, and import its file."
GENERIC: Final = Source("generic", "some table")
SOURCES: Final = (
    Source("imail", "an export of imail-tui", _marks("imail lead id"), exact=True),
    Source(
        "apollo",
        "Apollo",
        _marks(
            "apollo contact id",
            "apollo record id",
            "company name for emails",
            "primary email source",
            "person linkedin url,# employees",
            "person linkedin url,email status",
            "person linkedin url,company linkedin url",
        ),
        _targets(
            email="Email,Primary Email,Secondary Email,Tertiary Email",
            company="Company Name,Company,Company Name for Emails",
            phone="Work Direct Phone,Mobile Phone,Corporate Phone,Company Phone,Home Phone,Other Phone",
            linkedin_url="Person Linkedin Url",
            website="Website",
        ),
        "Reveal the addresses in Apollo and export again: this file has none.",
    ),
    Source(
        "hunter",
        "Hunter",
        _marks(
            "email address,confidence score",
            "email address,verification status",
            "domain name,organization,pattern",
            "domain,headcount,company type,linkedin",
            "linkedin url,sending status",
        ),
        _targets(
            email="Email address",
            company="Company,Organization,Company Name",
            title="Job title,Position raw",
            website="Website,Domain name,Domain",
            linkedin_url="LinkedIn URL,Linkedin",
            country="Country",
            full_name="Full name",
        ),
        "This is a list of companies. Export the leads or a domain search with e-mail addresses.",
    ),
    Source(
        "phantombuster",
        "PhantomBuster",
        _marks("vmid", "defaultprofileurl", "linkedinprofileurl,query", "profileurl,fullname"),
        _targets(
            company="companyName",
            title="title",
            website="website,companyWebsite",
            linkedin_url="defaultProfileUrl,linkedInProfileUrl,profileUrl",
            city="city",
            email="email,mailFromDropcontact,professionalEmail,emailFromDropcontact",
        ),
        _FIND,
    ),
    Source(
        "linkedin",
        "LinkedIn connections",
        _marks("connected on,url", "connected on,position"),
        _targets(email="Email Address", linkedin_url="URL", title="Position", company="Company"),
        _FIND,
    ),
    Source(
        "hubspot",
        "HubSpot",
        _marks(
            "record id,email",
            "record id,first name",
            "lifecycle stage",
            "associated company",
            "lead status,contact owner",
            "associated company ids",
            "original source,email",
        ),
        _targets(
            company="Company Name,Company,Associated Company",
            email="Email,Work email",
            website="Website URL,Website",
        ),
    ),
    Source(
        "instantly",
        "Instantly",
        _marks("personalization,email", "lt_interest_status", "interest status,email", "email_open_count"),
    ),
    Source(
        "smartlead",
        "Smartlead",
        _marks("company_url,email", "linkedin_profile,email,company_name", "lead_category_id"),
        _targets(website="website,company_url", linkedin_url="linkedin_profile"),
    ),
    GENERIC,
)
"""All sources, in the order in which they are tried."""
BY_NAME: Final = {source.name: source for source in SOURCES}


def recognise(headers: Sequence[str]) -> Source:
    """The source of a file with these titles; GENERIC where no tool is known by them."""
    titles = frozenset(map(plain, headers))
    return next((source for source in SOURCES if source.matches(titles)), GENERIC)


def columns_by_target(source: Source, headers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The columns of every field that the source's titles name, best first; one column has one meaning."""
    if source.exact:
        return _exact(headers)
    places = {plain(header): column for column, header in reversed([*enumerate(headers)])}
    found: dict[str, tuple[int, ...]] = {}
    # What the tool means by a title comes before what others mean by it.
    meant = {
        places[plain(title)]: target
        for target, titles in source.targets.items()
        for title in titles
        if plain(title) in places
    }
    taken: set[int] = set()
    for target in (*LEAD_FIELDS, FULL_NAME):
        titles = source.targets.get(target) or SYNONYMS.get(target, ())
        columns = [places[plain(title)] for title in titles if plain(title) in places]
        columns = [
            column
            for column in dict.fromkeys(columns)
            if column not in taken and meant.get(column, target) == target
        ]
        own = places.get(plain(target))
        if own is not None and own not in taken and own not in columns and KNOWN[plain(target)] == target:
            columns.insert(0, own)
        if columns:
            # A second company or city is another one; addresses and numbers are further ways to one person.
            chosen = columns if target in _SEVERAL or target in source.targets else columns[:1]
            found[target] = tuple(chosen)
            taken.update(chosen)
    if "first_name" in found and "last_name" in found:
        found.pop(FULL_NAME, None)
    return found


_SEVERAL: Final = frozenset({"email", "phone"})


def _exact(headers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    return {
        header: (column,)
        for column, header in enumerate(headers)
        if header in LEAD_FIELDS or (header.startswith(CUSTOM) and header != CUSTOM)
    }
