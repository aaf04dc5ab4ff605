"""Encodings a file of leads can be in: all but UTF-16 keep the bytes of ASCII, so that lines can be cut."""

import codecs
from typing import Final

UTF_8: Final = "utf-8"
UTF_16: Final = "utf-16"
ENCODINGS: Final = {
    UTF_8: "Unicode",
    "cp1252": "Windows, Western Europe",
    "cp1250": "Windows, Central Europe",
    "cp1251": "Windows, Cyrillic",
    "iso8859-15": "Latin-9, Western Europe",
    "mac-roman": "old Macs",
    "shift_jis": "Japanese",
    "gb18030": "Chinese",
    UTF_16: "Unicode of old Windows programs",
}
"""What each is for, by its name; the likely ones first."""


def encoding_named(name: str) -> str | None:
    """One of `ENCODINGS` by any of its names, such as latin-9; None for another."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return found if found in ENCODINGS else None
