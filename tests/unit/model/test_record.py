import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imail_tui.model.campaigns import Campaign, LeadCounts
from imail_tui.model.inboxes import Inbox
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.model.replies import Reply
from imail_tui.model.steps import Step

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
extra_fields = st.dictionaries(st.from_regex(r"x_[a-z]{1,8}", fullmatch=True), json_values, max_size=4)


@given(extra_fields)
def test_unknown_fields_are_kept_and_written_back(extra: Json) -> None:
    body: Json = {"id": "inb_1", "email": "a@b.co", "status": "hovering", **extra}
    assert Inbox.model_validate(body).wire() == body


@given(extra_fields)
def test_a_step_of_an_unknown_kind_survives(extra: Json) -> None:
    step: Json = {"id": "s1", "type": "carrier_pigeon", "next": None, **extra}
    campaign = Campaign.model_validate({"id": "cmp_1", "steps": [step]})
    assert campaign.wire()["steps"] == [step]


def test_numbers_and_times_come_back_as_they_were_written() -> None:
    body: Json = {
        "id": "cmp_1",
        "updated_at": "2026-03-02T10:00:00.120Z",
        "steps": [{"id": "a", "weight": 50, "delay": {"value": 3, "unit": "days"}}],
    }
    assert repr(Campaign.model_validate(body).wire()) == repr(body)


def test_what_is_written_back_can_be_changed_without_changing_the_record() -> None:
    record = Campaign.model_validate({"id": "cmp_1", "steps": [{"id": "a"}]})
    record.wire()["steps"] = []
    assert record.wire()["steps"] == [{"id": "a"}]


def test_absent_and_null_next_stay_different() -> None:
    steps: list[Json] = [{"id": "a", "type": "wait"}, {"id": "b", "type": "wait", "next": None}]
    absent, null = (Step.model_validate(step) for step in steps)
    assert (absent.goes_on, null.goes_on) == (True, False)
    assert [absent.wire(), null.wire()] == steps


def test_a_field_of_the_wrong_type_does_not_lose_the_record() -> None:
    body: Json = {"id": "inb_1", "email": "a@b.co", "daily_limit": {"soft": 40}, "warmup": "on"}
    inbox = Inbox.model_validate(body)
    assert inbox.email == "a@b.co"
    assert inbox.daily_limit is None
    assert dict(inbox.unreadable) == {"daily_limit": {"soft": 40}, "warmup": "on"}
    assert inbox.wire() == body


def test_a_record_without_id_is_refused() -> None:
    with pytest.raises(ValidationError):
        Lead.model_validate({"email": "a@b.co"})


def test_counts_the_server_does_not_send_are_unknown() -> None:
    assert LeadCounts.model_validate({}).total is None
    assert LeadCounts.model_validate({"queued": 2, "active": 0}).total == 2


def test_from_is_readable_although_a_keyword() -> None:
    assert Reply.model_validate({"id": "rpl_1", "from": "x@y.co"}).sender == "x@y.co"
