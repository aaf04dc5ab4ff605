"""Identifiers, search, suppressions and labels: what the rest of the sandbox builds on."""

import random
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.ids import IdSource, ulid
from imail_tui.sandbox.labels import set_label
from imail_tui.sandbox.search import match_expression
from imail_tui.sandbox.suppressions import is_suppressed, suppress, unsuppress
from tests.unit.sandbox.worlds import number, small_world, start_ms

_MS = st.integers(min_value=0, max_value=2**48 - 1)
_BITS = st.integers(min_value=0, max_value=2**80 - 1)


_INDEX = sqlite3.connect(":memory:")
_INDEX.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")


@given(_MS, _BITS, _MS, _BITS)
def test_identifiers_sort_by_time(a: int, a_bits: int, b: int, b_bits: int) -> None:
    assert len(ulid(a, a_bits)) == 26
    assert (ulid(a, a_bits) < ulid(b, b_bits)) == ((a, a_bits) < (b, b_bits))


def test_the_same_source_gives_the_same_identifiers() -> None:
    one, two = (IdSource(random.Random(3)).new("inb", 5) for _ in range(2))
    assert one == two
    assert one.startswith("inb_0000000005")


@given(st.text())
def test_any_words_make_a_query_sqlite_can_read(words: str) -> None:
    expression = match_expression(words)
    if expression is not None:
        _INDEX.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()


@pytest.mark.parametrize(
    ("query", "least"),
    [("jurgen", 1), ("JÜRGEN mul", 1), ("giorgos", 1), ("north", 50), ("james.smith", 1)],
)
def test_leads_are_found_by_beginnings_without_accents(query: str, least: int) -> None:
    found = number(
        small_world(), "SELECT count(*) FROM lead_search WHERE lead_search MATCH ?", match_expression(query)
    )
    assert found >= least


def test_search_follows_changes() -> None:
    world = small_world()
    world.execute("UPDATE lead SET company = 'Quuxholm' WHERE no = 5")
    match = "SELECT rowid FROM lead_search WHERE lead_search MATCH 'quuxholm'"
    assert number(world, match) == 5
    world.execute("DELETE FROM lead WHERE no = 5")
    assert world.execute(match).fetchall() == []


def test_a_suppressed_domain_ends_its_leads_until_it_is_lifted() -> None:
    world, now = small_world(), start_ms()
    lead_id, email, domain = world.execute(
        "SELECT l.id, l.email, l.domain FROM lead l JOIN enrollment e ON e.lead_id = l.id "
        "WHERE e.status = 'queued' AND l.suppressed = 0 LIMIT 1"
    ).fetchone()
    assert suppress(world, domain.upper(), "manual", now)
    assert not suppress(world, domain, "manual", now)
    assert is_suppressed(world, email)
    status = "SELECT l.suppressed, e.status FROM lead l JOIN enrollment e ON e.lead_id = l.id WHERE l.id = ?"
    assert tuple(world.execute(status, (lead_id,)).fetchone()) == (1, "unsubscribed")
    suppress(world, email, "manual", now)
    assert unsuppress(world, domain, now)
    assert tuple(world.execute(status, (lead_id,)).fetchone()) == (1, "unsubscribed")
    assert unsuppress(world, email, now)
    assert tuple(world.execute(status, (lead_id,)).fetchone()) == (0, "unsubscribed")


def test_a_positive_answer_counts_once_and_can_be_taken_back() -> None:
    world, now = small_world(), start_ms()
    reply_id = world.execute(
        "SELECT r.id FROM reply r JOIN mail m ON m.id = r.mail_id WHERE r.label = 'not_now' LIMIT 1"
    ).fetchone()[0]
    before = number(world, "SELECT sum(positive_replied) FROM daily")

    def positives(label: str | None) -> int:
        set_label(world, reply_id, label, confidence=None, source="human", at_ms=now)
        return number(world, "SELECT sum(positive_replied) FROM daily") - before

    assert [positives(label) for label in ("interested", "question", "objection", "interested", None)] == [
        1,
        1,
        0,
        1,
        0,
    ]
    row = world.execute(
        "SELECT label, label_source, ai_label FROM reply WHERE id = ?", (reply_id,)
    ).fetchone()
    assert tuple(row) == (None, None, "not_now")
