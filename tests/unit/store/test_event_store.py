"""Events are kept once, in the order they happened, whatever way and order they arrived in."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imail_tui.domain.event_subjects import Aspect
from imail_tui.domain.filters import parse_filter
from imail_tui.model.record import Json
from imail_tui.store import event_store
from imail_tui.store.event_store import Added, EventStore, Kept

TYPES = ("inbox.disconnected", "inbox.reconnected", "email.sent", "reply.received")


def event(number: int, at: int | None = None, **data: str) -> Json:
    """Event `number`, made at a second of one minute."""
    second = (number if at is None else at) % 60
    return {
        "id": f"evt_{number:04}",
        "type": TYPES[number % 4],
        "created_at": f"2026-03-02T09:00:{second:02}Z",
        "data": {"inbox_id": f"inb_{number % 3}", **data},
    }


def body(row: Json) -> bytes:
    return json.dumps(row).encode()


@pytest.fixture
def store(tmp_path: Path) -> EventStore:
    return EventStore.open(tmp_path / "events" / "e.sqlite3")


arrivals = st.lists(st.integers(0, 200), min_size=1, max_size=120)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=arrivals, cut=st.integers(0, 120))
def test_any_order_and_any_repetition_give_the_same_store(
    numbers: list[int], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = EventStore.open(tmp_path_factory.mktemp("events") / "e.sqlite3")
    first, second = (
        store.add([body(event(n)) for n in part], 0.0) for part in (numbers[:cut], numbers[cut:])
    )
    once = {n: event(n) for n in numbers}
    in_order = sorted(once.values(), key=lambda row: (str(row["created_at"]), str(row["id"])))
    assert list(reversed(store.window().rows(0, 500))) == in_order
    assert {*first.new, *second.new} == {row["id"] for row in in_order}
    assert len(first.new) + len(second.new) == store.total == len(once)
    assert first.known + second.known == len(numbers) - len(once)
    assert store.counts() == Counter(str(row["type"]) for row in once.values())
    for inbox in ("inb_0", "inb_1", "inb_2"):
        told = [row for row in in_order if row["type"] in TYPES[:2] and row["data"] == {"inbox_id": inbox}]
        assert store.latest(Aspect.CONNECTION, inbox) == (told[-1] if told else None)
    store.close()


def test_the_body_is_kept_byte_for_byte(store: EventStore) -> None:
    sent = b'{ "type":"email.sent",\n"created_at": "2026-03-02T09:00:00Z", "id":"evt_1", "big": 1.50 }'
    store.add([sent], 5.0)
    assert store.body("evt_1") == sent
    assert store.body("evt_2") is None


@pytest.mark.parametrize(
    "sent", [b'{"type": "x"}', b"{}", b' {\n "data": {"a": 1}}', b'{"id": 5, "type": "x"}']
)
def test_a_body_without_an_id_is_known_by_its_hash(store: EventStore, sent: bytes) -> None:
    (made,) = store.add([sent], 5.0).new
    assert made.startswith("sha256:")
    assert store.add([sent], 6.0) == Added((Kept(made, new=False),))
    assert store.body(made) == sent
    [row] = store.window().rows(0, 5)
    assert row["id"] == made
    assert store.window().ids() == [made]


def test_what_is_no_event_is_counted_and_not_kept(store: EventStore) -> None:
    assert store.add([b"", b"[1]", b"{", b"\xff"], 0.0).unreadable == 4
    assert (store.total, store.last_number()) == (0, 0)


def test_arrivals_are_followed_by_number_even_when_they_are_dropped(store: EventStore) -> None:
    store.add([body(event(n)) for n in (5, 3, 4)], 0.0)
    seen = store.arrived_after(0)
    assert [each.event["id"] for each in seen] == ["evt_0005", "evt_0003", "evt_0004"]
    assert seen[-1].number == store.last_number()
    assert store.trim(most=0) == 3
    store.add([body(event(9))], 0.0)
    assert [each.event["id"] for each in store.arrived_after(seen[-1].number)] == ["evt_0009"]


def test_the_oldest_are_dropped_and_the_counts_follow(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_store, "_AT_ONCE", 4)
    store.add([body(event(n)) for n in range(30)], 0.0)
    nine = 1_772_442_000.0
    assert store.trim(before=nine + 10) == 10
    assert store.trim(before=nine + 10, most=5) == 15
    assert store.window().ids() == [f"evt_{n:04}" for n in range(29, 24, -1)]
    assert sum(store.counts().values()) == 5


def test_windows_filter_and_stand_still(store: EventStore) -> None:
    store.add([body(event(n, campaign_id=f"cmp_{n % 2}")) for n in range(40)], 0.0)
    window = store.window(parse_filter("type:inbox campaign:cmp_1"))
    assert window.ids() == [f"evt_{n:04}" for n in range(37, 0, -4)]
    store.add([body(event(41, campaign_id="cmp_1"))], 0.0)
    assert window.total == 10
    window.refresh()
    assert window.total == 11


def test_events_about_one_thing(store: EventStore) -> None:
    store.add([body(event(n)) for n in (7, 1, 4)], 0.0)
    assert [row["id"] for row in store.about("inbox", "inb_1")] == ["evt_0001", "evt_0004", "evt_0007"]
    assert [row["id"] for row in store.about("inbox", "inb_1", ("inbox.reconnected",))] == ["evt_0001"]
    assert [row["id"] for row in store.about("inbox", "inb_1", most=1)] == ["evt_0007"]


def test_a_note_is_changed_by_one_at_a_time(store: EventStore) -> None:
    other = EventStore.open(store.path)
    assert store.recall("after") is None
    store.remember("after", "evt_1")
    assert other.change("after", lambda before: f"{before}+") == "evt_1+"
    assert store.change("after", lambda _: None) == "evt_1+"


def test_another_session_sees_a_new_row_and_a_new_version(store: EventStore) -> None:
    other = EventStore.open(store.path)
    before = other.version()
    assert other.version() == before
    store.add([body(event(1))], 0.0)
    assert other.version() != before
    assert other.get("evt_0001") == event(1)


WRITER = """
import sys
from pathlib import Path
from imail_tui.store.event_store import EventStore
store = EventStore.open(Path(sys.argv[1]))
for n in range(1, 1_000_000):
    store.add([b'{"id": "evt_%d", "type": "email.sent"}' % n], 0.0)
    print(n, flush=True)
"""


def test_what_was_told_to_be_kept_is_kept_by_a_writer_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(50)]
        writer.kill()
        told += map(int, writer.stdout.read().split())
    store = EventStore.open(path)
    kept = {int(row_id.removeprefix("evt_")) for row_id in store.window().ids()}
    assert set(told) <= kept <= {*told, told[-1] + 1}
    assert store.total == len(kept)
    assert store.problem is None


def test_a_store_of_another_layout_is_written_anew(store: EventStore) -> None:
    sent = [body(event(n)) for n in range(20)] + [b'{"type": "without id"}']
    made = store.add(sent, 7.0).new
    store.remember("after", "evt_0019")
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 5")
        connection.execute("DROP TABLE latest")
    again = EventStore.open(store.path)
    assert [again.body(row_id) for row_id in made] == sent
    assert (again.total, again.recall("after"), again.problem) == (21, "evt_0019", None)


def test_a_damaged_store_is_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "e.sqlite3"
    path.write_bytes(b"not a database" * 1_000)
    store = EventStore.open(path)
    assert store.problem is not None
    assert store.problem.code == "event_store_damaged"
    assert store.add([body(event(1))], 0.0).new == ("evt_0001",)
