"""Sums of the kept counts against adding up by hand, for any question."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imail_tui.model.analytics import COUNTED, GROUPS, AnalyticsRow, Counted
from imail_tui.store.analytics_days import AnalyticsDays, Fetched
from imail_tui.store.analytics_queries import Selection

FIRST = date(2026, 1, 20)
DAYS = 75
"""From the middle of a month over two whole ones."""
ALL = ("campaign", "inbox", "step", "variant")


def counts(sent: int | None) -> tuple[int | None, ...]:
    return (sent, *(0 if number % 2 else None for number in range(len(COUNTED) - 1)))


rows = st.lists(
    st.builds(
        Counted,
        st.integers(0, DAYS - 1).map(lambda number: FIRST + timedelta(days=number)),
        st.sampled_from(["", "cmp_1", "cmp_2"]),
        st.sampled_from(["inb_1", "inb_2"]),
        st.sampled_from(["", "e1", "e2"]),
        st.sampled_from(["", "b"]),
        st.integers(0, 50).map(counts) | st.just(counts(None)),
    ),
    max_size=40,
)
selections = st.builds(
    lambda first, days, campaign, inboxes, step, variant: Selection(
        FIRST + timedelta(days=first),
        FIRST + timedelta(days=min(DAYS - 1, first + days)),
        campaign,
        inboxes,
        step,
        variant,
    ),
    st.integers(0, DAYS - 1),
    st.integers(0, DAYS),
    st.none() | st.sampled_from(["", "cmp_1", "cmp_9"]),
    st.none() | st.sampled_from([(), ("inb_1",), ("inb_1", "inb_2")]),
    st.none() | st.sampled_from(["", "e1"]),
    st.none() | st.sampled_from(["", "b"]),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> AnalyticsDays:
    return AnalyticsDays.open(tmp_path_factory.mktemp("days") / "a.sqlite3")


def put(store: AnalyticsDays, given_rows: list[Counted], on: date = FIRST) -> frozenset[date]:
    return store.put(Fetched(FIRST, FIRST + timedelta(days=DAYS - 1), ALL, on, 1.0), given_rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, selections, st.lists(st.sampled_from(GROUPS), unique=True, max_size=5))
def test_any_question_is_what_adding_up_gives(
    store: AnalyticsDays, given_rows: list[Counted], selection: Selection, by: list[str]
) -> None:
    put(store, given_rows)
    expected: dict[tuple[object, ...], int | None] = {}
    for row in given_rows:
        if _selected(row, selection):
            key = tuple(getattr(row, name) for name in by)
            before, sent = expected.get(key, 0), row.counts[0]
            expected[key] = None if before is None or sent is None else before + sent
    found = {_key(row, by): row.sent for row in store.sums(selection, by)}
    assert found == expected


def _selected(row: Counted, selection: Selection) -> bool:
    inboxes = selection.inboxes
    return (
        selection.start <= row.day <= selection.end
        and selection.campaign in (None, row.campaign)
        and (inboxes is None or row.inbox in inboxes)
        and selection.step in (None, row.step)
        and selection.variant in (None, row.variant)
    )


def _key(row: AnalyticsRow, by: list[str]) -> tuple[object, ...]:
    return tuple(getattr(row, "day" if name == "day" else f"{name}_id") for name in by)


def test_what_is_put_replaces_its_days_and_tells_which_differ(store: AnalyticsDays) -> None:
    def row(day: int, sent: int) -> Counted:
        return Counted(FIRST + timedelta(days=day), "c", "i", "s", "", counts(sent))

    put(store, [])
    assert put(store, [row(1, 5), row(2, 5)]) == {row(1, 0).day, row(2, 0).day}
    assert put(store, [row(1, 5), row(2, 6)], FIRST + timedelta(days=9)) == {row(2, 0).day}
    one = Fetched(FIRST, FIRST, ALL, FIRST, 2.0)
    assert store.put(one, [row(0, 3), row(1, 99)]) == {FIRST}
    assert sum(each.sent or 0 for each in store.sums(Selection(FIRST, date(2026, 12, 31)))) == 14
    known = store.fetched(FIRST, FIRST + timedelta(days=1))
    assert (known[FIRST].at, known[FIRST + timedelta(days=1)].fetched_on) == (2.0, FIRST + timedelta(days=9))


def test_weeks_begin_with_the_selection(store: AnalyticsDays) -> None:
    put(store, [Counted(FIRST + timedelta(days=n), "c", "i", "", "", counts(1)) for n in range(15)])
    selection = Selection(FIRST + timedelta(days=1), FIRST + timedelta(days=14))
    found = store.sums(selection, ("inbox", "day"), bucket=7)
    assert [(row.day, row.sent) for row in found] == [
        (FIRST + timedelta(days=1), 7),
        (FIRST + timedelta(days=8), 7),
    ]


def test_two_stores_share_a_file_and_a_damaged_one_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    first, second = AnalyticsDays.open(path), AnalyticsDays.open(path)
    before = second.foreign_version()
    put(first, [Counted(FIRST, "c", "i", "", "", counts(4))])
    assert second.foreign_version() != before
    assert second.sums(Selection(FIRST, FIRST))[0].sent == 4
    first.close()
    second.close()
    for each in (path, Path(f"{path}-wal")):
        each.write_bytes(b"rubbish" * 1_000)
    mended = AnalyticsDays.open(path)
    assert mended.problem is not None
    assert mended.problem.code == "analytics_damaged"
    assert mended.sums(Selection(FIRST, FIRST)) == []
    mended.close()


def test_public_readings_are_kept_up_to_a_number(tmp_path: Path) -> None:
    store = AnalyticsDays.open(tmp_path / "a.sqlite3")
    for number in range(5):
        store.add_reading(float(number), b"%d" % number, 3)
    assert store.readings() == [(2.0, b"2"), (3.0, b"3"), (4.0, b"4")]
    store.close()
