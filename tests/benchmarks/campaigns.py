"""Campaigns to measure with."""

from typing import Final

from imail_tui.domain.campaign_files.reading import read_campaign
from imail_tui.services.campaign_code.files import starter

STEPS: Final = 20


def full_campaign() -> dict[str, object]:
    """The longest template, its end made longer; the last mail has a variable that nobody knows."""
    content = dict(read_campaign(starter("full-course").encode()).campaign)
    steps = content["steps"]
    assert isinstance(steps, list)
    last = steps[-1]
    while len(steps) < STEPS:
        number = len(steps)
        last["next"] = f"more-{number}"
        last = {
            "id": f"more-{number}",
            "type": "email",
            "subject": "",
            "body": f"Once more, {{{{no_such_{number}}}}}. See https://example.com/{number}.",
            "next": None,
        }
        steps.append(last)
    return content
