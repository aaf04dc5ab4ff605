"""JSON whose whole numbers keep every digit.

The fast library reads an integer beyond 64 bits as a float and cannot write one. The caller brings it along,
for it belongs to the rooms that touch bytes; here is only what stands in for it where it would lose digits.
Numbers with a fraction or an exponent are IEEE doubles, as RFC 8259 section 6 expects.
"""

import json
from collections.abc import Callable, Iterable
from typing import Final

from pydantic import JsonValue

DEEPEST: Final = 100
"""Levels an answer may be nested; the API has seven."""
_LONG: Final = b"0" * 19
"""So many digits in a row may be an integer beyond 64 bits (the largest has 20, of the negative ones 19)."""
_DIGITS_ONLY: Final = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))


def loads(text: bytes, fast: Callable[[bytes], JsonValue]) -> JsonValue:
    """The value of a JSON text. Raises ValueError for one that is none, or that cannot be written back."""
    if _LONG not in text.translate(_DIGITS_ONLY):
        return fast(text)
    try:
        value: JsonValue = json.loads(text)
        # The exact reader also takes NaN, infinities and lone surrogates, which nobody could send on.
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def is_too_deep(value: JsonValue) -> bool:
    """Whether a value is nested deeper than `DEEPEST`: copying or searching it would end in a recursion."""
    level: list[JsonValue] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _parts(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _parts(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def dumps(value: JsonValue, fast: Callable[[JsonValue], bytes], *, sort_keys: bool = False) -> bytes:
    """A value as JSON in UTF-8, without blanks. `fast` is to sort keys by itself where that is wanted."""
    try:
        return fast(value)
    except TypeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys).encode()
