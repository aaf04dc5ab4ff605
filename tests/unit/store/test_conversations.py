"""Conversations in a real cache: which reply decides, what needs a person first, and finding words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import JsonValue

from imail_tui.domain.listing import RELEVANCE, Sort
from imail_tui.domain.replies.views import ALL, NEEDS_ME, NEWEST, VIEWS, read_view_filter
from imail_tui.model.record import Json
from imail_tui.store import orders
from imail_tui.store.cache import Cache

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def reply(number: int, thread: str, minute: int, **fields: JsonValue) -> Json:
    at = f"2026-03-10T11:{minute:02}:00Z"
    made: Json = {
        "id": f"rpl_{number}",
        "thread_id": thread,
        "from": f"p{number}@acme.example",
        "lead": {"id": f"led_{number}", "email": f"p{number}@acme.example"},
        "text": f"words of {number}",
        "snippet": f"words of {number}",
        "received_at": at,
        "updated_at": at,
        "is_auto": False,
        "read": False,
        "done": False,
        "classification": None,
    }
    return {**made, **fields}


def label(name: str, source: str = "ai") -> Json:
    return {"label": name, "confidence": 0.9, "source": source}


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache.open(tmp_path / "cache.sqlite3")
    yield made
    made.close()


def listed(cache: Cache, text: str = "", sort: Sort = NEWEST, view: str = ALL.id) -> list[str]:
    pile = next(each for each in VIEWS if each.id == view)
    rows = read_view_filter(f"{pile.text} {text}", NOW, lambda field, part: (f"{field}_{part}",))
    window = cache.window("conversations", rows, sort)
    try:
        return window.ids()
    finally:
        window.close()


def test_the_latest_reply_of_a_person_decides(cache: Cache) -> None:
    cache.put("replies", [reply(1, "a", 1), reply(2, "a", 3), reply(3, "a", 5, is_auto=True)], 1.0)
    row = cache.get("conversations", "a")
    assert row is not None
    assert isinstance(row["head"], dict)
    assert (row["head"]["id"], "text" in row["head"], row["reply_ids"]) == (
        "rpl_2", False, ["rpl_1", "rpl_2", "rpl_3"],
    )  # fmt: skip
    assert row["waiting_since"] == "2026-03-10T11:01:00+00:00"
    cache.remove("replies", ["rpl_1", "rpl_2"])
    assert (listed(cache), listed(cache, view="automatic")) == ([], ["a"])
    cache.remove("replies", ["rpl_3"])
    assert cache.count("conversations") == 0


def test_what_needs_a_person_comes_first_and_who_waits_longest(cache: Cache) -> None:
    cache.put(
        "replies",
        [
            reply(1, "new", 50),
            reply(2, "old", 10),
            reply(3, "positive", 5, classification=label("interested")),
            reply(4, "neutral", 1, classification=label("objection")),
            reply(5, "judged", 1, classification=label("objection", "human")),
            reply(6, "negative", 1, classification=label("not_interested")),
            reply(7, "done", 1, done=True),
            reply(8, "snoozed", 1, snoozed_until="2026-03-11T00:00:00Z"),
            reply(9, "woken", 2, snoozed_until="2026-03-10T11:30:00Z"),
            reply(10, "nobody", 1, lead=None),
        ],
        1.0,
    )
    assert listed(cache, sort=NEEDS_ME, view="needs_me") == ["woken", "old", "new", "positive", "neutral"]
    assert listed(cache, view="unlinked") == ["nobody"]
    assert (listed(cache, view="snoozed"), listed(cache, view="done")) == (["snoozed"], ["done"])
    cache.keep("answered", "old", {"at": "2026-03-10T11:59:00Z"}, 1.0)
    assert "old" not in listed(cache, view="needs_me")
    cache.drop("answered", "old")
    assert "old" in listed(cache, view="needs_me")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pricing", ["b", "a"]),
        ("pric", ["b", "a"]),
        ("pri", []),
        ("PRICING café", ["a"]),
        ('"the pricing"', ["b"]),
        ("pricing -cafe", ["b"]),
        ("p1@acme.example", ["a"]),
        ('a" OR "b', []),
        ("NEAR(pricing", []),
        ("pricing*", ["b", "a"]),
        ("words:pricing", []),
        ("^pricing", ["b", "a"]),
        ("!!!", []),
        ("answered-before", ["b"]),
    ],
)
def test_words_are_found_and_never_read_as_a_query(cache: Cache, typed: str, found: list[str]) -> None:
    cache.put("replies", [reply(1, "a", 1, text="pricing, Café"), reply(2, "b", 2, text="the pricing")], 1.0)
    thread: Json = {"id": "b", "messages": [{"id": "m", "direction": "out", "text": "answered before"}]}
    cache.keep("threads", "b", thread, 1.0)
    assert listed(cache, typed) == found
    assert set(listed(cache, typed, RELEVANCE)) == set(found)


def test_a_row_read_before_a_change_of_ours_is_passed_over(cache: Cache) -> None:
    old, new = reply(1, "a", 1), reply(1, "a", 1, done=True, updated_at="2026-03-10T11:30:00Z")
    cache.put("replies", [new], 1.0)
    assert cache.put("replies", [old], 2.0) == frozenset()
    assert listed(cache, view="done") == ["a"]


def test_a_search_lists_the_newest_hits_and_says_that_there_are_more(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "SEARCHED", 3)
    cache.put("replies", [reply(number, f"t{number}", number) for number in range(1, 6)], 1.0)
    window = cache.window("conversations", read_view_filter("words", NOW, lambda *_: ()), NEWEST)
    assert (window.ids(), window.capped) == (["t5", "t4", "t3"], True)
    window.close()
