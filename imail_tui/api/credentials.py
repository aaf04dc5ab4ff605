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


class MaskedStream:
    """`without_key` for a body that passes piece by piece; a key cut in two is found too."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self._kept = b""

    def feed(self, piece: bytes) -> bytes:
        """What may be passed on."""
        masked = without_key(self._kept + piece, self._secret)
        keep = max(0, len(self._secret.reveal()) - 1)
        cut = max(0, len(masked) - keep)
        self._kept = masked[cut:]
        return masked[:cut]

    def rest(self) -> bytes:
        """What was kept back, at the end."""
        kept, self._kept = self._kept, b""
        return kept
