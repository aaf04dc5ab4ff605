"""The pure states that processes share, as bytes of a shared row."""

import orjson

from imail_tui.domain.budget import Party, Sent, State
from imail_tui.domain.host_health import Health


def write_record(state: State | Health) -> bytes:
    """A state as JSON."""
    return orjson.dumps(state)


def read_budget(record: bytes) -> State | None:
    """A written budget; None when another version of the program wrote something else."""
    try:
        values = orjson.loads(record)
        values["sent"] = tuple(Sent(**one) for one in values["sent"])
        values["parties"] = tuple(
            Party(one["owner"], one["seen"], tuple(one["waiting"])) for one in values["parties"]
        )
        return State(**values)
    except (ValueError, TypeError, KeyError):
        return None


def read_health(record: bytes) -> Health | None:
    """A written health of a host; None when another version of the program wrote something else."""
    try:
        return Health(**orjson.loads(record))
    except (ValueError, TypeError):
        return None
