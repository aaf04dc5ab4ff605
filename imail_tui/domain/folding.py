"""How texts are compared where somebody searches, filters or sorts: without case, and without accents.

imail's own search knows no accents either: what `/` finds here and what the server finds is the same.
"""

import unicodedata


def folded(text: str) -> str:
    """A text as it is compared: `Zoë Straße` becomes `zoe strasse`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))
