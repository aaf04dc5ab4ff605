"""Which field of a lead a column of somebody's file means, told by its title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.model.lead_fields import LEAD_FIELDS

_SYNONYMS = {
    "email": "email address,e-mail,e-mail address,mail,work email,business email,contact email,primary email",
    "first_name": "firstname,given name,forename,vorname",
    "last_name": "lastname,surname,family name,nachname",
    "company": "company name,organization,organisation,account,account name,associated company,firma",
    "title": "job title,position,role,job",
    "phone": "phone number,telephone,mobile,mobile phone,work direct phone",
    "website": "url,web site,company website,domain,domain name,company domain",
    "linkedin_url": "linkedin,person linkedin url,linkedin profile,linkedin profile url,linkedinprofileurl",
    "city": "town",
    "state": "region,province,state/region",
    "country": "country/region",
    "timezone": "time zone,tz",
}

CUSTOM = "custom."
"""Prefix of a column that is kept as a custom field."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A column by its title, and where it goes: a lead field, `custom.<name>`, or None = left out."""

    header: str
    field: str | None = None


def map_columns(headers: Sequence[str]) -> tuple[ColumnMap, ...]:
    """Fields by title; of two columns for one field the first counts. Unknown columns are left out."""
    taken: set[str] = set()
    columns = []
    for header in headers:
        field = _FIELDS.get(_plain(header))
        if field in taken:
            field = None
        if field is not None:
            taken.add(field)
        columns.append(ColumnMap(header, field))
    return tuple(columns)


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


_FIELDS = {_plain(title): field for field in LEAD_FIELDS for title in (field, *_SYNONYMS[field].split(","))}
