"""What of a campaign a file manages, and the smallest change that makes the server agree.

A file manages the fields it has: what it does not name stays as the server has it. A window's fields count
one by one, since the server merges them; a list of steps is one field.
"""

from collections.abc import Mapping

from imail_tui.domain.campaign_files.fields import FILE_FIELDS, for_server
from imail_tui.domain.sequence.violations import Raw


def managed(file: Raw, server: Raw) -> dict[str, object]:
    """The server's campaign as far as a file manages it, in the file's order."""
    return {
        key: _managed(value, server[key])
        for key, value in for_server(file).items()
        if server.get(key) is not None
    }


def _managed(file: object, server: object) -> object:
    if not isinstance(file, Mapping) or not isinstance(server, Mapping):
        return server
    return {key: _managed(value, server[key]) for key, value in file.items() if server.get(key) is not None}


def wanted(file: Raw) -> dict[str, object]:
    """What a file wants the server to have; a null stands for the server's own default."""
    return {key: _wanted(value) for key, value in for_server(file).items() if value is not None}


def _wanted(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return {key: _wanted(item) for key, item in value.items() if item is not None}


def pulled(file: Raw, server: Raw) -> dict[str, object]:
    """A file after its campaign was read again: the fields it manages, and what only a file knows."""
    now = managed(file, server)
    known = for_server(file)
    kept = {key: now.get(key) if key in known else value for key, value in file.items()}
    return {key: value for key, value in kept.items() if key in FILE_FIELDS or key in now or value is None}


def merge_patch(old: Raw, new: Raw) -> dict[str, object]:
    """The merge patch (RFC 7396) that makes one object of another; empty when they are the same."""
    patch: dict[str, object] = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key)
        if key in old and before == value and type(before) is type(value):
            continue
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            patch[key] = merge_patch(before, value)
        else:
            patch[key] = value
    return patch
