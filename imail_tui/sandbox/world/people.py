"""Invented leads: people with names, companies and places from many countries, reproducible by number."""

import json
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_PER_COMPANY = 5
_STRIDE = 48_271
"""A prime that does not divide the number of company names, so that neighbours differ."""

_FOLDED = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ı": "i", "ø": "o", "æ": "ae"})
_CUSTOM_POOL = 512
_VERIFICATIONS = ["valid"] * 86 + ["risky"] * 8 + ["unknown"] * 5 + ["invalid"]


@dataclass(slots=True)
class Lead:
    """One row of the table `lead`; what the seeded past changes is mutable."""

    id: str
    email: str
    first_name: str | None
    last_name: str
    company: str
    title: str | None
    phone: str | None
    website: str
    linkedin_url: str | None
    city: str
    state: str
    country: str
    timezone: str | None
    custom: str
    verification: str
    created_at: int
    updated_at: int
    classification: str | None = None
    suppressed: bool = False
    last_contacted_at: int | None = None

    def row(self) -> tuple[object, ...]:
        """Values in the order of `INSERT_LEAD`."""
        return (
            *(self.id, self.email, self.first_name, self.last_name, self.company, self.title, self.phone),
            *(self.website, self.linkedin_url, self.city, self.state, self.country, self.timezone),
            *(self.custom, self.verification, self.classification, self.suppressed),
            *(self.created_at, self.updated_at, self.last_contacted_at),
        )

    def fields(self) -> dict[str, object]:
        """What templates and conditions may read, custom fields as `custom.x`."""
        custom = {f"custom.{key}": value for key, value in json.loads(self.custom).items()}
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "company": self.company,
            "title": self.title,
            "city": self.city,
            "country": self.country,
            **custom,
        }


INSERT_LEAD = (
    "INSERT INTO lead (id, email, first_name, last_name, company, title, phone, website, linkedin_url, city, "
    "state, country, timezone, custom, verification, classification, suppressed, created_at, updated_at, "
    "last_contacted_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


class LazyFields(Mapping[str, object]):
    """A lead's fields, made when a condition first asks for one; most leads meet none."""

    def __init__(self, lead: Lead) -> None:
        self._lead = lead
        self._fields: dict[str, object] | None = None

    def _read(self) -> dict[str, object]:
        if self._fields is None:
            self._fields = self._lead.fields()
        return self._fields

    def __getitem__(self, key: str) -> object:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class _Person(NamedTuple):
    first: str
    last: str
    handle: str
    profile: str


class _Region(NamedTuple):
    country: str
    phone: str
    tld: str
    cities: list[tuple[str, str, str]]
    people: list[_Person]


class People:
    """Makes the n-th lead of a world; the same n gives the same address, the rest follows `rng`."""

    def __init__(self, rng: random.Random) -> None:
        raw = json.loads((Path(__file__).parent / "people.json").read_text("utf-8"))
        self._rng = rng
        regions = [_region(item) for item in raw["regions"]]
        weights = [item["weight"] for item in raw["regions"]]
        self._regions = rng.choices(regions, weights, k=997)
        self._titles: list[str] = raw["titles"]
        self._parts: tuple[list[str], list[str], list[str]] = (
            raw["company_first"],
            raw["company_second"],
            raw["company_third"],
        )
        self._customs = [_custom(rng, raw["interests"]) for _ in range(_CUSTOM_POOL)]

    def lead(self, number: int, lead_id: str, created_at: int) -> Lead:
        """The lead of a running number; some fields are missing, as they are in real lists."""
        company_number, seat = divmod(number, _PER_COMPANY)
        region = self._regions[company_number % 997]
        company = self._company(company_number)
        domain = f"{_slug(company)}.{region.tld}"
        people = region.people
        person = people[(company_number * 7919 + seat * (len(people) // _PER_COMPANY - 1)) % len(people)]
        city, state, zone = region.cities[company_number % len(region.cities)]
        dice = self._rng.getrandbits(40)
        custom = self._customs[dice % _CUSTOM_POOL]
        return Lead(
            id=lead_id,
            email=f"{person.handle}@{domain}",
            first_name=person.first if dice >> 9 & 31 else None,
            last_name=person.last,
            company=company,
            title=self._titles[dice >> 14 & 15] if dice >> 18 & 15 else None,
            phone=f"{region.phone} {1000 + dice % 8999}" if dice >> 22 & 1 else None,
            website=f"https://www.{domain}",
            linkedin_url=f"{person.profile}-{dice & 0xFFFFF:05x}" if dice >> 23 & 3 else None,
            city=city,
            state=state,
            country=region.country,
            timezone=zone if dice >> 25 & 31 else None,
            custom=custom,
            verification=_VERIFICATIONS[dice % 100],
            created_at=created_at,
            updated_at=created_at,
        )

    def _company(self, number: int) -> str:
        first, second, third = self._parts
        total = len(first) * len(second) * len(third)
        rest, a = divmod(number * _STRIDE % total, len(first))
        c, b = divmod(rest, len(second))
        return f"{first[a]}{second[b]}{third[c]}"


def _region(raw: Mapping[str, object]) -> _Region:
    firsts, lasts = _texts(raw["first"]), _texts(raw["last"])
    plain_firsts = [_fold(name) for name in _texts(raw.get("first_ascii", firsts))]
    plain_lasts = [_fold(name) for name in _texts(raw.get("last_ascii", lasts))]
    people = [
        _Person(first, last, f"{plain}.{plain_last}", f"https://www.linkedin.com/in/{plain}-{plain_last}")
        for last, plain_last in zip(lasts, plain_lasts, strict=True)
        for first, plain in zip(firsts, plain_firsts, strict=True)
    ]
    cities = raw["cities"]
    assert isinstance(cities, list)
    places = [(city, state, zone) for city, state, zone in cities]
    return _Region(str(raw["country"]), str(raw["phone"]), str(raw["tld"]), places, people)


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(item) for item in value]


def _fold(name: str) -> str:
    """A name as it stands in an address: ASCII letters, lower case."""
    plain = unicodedata.normalize("NFKD", name.translate(_FOLDED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def _slug(company: str) -> str:
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    return plain.replace(" & ", "-").replace(" ", "-")


def _custom(rng: random.Random, interests: list[str]) -> str:
    fields: dict[str, object] = {
        "fleet_size": int(rng.lognormvariate(3.6, 0.9)) + 2,
        "interest": rng.choice(interests),
    }
    if rng.random() < 0.5:
        fields["plan"] = rng.choice(["none", "spreadsheet", "other tool"])
    if rng.random() < 0.3:
        fields["left"] = str(rng.randint(2021, 2025))
    if rng.random() < 0.2:
        fields["night_shift"] = rng.random() < 0.5
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
