import pytest

from imail_tui.domain.sequence.words import condition_words, delay_words
from imail_tui.model.steps import Delay


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (
            {"signal": "opened", "of_step": "hello", "within_days": 3, "negate": True},
            "did not open hello within 3 days",
        ),
        ({"signal": "clicked", "within_days": 1}, "clicked within 1 day"),
        ({"signal": "replied"}, "replied"),
        ({"signal": "classified", "label": "not_now"}, "is classified not_now"),
        ({"signal": "classified", "label": "objection", "negate": True}, "is not classified objection"),
        (
            {"signal": "field", "field": "custom.plan", "op": "in", "value": ["pro", "team"]},
            "custom.plan is one of pro, team",
        ),
        ({"signal": "field", "field": "phone", "op": "exists", "negate": True}, "not (phone is set)"),
        ({"signal": "random", "percent": 30}, "30 % at random"),
        ({"all": [{"signal": "opened"}, {"signal": "clicked", "negate": True}]}, "opened and did not click"),
        ({"any": [{"signal": "bounced"}, {"signal": "replied"}]}, "bounced or replied"),
        ({"signal": "telepathy", "strength": 9}, "unknown condition signal=telepathy, strength=9"),
    ],
)
def test_conditions_in_words(when: dict[str, object], words: str) -> None:
    assert condition_words(when) == words


def test_delays_in_words() -> None:
    assert delay_words(Delay(value=1, unit="days")) == "1 day"
    assert delay_words(Delay(value=3, unit="days"), business_days=True) == "3 business days"
    assert delay_words(Delay(value=90, unit="minutes"), business_days=True) == "90 minutes"
    assert delay_words(None) == "no delay"
