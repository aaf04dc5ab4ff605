"""The key on its way out and back in."""

from imail_tui.model.secret import Secret


def is_sendable(secret: Secret) -> bool:
    """Whether a header can carry it."""
    text = secret.reveal()
    return bool(text) and text.isascii() and all(char.isprintable() and char != " " for char in text)


def without_key(body: bytes, secret: Secret) -> bytes:
    """A body in which a server that repeats the key shows its masked form instead."""
    key = secret.reveal().encode()
    return body.replace(key, repr(secret).encode()) if key else body
