"""What a profile and an API version may be called. Nothing is imported for it: every start needs this."""

from typing import Final

NAME_RULE: Final = "up to 40 letters a-z, digits, - and _, beginning with a letter or a digit"
"""What a profile may be called: it becomes part of file names, of a table's name and of an account's."""
NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
VERSION_PATTERN: Final = r"^[A-Za-z0-9._-]{1,40}$"
