"""Faults from a JSON file: a list of them, as the controls take them."""

from pathlib import Path

from pydantic import ValidationError

from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.faults.rules import FAULTS, RequestFault, WebhookFault


def read_faults(path: str) -> tuple[RequestFault | WebhookFault, ...]:
    """The faults of a file. Raises `CannotServe` for one that cannot be read or holds anything else."""
    try:
        return tuple(FAULTS.validate_json(Path(path).read_bytes()))
    except OSError as error:
        raise CannotServe(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        raise CannotServe(f"{path}{place}: {first['msg']}") from error
