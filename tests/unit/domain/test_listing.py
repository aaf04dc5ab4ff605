"""Comparable values and searched text of rows."""

import pytest

from imail_tui.domain.listing import (
    CAMPAIGNS,
    INBOXES,
    LEADS,
    REPLIES,
    SPECS,
    Key,
    ListSpec,
    key_of,
    searched_text,
)
from imail_tui.model.record import Json


def key(spec: ListSpec, name: str, row: Json) -> Key:
    field = spec.field(name)
    assert field is not None
    return key_of(field, row)


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("email", {"email": "Zoë@X.de"}, "zoe@x.de"),
        ("email", {"email": ""}, None),
        ("email", {"email": 7}, None),
        ("sent", {"sent_today": 12}, 12.0),
        ("sent", {"sent_today": True}, None),
        ("sent", {"sent_today": "12"}, None),
        ("score", {"warmup": {"score": 71.5}}, 71.5),
        ("score", {"warmup": None}, None),
        ("score", {"warmup": "off"}, None),
        ("synced", {"last_sync_at": "1970-01-01T01:00:00+01:00"}, 0.0),
        ("synced", {"last_sync_at": "yesterday"}, None),
        ("synced", {}, None),
    ],
)
def test_a_value_is_comparable_or_missing(name: str, row: Json, expected: Key) -> None:
    assert key(INBOXES, name, row) == expected


def test_unread_is_the_opposite_of_read() -> None:
    assert key(REPLIES, "unread", {"read": False}) == 1.0
    assert key(REPLIES, "unread", {"read": True}) == 0.0
    assert key(REPLIES, "unread", {}) is None


def test_plain_words_look_through_custom_fields_too() -> None:
    row: Json = {
        "email": "a@b.c",
        "company": "ACME",
        "custom": {"plan": "Gold", "seats": 5, "deep": {"x": "Y"}},
    }
    assert searched_text(LEADS, row).splitlines() == ["a@b.c", "acme", "gold", "y"]


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_a_spec_is_sound(spec: ListSpec) -> None:
    names = [field.name for field in spec.fields]
    assert len(set(names)) == len(names)
    order = spec.field(spec.order.field)
    assert order is not None
    assert order.sortable


def test_an_unknown_field_is_none() -> None:
    assert CAMPAIGNS.field("nonsense") is None
