"""Mails as leads would get them."""

from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.previewing import holes, rendered, wordings
from imail_tui.domain.sequence.sequence import read_steps

STEPS = read_steps(
    [
        {
            "id": "hello",
            "type": "email",
            "subject": "For {{company}}",
            "body": "Hi {{first_name|there}}",
            "variants": [
                {"id": "b", "weight": 30, "body": "Dear {{last_name}}"},
                {"id": "c", "weight": 20, "active": False, "body": "{{custom.gone}}"},
            ],
        },
        {"id": "pause", "type": "wait", "delay": {"value": 2, "unit": "days"}},
        {"id": "again", "type": "email", "subject": "", "body": "{{custom.plan}}, {{last_name}}"},
    ]
)[0]
ANN = Lead("led_1", None, {"first_name": "Ann", "company": "Acme"})


def test_every_wording_that_can_be_sent_is_listed_with_its_share() -> None:
    found = [(one.email.id, one.variant_id, one.share) for one in wordings(STEPS)]
    assert found == [("hello", None, 70), ("hello", "b", 30), ("again", None, 100)]


def test_a_mail_without_a_subject_continues_the_thread() -> None:
    steps = STEPS
    *_, again = wordings(steps)
    assert rendered(steps, again, ANN).subject == "Re: For Acme"


def test_holes_are_named_once_in_the_order_they_are_met() -> None:
    assert holes(STEPS, ANN) == ("last_name", "custom.plan")
