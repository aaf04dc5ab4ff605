"""Titles of columns: compared without case and punctuation, told apart where two are the same."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from imail_tui.model.lead_fields import LEAD_FIELDS

CUSTOM: Final = "custom."
"""Prefix of a target that is a custom field."""
FULL_NAME: Final = "full_name"
"""A target of its own: first and last name in one column."""
_LONGEST_NAME: Final = 50
"""Letters; mails take names of 60."""


def _titles(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "email": _titles(
        "email,email address,e-mail,e-mail address,mail,work email,business email,contact email,"
        "primary email,email 1,person email,professional email,work email address,"
        "email 2,email 3,secondary email,tertiary email,other email,additional email,additional emails,"
        "additional email addresses"
    ),
    "first_name": _titles("first name,firstname,given name,forename,vorname,prénom,nombre"),
    "last_name": _titles("last name,lastname,surname,family name,nachname,apellido,apellidos"),
    "company": _titles(
        "company name,company,organization,organisation,organization name,account name,"
        "associated company,firma,unternehmen,employer"
    ),
    "title": _titles("title,job title,position,role,job,jobtitle,headline"),
    "phone": _titles(
        "phone,phone number,work direct phone,direct phone,mobile phone,mobile,"
        "mobile phone number,telephone,corporate phone,company phone,home phone,other phone,"
        "work phone"
    ),
    "website": _titles(
        "website,company website,website url,web site,url,domain,domain name,company domain,company url"
    ),
    "linkedin_url": _titles(
        "linkedin url,person linkedin url,default profile url,linkedin profile url,"
        "linkedin profile,linkedin,profile url"
    ),
    "city": _titles("city,town,ort,stadt"),
    "state": _titles("state,state/region,region,province"),
    "country": _titles("country,country/region,land"),
    "timezone": _titles("timezone,time zone,tz,iana timezone"),
    FULL_NAME: _titles("full name,name,contact name,lead name"),
}
"""What columns for a field are called, best first."""


def plain(title: str) -> str:
    """A title by which two are the same: letters and digits of any script, in lower case."""
    return re.sub(r"[\W_]+", "", title.casefold())


def custom_name(title: str, taken: Collection[str] = ()) -> str:
    """What a custom field is called by a column's title, as mails name it: small letters, digits and `_`.

    One that no field in `taken` has.
    """
    name = wanted = re.sub(r"[\W_]+", "_", title.casefold())[:_LONGEST_NAME].strip("_") or "column"
    again = 1
    while name in taken:
        again += 1
        name = f"{wanted}_{again}"
    return name


def distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """Titles with a number behind those that occurred before, and a name for blank ones."""
    seen: set[str] = set()
    found = []
    for number, raw in enumerate(titles, 1):
        title = wanted = " ".join(raw.split()) or f"Column {number}"
        again = 1
        while title.casefold() in seen:
            again += 1
            title = f"{wanted} ({again})"
        seen.add(title.casefold())
        found.append(title)
    return tuple(found)


KNOWN: Final = {
    **{plain(title): target for target in reversed(SYNONYMS) for title in SYNONYMS[target]},
    **{plain(field): field for field in LEAD_FIELDS},
}
"""Targets by plain title."""


def is_known(title: str) -> bool:
    """Whether a cell looks like a title rather than a value: its target is one, or many tools have it."""
    return plain(title) in KNOWN or plain(title) in _OTHERS


_OTHERS: Final = frozenset(
    plain(title)
    for title in _titles(
        "industry,department,departments,seniority,notes,tags,lists,stage,owner,contact owner,"
        "account owner,connected on,confidence score,email status,verification status,record id,"
        "lead status,lifecycle stage,create date,keywords,headcount,company size,# employees,"
        "address,postal code,street,timestamp,query,vmid,summary,location,personalization,source"
    )
)
