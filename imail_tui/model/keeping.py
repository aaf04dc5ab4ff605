"""Where an API key stays when the app ends."""

from enum import StrEnum


class Keeping(StrEnum):
    """The places a key may be kept in."""

    NOT = "not kept"
    KEYRING = "keyring"
    FILE = "private file"
    COMMAND = "command"
    """A command of the person's own prints it; it is not ours to keep."""
