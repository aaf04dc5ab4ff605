"""The filter line, and what its terms ask of a row."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.conditions import (
    Anywhere,
    Compares,
    Condition,
    Contains,
    Is,
    Missing,
    StartsWith,
    Test,
    Within,
    conditions_of,
)
from imail_tui.domain.filters import EVERYTHING, Filter, Term, parse_filter
from imail_tui.domain.listing import CAMPAIGNS, INBOXES, REPLIES, Field, ListSpec

DAY = 86_400.0
FIRST_OF_MARCH = 1_772_323_200.0

values = st.text(st.characters(exclude_characters='"', exclude_categories=["C"]), min_size=1).filter(
    str.strip
)
fields = st.one_of(st.just(""), st.text(string.ascii_lowercase, min_size=1, max_size=8))
terms = st.builds(Term, fields, values, st.booleans())


def test_terms_words_and_quotes() -> None:
    assert parse_filter('status:paused google "two words" -label:auto') == Filter(
        (
            Term("status", "paused"),
            Term("", "google"),
            Term("", "two words"),
            Term("label", "auto", negated=True),
        )
    )


def test_words_are_what_a_server_can_search_for() -> None:
    assert parse_filter("-no status:paused google “x” mail").words == ("google", "“x”", "mail")


@pytest.mark.parametrize("line", ["", "  ", '"', "status:", "-", '-""', 'label:"'])
def test_half_a_term_is_no_term_yet(line: str) -> None:
    assert parse_filter(line) == EVERYTHING
    assert not parse_filter(line)


def test_an_open_quote_reaches_to_the_end() -> None:
    assert parse_filter('name:"Old cust') == Filter((Term("name", "Old cust"),))


@given(st.lists(terms).map(tuple))
def test_a_filter_reads_back_as_it_is_written(given_terms: tuple[Term, ...]) -> None:
    assert parse_filter(str(Filter(given_terms))) == Filter(given_terms)


@given(st.text())
def test_any_line_can_be_read(line: str) -> None:
    parsed = parse_filter(line)
    assert parse_filter(str(parsed)) == parsed


def field(spec: ListSpec, name: str) -> Field:
    found = spec.field(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spec", "line", "test"),
    [
        (INBOXES, "status:Conn", StartsWith(field(INBOXES, "status"), ("conn",))),
        (INBOXES, "status:Conn,,err", StartsWith(field(INBOXES, "status"), ("conn", "err"))),
        (INBOXES, "status:=Conn", Is(field(INBOXES, "status"), "conn")),
        (INBOXES, "status:,", Anywhere("status:,")),
        (INBOXES, "email:Acme", Contains(field(INBOXES, "email"), "acme")),
        (INBOXES, "score:<80", Compares(field(INBOXES, "score"), "<", 80)),
        (INBOXES, "sent:5", Compares(field(INBOXES, "sent"), "=", 5)),
        (CAMPAIGNS, "replied:>=2.5%", Compares(field(CAMPAIGNS, "replied"), ">=", 0.025)),
        (REPLIES, "unread:yes", Compares(field(REPLIES, "unread"), "=", 1)),
        (REPLIES, "auto:no", Compares(field(REPLIES, "auto"), "=", 0)),
        (REPLIES, "label:none", Missing(field(REPLIES, "label"))),
        (
            REPLIES,
            "received:2026-03-01",
            Within(field(REPLIES, "received"), FIRST_OF_MARCH, FIRST_OF_MARCH + DAY),
        ),
        (REPLIES, "received:<2026-03-01", Compares(field(REPLIES, "received"), "<", FIRST_OF_MARCH)),
        (REPLIES, "received:>2026-03-01", Compares(field(REPLIES, "received"), ">=", FIRST_OF_MARCH + DAY)),
        (REPLIES, "received:<=2026-03-01", Compares(field(REPLIES, "received"), "<", FIRST_OF_MARCH + DAY)),
        (
            REPLIES,
            "received:>2026-03-01T12:00:00Z",
            Compares(field(REPLIES, "received"), ">", FIRST_OF_MARCH + DAY / 2),
        ),
        (REPLIES, "Acme", Anywhere("acme")),
        (REPLIES, "https://acme.example", Anywhere("https://acme.example")),
        (INBOXES, "score:high", Anywhere("score:high")),
        (INBOXES, "score:nan", Anywhere("score:nan")),
        (REPLIES, "unread:perhaps", Anywhere("unread:perhaps")),
        (REPLIES, "received:soon", Anywhere("received:soon")),
    ],
)
def test_what_a_term_asks(spec: ListSpec, line: str, test: Test) -> None:
    assert conditions_of(spec, parse_filter(line)) == (Condition(test),)
    assert conditions_of(spec, parse_filter(f"-{line}")) == (Condition(test, negated=True),)


@given(st.text())
def test_any_line_means_something_to_every_list(line: str) -> None:
    for spec in (INBOXES, CAMPAIGNS, REPLIES):
        assert len(conditions_of(spec, parse_filter(line))) == len(parse_filter(line).terms)
