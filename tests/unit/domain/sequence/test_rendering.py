"""Mails as a lead gets them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.lead import Lead, read_lead
from imail_tui.domain.sequence.rendering import Mail, Rendered, compose, render, wording
from imail_tui.domain.sequence.steps import Email, Variant

ANN = read_lead(
    {"id": "led_1", "first_name": "Ann", "company": " ", "custom": {"plan": "pro", "n": 5.0, "ok": True}}
)


def _text(text: str, lead: Lead = ANN, spin: float = 0.0) -> Rendered:
    return render(text, lead, lambda _: spin)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{first_name}}", "Hi Ann"),
        ("{{custom.plan}} {{custom.n}} {{custom.ok}}", "pro 5 true"),
        ("Hi {{last_name|there}}", "Hi there"),
        ("Hi {{last_name|}}.", "Hi ."),
        ("Hi {{company|your team}}", "Hi your team"),
        ("{{last_name|{{company|{{first_name}}}}}}", "Ann"),
        (r"\{{first_name\}}", "{{first_name}}"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert _text(text) == Rendered(expected)


def test_what_has_no_value_is_named_once_and_left_blank() -> None:
    rendered = _text("{{last_name}}, {{company}}, {{last_name}}, {{first_name}}")
    assert rendered == Rendered(", , , Ann", ("last_name", "company"))


def test_only_what_is_rendered_can_be_missing() -> None:
    assert _text("{{spin|Hi|{{last_name}}}}", spin=0.0).unresolved == ()
    assert _text("{{spin|Hi|{{last_name}}}}", spin=50.0).unresolved == ("last_name",)


@given(st.text() | st.sampled_from(["{{company}}", "{{spin|a|b}}", "}}", "\\{{", "|"]))
def test_values_are_never_read_as_a_template(value: str) -> None:
    lead = Lead("l", None, {"first_name": value, "company": "secret"})
    rendered = _text("<{{first_name|nobody}}>", lead)
    assert rendered == Rendered(f"<{value}>" if value.strip() else "<nobody>")


@pytest.mark.parametrize(
    ("drawn", "expected"), [(0.0, "a"), (33.3, "a"), (33.4, "b"), (66.7, "c"), (99.9, "c")]
)
def test_a_spin_takes_the_choice_that_was_drawn(drawn: float, expected: str) -> None:
    assert _text("{{spin|a|b|c}}", spin=drawn).text == expected


EMAIL = Email(
    "hello",
    subject="{{spin|Hi|Hello}} {{first_name}}",
    body="{{spin|a|b}}{{spin|a|b}}",
    variants=(Variant("b", 30, " ", "Other", True), Variant("c", 30, "Own", "", True)),
)


def test_a_blank_part_of_a_variant_is_the_step_s_own() -> None:
    assert wording(EMAIL, None) == (EMAIL.subject, EMAIL.body)
    assert wording(EMAIL, "b") == (EMAIL.subject, "Other")
    assert wording(EMAIL, "c") == ("Own", EMAIL.body)
    assert wording(EMAIL, "gone") == (EMAIL.subject, EMAIL.body)


def test_a_lead_gets_the_same_mail_every_time_and_leads_differ() -> None:
    mails = [compose(EMAIL, None, Lead(f"led_{number}", None, {}), None) for number in range(200)]
    again = [compose(EMAIL, None, Lead(f"led_{number}", None, {}), None) for number in range(200)]
    assert mails == again
    # Each of the four bodies is as likely as the others: 50 of 200 each, give or take.
    counts = Counter(mail.body for mail in mails)
    assert sorted(counts) == ["aa", "ab", "ba", "bb"]
    assert min(counts.values()) > 25


def test_a_blank_subject_continues_the_thread() -> None:
    bump = Email("bump", body="Still there?")
    assert compose(bump, None, ANN, "Hi Ann") == Mail("Re: Hi Ann", "Still there?", starts_thread=False)
    assert compose(bump, None, ANN, "RE: Hi Ann").subject == "RE: Hi Ann"
    assert compose(EMAIL, "c", ANN, "Hi Ann").subject == "Own"
    assert compose(EMAIL, "c", ANN, None).starts_thread


def test_both_parts_tell_what_they_miss() -> None:
    email = Email("e", subject="{{title}}", body="{{title}} {{city}}")
    assert compose(email, None, ANN, None).unresolved == ("title", "city")
