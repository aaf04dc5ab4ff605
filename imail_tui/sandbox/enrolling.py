"""Putting leads into campaigns."""

import json
from collections.abc import Sequence

from imail_tui.sandbox.call import Call

_ADD = """
INSERT OR IGNORE INTO enrollment (campaign_id, lead_id, status, enrolled_at)
SELECT :campaign, lead.id, 'queued', :now
FROM json_each(:ids) AS wanted JOIN lead ON lead.id = wanted.value
WHERE NOT lead.suppressed
"""


def enroll(call: Call, campaign_id: str, lead_ids: Sequence[str]) -> int:
    """Queue leads that are not suppressed, and say how many; those in the campaign stay as they are."""
    values = {"campaign": campaign_id, "now": call.now, "ids": json.dumps([*lead_ids])}
    return call.db.execute(_ADD, values).rowcount
