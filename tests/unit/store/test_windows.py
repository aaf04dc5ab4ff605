"""Windows against a plain list: same rows, same order, wherever one looks, and standing still."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.filters import EVERYTHING, Filter, parse_filter
from imail_tui.domain.listing import LEADS, Sort, key_of, searched_text
from imail_tui.model.record import Json
from imail_tui.store import orders
from imail_tui.store.cache import Cache

ROWS = 3_000
"""Three times what a short order lists."""


def lead(number: int, chance: random.Random) -> Json:
    return {
        "id": f"led_{number:06}",
        "email": f"p{chance.randrange(10**6)}@{chance.choice(('acme', 'GLOBEX', 'ümlaut'))}.example",
        "company": chance.choice((None, "Acme", "acme", "Globex", "Ärzte", "zeta")),
        "last_contacted_at": chance.choice((None, f"2026-0{chance.randint(1, 9)}-01T00:00:00Z")),
        "created_at": f"2026-01-{chance.randint(1, 28):02}T00:00:00Z",
        "suppressed": chance.choice((True, False, None)),
    }


@pytest.fixture(scope="module")
def rows() -> list[Json]:
    chance = random.Random(4)
    return [lead(number, chance) for number in range(ROWS)]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, rows: list[Json]) -> Iterator[Cache]:
    cache = Cache.open(tmp_path_factory.mktemp("cache") / "c.sqlite3")
    cache.put("leads", rows, 0.0)
    yield cache
    cache.close()


def id_of(row: Json) -> str:
    row_id = row["id"]
    assert isinstance(row_id, str)
    return row_id


def in_order(rows: list[Json], sort: Sort) -> list[Json]:
    """Sorted by the specification: by value, then id; without a value last, in either direction."""
    field = LEADS.field(sort.field)
    assert field is not None

    def number(row: Json) -> float:
        value = key_of(field, row)
        return value if isinstance(value, float) else 0.0

    def text(row: Json) -> str:
        value = key_of(field, row)
        return value if isinstance(value, str) else ""

    having = [row for row in rows if key_of(field, row) is not None]
    lacking = [row for row in rows if key_of(field, row) is None]
    ordered = sorted(sorted(having, key=id_of), key=text)
    ordered = sorted(ordered, key=number)
    lacking = sorted(lacking, key=id_of)
    return [*reversed(ordered), *reversed(lacking)] if sort.descending else [*ordered, *lacking]


SORTS = [
    Sort(name, descending)
    for name in ("email", "company", "contacted", "created")
    for descending in (False, True)
]


@pytest.mark.parametrize("sort", SORTS, ids=str)
@pytest.mark.parametrize("line", ["", "acme", "contacted:none"])
def test_every_place_holds_the_row_it_should(cache: Cache, rows: list[Json], sort: Sort, line: str) -> None:
    passing = [
        row
        for row in rows
        if ("acme" not in line or "acme" in searched_text(LEADS, row))
        and ("none" not in line or row["last_contacted_at"] is None)
    ]
    expected = in_order(passing, sort)
    window = cache.window("leads", parse_filter(line), sort)
    assert window.total == len(expected) > orders.SHORT
    assert window.ids() == [id_of(row) for row in expected]
    chance = random.Random(9)
    for _ in range(60):
        start, count = chance.randrange(-5, window.total + 5), chance.randrange(60)
        assert window.rows(start, count) == expected[max(0, start) : max(0, start) + count]
        place = chance.randrange(len(expected))
        assert window.position(id_of(expected[place])) == place
        assert window.rows(place, 1) == [expected[place]]


@given(
    st.lists(st.tuples(st.integers(-3, ROWS + 3), st.integers(0, 50)), min_size=1, max_size=12),
    st.sampled_from(SORTS),
)
def test_the_way_one_came_does_not_matter(
    cache: Cache, rows: list[Json], looks: list[tuple[int, int]], sort: Sort
) -> None:
    window = cache.window("leads", EVERYTHING, sort)
    ids = window.ids()
    for start, count in looks:
        shown = [row["id"] for row in window.rows(start, count)]
        assert shown == ids[max(0, start) : max(0, start) + count]
    window.close()


def test_a_short_list_is_the_same(cache: Cache, rows: list[Json]) -> None:
    passing = [row for row in rows if row["suppressed"] is True and row["company"] == "Globex"]
    assert 0 < len(passing) < orders.SHORT
    for sort in SORTS:
        window = cache.window("leads", parse_filter("suppressed:yes company:globex"), sort)
        expected = in_order(passing, sort)
        assert window.rows(0, ROWS) == expected
        assert window.rows(7, 3) == expected[7:10]
        assert window.position(id_of(expected[5])) == 5
        assert window.position("led_nobody") is None


def test_a_row_outside_the_filter_has_no_position(cache: Cache, rows: list[Json]) -> None:
    outside = next(id_of(row) for row in rows if row["suppressed"] is None)
    assert cache.window("leads", parse_filter("suppressed:yes")).position(outside) is None
    assert cache.window("leads", parse_filter("-suppressed:none")).position(outside) is None


def test_reversing_turns_round_those_with_a_value_and_leaves_the_others_last(cache: Cache) -> None:
    rising = cache.window("leads", EVERYTHING, Sort("contacted")).rows(0, ROWS)
    falling = cache.window("leads", EVERYTHING, Sort("contacted", descending=True)).rows(0, ROWS)
    for rows in (rising, falling):
        lacking = [row["last_contacted_at"] is None for row in rows]
        assert lacking == sorted(lacking)
    times = [str(row["last_contacted_at"]) for row in falling if row["last_contacted_at"]]
    assert all(earlier >= later for earlier, later in pairwise(times))


def test_an_unknown_sort_is_the_lists_own(cache: Cache) -> None:
    own = cache.window("leads").ids()
    assert cache.window("leads", EVERYTHING, Sort("of_another_version")).ids() == own
    assert cache.window("leads", EVERYTHING, Sort("suppressed")).ids() == own


@pytest.mark.parametrize("wanted", [EVERYTHING, parse_filter("person")], ids=["short", "filtered"])
@pytest.mark.parametrize("size", [20, 1_500])
def test_a_window_stands_still_until_it_is_refreshed(tmp_path: Path, wanted: Filter, size: int) -> None:
    cache = Cache.open(tmp_path / "c.sqlite3")
    cache.put("leads", [{"id": f"led_{n:05}", "email": f"person{n:05}@x.y"} for n in range(size)], 0.0)
    window = cache.window("leads", wanted, Sort("email"))
    before = window.rows(0, 10)
    cache.put(
        "leads",
        [{"id": "led_new", "email": "a.person@x.y"}, {"id": "led_00000", "email": "zperson@x.y"}],
        0.0,
    )
    cache.remove("leads", ["led_00003"])
    assert window.total == size
    assert window.rows(0, 10) == before
    assert window.position("led_new") is None
    assert window.position("led_00003") == 3
    window.refresh()
    assert window.total == size
    assert [row["id"] for row in window.rows(0, 4)] == ["led_new", "led_00001", "led_00002", "led_00004"]
    assert window.position("led_00000") == size - 1
    cache.close()
