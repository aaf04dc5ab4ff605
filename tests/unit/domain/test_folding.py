"""Texts are compared without case and accents, in SQL and out of it."""

import pytest

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.folding import folded
from imail_tui.domain.listing import LEADS
from imail_tui.domain.matching import matches
from imail_tui.model.record import Json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë Straße", "zoe strasse"),
        ("ＺＯＥ", "ｚｏｅ"),
        ("e\u0301tude", "etude"),
        ("İstanbul", "istanbul"),
        ("한국어", "한국어"),
        ("мой", "мои"),
    ],
)
def test_no_case_and_no_accents(text: str, expected: str) -> None:
    assert folded(text) == folded(folded(text)) == expected


@pytest.mark.parametrize("wanted", ["zoe", "ZOË", "first:zoé", "company:cafe", "company:café", "-first:zora"])
def test_a_row_is_found_whichever_side_has_the_accents(wanted: str) -> None:
    row: Json = {"id": "led_1", "email": "z@x.example", "first_name": "Zoë", "company": "Cafe\u0301"}
    assert matches(LEADS, conditions_of(LEADS, parse_filter(wanted)), row)
