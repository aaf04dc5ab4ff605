"""An API key that does not show itself."""

from typing import Final


class Secret:
    """Holds a key; every textual form shows the prefix and the last four characters at most."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Final = value

    def reveal(self) -> str:
        """The key itself: for the Authorization header and for keeping it, nowhere else."""
        return self._value

    def __repr__(self) -> str:
        # A short key would be given away by its last four characters.
        tail = self._value[-4:] if len(self._value) >= 16 else ""
        return f"{'whsec' if self._value.startswith('whsec_') else 'imk'}_…{tail}"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("an API key is not pickled")
