"""A row in memory passes a filter exactly when the store's SQL lets it through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.listing import SPECS
from imail_tui.domain.matching import matches
from imail_tui.model.record import Json
from imail_tui.store.cache import Cache

SPEC = SPECS["inboxes"]
ROWS: list[Json] = [
    {
        "id": f"inb_{number}",
        "email": f"Box{number}@Example.com",
        "status": status,
        "sent_today": sent,
        "daily_limit": 50,
        "warmup": {"status": "ready" if number % 2 else None, "score": number / 4},
        "created_at": f"2026-03-0{1 + number}T10:00:00Z",
        "updated_at": None,
    }
    for number, (status, sent) in enumerate(
        [("connected", 0), ("paused", 12), ("disconnected", 50), (None, None), ("connected", 7)]
    )
]
FIELDS = st.sampled_from(["", *(field.name for field in SPEC.fields), "unknown"])
_WORDS = ["box1", "CONN", "paused", "none", "ready", "@", "nan", "2026-03-02", "2026-03-01T10:00:00Z"]
_COMPARED = ["0", "50", "0.25", "50%", ">5", "<=12", ">2026-03-02", "<=2026-03-03"]
VALUES = st.sampled_from([*_WORDS, *_COMPARED])
TERMS = st.builds(
    lambda minus, field, value: f"{minus}{field}{':' if field else ''}{value}",
    st.sampled_from(["", "-"]),
    FIELDS,
    VALUES,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    folder: Path = tmp_path_factory.mktemp("cache")
    opened = Cache.open(folder / "rows.sqlite3")
    opened.put("inboxes", ROWS, 0.0, complete=True)
    yield opened
    opened.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TERMS, max_size=3).map(" ".join))
def test_memory_and_database_agree(cache: Cache, line: str) -> None:
    wanted = parse_filter(line)
    conditions = conditions_of(SPEC, wanted)
    here = {row["id"] for row in ROWS if matches(SPEC, conditions, row)}
    window = cache.window("inboxes", wanted)
    try:
        assert here == set(window.ids())
    finally:
        window.close()
