"""How a lead moves through a sequence."""

import pytest

from imail_tui.sandbox.world.advance import LeadFacts, MailFacts, Sequence, Standing
from imail_tui.sandbox.world.windows import DAY, HOUR, SendWindow

START = 1_795_000_000_000


def sequence(when: dict[str, object], **email: object) -> Sequence:
    steps: list[dict[str, object]] = [
        {"id": "first", "type": "email", **email},
        {"id": "pause", "type": "wait", "delay": {"value": 2, "unit": "hours"}},
        {"id": "fork", "type": "condition", "branches": [{"when": when, "next": "yes"}], "else": "no"},
        {"id": "yes", "type": "email", "next": None},
        {"id": "no", "type": "email"},
        {"id": "last", "type": "end"},
    ]
    return Sequence(steps, SendWindow())


def lead(mail: MailFacts | None = None, fields: dict[str, object] | None = None) -> LeadFacts:
    return LeadFacts("led_1", "UTC", fields or {}, {} if mail is None else {"first": mail})


def test_a_new_lead_starts_at_the_first_step() -> None:
    assert sequence({"signal": "opened"}).resume(None, START, lead()) == Standing("first", START, ("first",))


def test_absent_next_goes_on_and_null_ends() -> None:
    going_on = sequence({"signal": "opened"})
    ending = sequence({"signal": "opened"}, next=None)
    assert going_on.after_email("first", START, lead()) == Standing("pause", START + 2 * HOUR, ("pause",))
    assert ending.after_email("first", START, lead()).step_id is None
    assert going_on.after_email("no", START, lead()) == Standing(None, START, ("last",))


@pytest.mark.parametrize(
    ("when", "mail", "goes_to"),
    [
        ({"signal": "opened"}, MailFacts(START, opened_at=START + 1), "yes"),
        ({"signal": "opened"}, MailFacts(START, opened_at=START + 9 * HOUR), "no"),
        ({"signal": "opened", "negate": True}, MailFacts(START), "yes"),
        ({"signal": "clicked", "of_step": "first"}, MailFacts(START, clicked_at=START), "yes"),
        (
            {"signal": "classified", "label": "not_now"},
            MailFacts(START, None, None, START, None, "not_now"),
            "yes",
        ),
        (
            {"signal": "classified", "label": "question"},
            MailFacts(START, None, None, START, None, "not_now"),
            "no",
        ),
        ({"all": [{"signal": "opened"}, {"signal": "clicked"}]}, MailFacts(START, opened_at=START), "no"),
        ({"any": [{"signal": "opened"}, {"signal": "clicked"}]}, MailFacts(START, opened_at=START), "yes"),
    ],
)
def test_a_condition_without_window_is_judged_on_arrival(
    when: dict[str, object], mail: MailFacts, goes_to: str
) -> None:
    assert sequence(when).resume("pause", START + 2 * HOUR, lead(mail)).step_id == goes_to


def test_a_window_keeps_the_lead_waiting_until_it_closes() -> None:
    steps = sequence({"signal": "opened", "within_days": 3})
    unopened = lead(MailFacts(START))
    assert steps.resume("pause", START + 2 * HOUR, unopened) == Standing("fork", START + 3 * DAY, ("fork",))
    assert steps.resume("fork", START + 3 * DAY, unopened).step_id == "no"
    opened = lead(MailFacts(START, opened_at=START + DAY))
    assert steps.resume("fork", START + DAY, opened).step_id == "yes"


@pytest.mark.parametrize(
    ("operator", "value", "goes_to"),
    [("eq", 12, "yes"), ("ne", 12, "no"), ("gt", 10, "yes"), ("lt", 10, "no"), ("in", [1, 12], "yes")],
)
def test_fields_are_compared(operator: str, value: object, goes_to: str) -> None:
    steps = sequence({"signal": "field", "field": "custom.size", "op": operator, "value": value})
    assert steps.resume("fork", START, lead(None, {"custom.size": 12})).step_id == goes_to


def test_an_answer_ends_the_lead_unless_the_next_condition_reads_it() -> None:
    assert sequence({"signal": "opened"}).after_reply("pause") is None
    assert sequence({"signal": "replied"}).after_reply("pause") == "fork"
    assert sequence({"signal": "replied"}).after_reply("yes") is None
    assert sequence({"signal": "replied"}).after_reply(None) is None
